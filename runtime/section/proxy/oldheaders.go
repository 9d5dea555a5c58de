package proxy

import (
	"regexp"
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// The rules that worked on whole lines of messages: reqadd, rspadd, reqrep,
// reqdel, reqdeny and so on. An "i" in the name ignores case.
func init() {
	for _, side := range bothSides {
		rules := side.rules
		add := func(name, doc, usage, ok, use string, rewrite func(*oldLine) ([]string, bool)) {
			message := oldMessage(name, rules+" "+use)
			insensitive := strings.HasPrefix(name[3:], "i")
			registry.Directives.Add(old(name, usage, doc, ok, message, func(st *ast.Statement) ([]string, bool) {
				if len(st.Words) < 2 {
					return nil, false
				}
				return rewrite(&oldLine{rules: rules, insensitive: insensitive, words: texts(st.Words[1:])})
			}))
		}
		p := side.prefix
		add(p+"add", "Adds a header.", "<header> [{if | unless} <condition>]", p+`add X-Proto:\ http`, "add-header", (*oldLine).add)
		for _, i := range []string{"", "i"} {
			add(p+i+"del", "Removes headers.", "<regex> [{if | unless} <condition>]", p+i+"del ^X-Secret:", "del-header", (*oldLine).del)
			add(p+i+"rep", "Replaces headers or the request line.", "<regex> <replacement> [{if | unless} <condition>]",
				p+i+`rep ^Via:\ (.*) Via:\ proxy,\1`, "replace-header", (*oldLine).rep)
			add(p+i+"deny", "Refuses messages.", "<regex> [{if | unless} <condition>]", p+i+`deny ^X-Bad:\ yes`, "deny", (*oldLine).deny)
		}
		if p == "req" {
			for _, i := range []string{"", "i"} {
				add(p+i+"allow", "Lets requests pass.", "<regex> [{if | unless} <condition>]", p+i+`allow ^X-Good:\ yes`, "allow", (*oldLine).allow)
				add(p+i+"tarpit", "Holds requests, then refuses them.", "<regex> [{if | unless} <condition>]", p+i+`tarpit ^X-Bad:\ yes`, "tarpit",
					(*oldLine).tarpit)
				registry.Directives.Add(gone(p+i+"pass", "<regex> [{if | unless} <condition>]", "Leaves lines alone.",
					strings.TrimSuffix(oldMessage(p+i+"pass", ""), " Use '' instead.")))
			}
		}
	}
}

// oldMessage is what HAProxy says of a directive, odd wordings included.
func oldMessage(name, use string) string {
	is, end := " directive is", "' instead."
	switch name {
	case "reqdeny", "reqpass":
		is = ""
	case "rspdel":
		end = "' ."
	case "reqrep":
		use = "http-request replace-path', 'http-request replace-uri' or 'http-request replace-header"
	}
	return "The '" + name + "'" + is + " not supported anymore since HAProxy 2.1. Use '" + use + end
}

// oldLine is an old rule about lines of messages: a pattern, perhaps a
// replacement, and perhaps a condition.
type oldLine struct {
	rules       string // what rules of the message are called now
	insensitive bool
	words       []string
}

// condition returns the words from if or unless on; ok is false when other
// words than the first n stand before it.
func (l *oldLine) condition(n int) (cond []string, ok bool) {
	if len(l.words) < n {
		return nil, false
	}
	cond = l.words[n:]
	return cond, len(cond) == 0 || cond[0] == "if" || cond[0] == "unless"
}

// rule puts a line together.
func (l *oldLine) rule(cond []string, words ...string) []string {
	return append(append([]string{l.rules}, words...), cond...)
}

// literal escapes text for a log-format string.
func literal(text string) string { return strings.ReplaceAll(text, "%", "%%") }

func (l *oldLine) add() ([]string, bool) {
	cond, ok := l.condition(1)
	name, v, colon := strings.Cut(l.words[0], ":")
	if !ok || !colon || name == "" {
		return nil, false
	}
	return l.rule(cond, "add-header", name, literal(strings.TrimSpace(v))), true
}

// headerPattern splits the pattern of a header line into the header's name and
// the pattern of its value.
var headerPattern = regexp.MustCompile(`^\^([-A-Za-z0-9_]+):(?:\\? \*?|\\s\*|\\s\+|\[ \]\*)?(.*)$`)

// header returns what an old pattern says of a header.
func (l *oldLine) header() (name, value string, ok bool) {
	m := headerPattern.FindStringSubmatch(l.words[0])
	if m == nil {
		return "", "", false
	}
	if value = m[2]; value == "" {
		value = ".*"
	}
	return m[1], l.sensitivity("^" + strings.TrimPrefix(value, "^")), true
}

func (l *oldLine) sensitivity(pattern string) string {
	if l.insensitive {
		return "(?i)" + pattern
	}
	return pattern
}

func (l *oldLine) del() ([]string, bool) {
	cond, ok := l.condition(1)
	name, value, header := l.header()
	if !ok || !header || value != l.sensitivity("^.*") && value != l.sensitivity("^.*$") {
		return nil, false
	}
	return l.rule(cond, "del-header", name), true
}

func (l *oldLine) rep() ([]string, bool) {
	cond, ok := l.condition(2)
	if !ok {
		return nil, false
	}
	to := l.words[1]
	if name, value, ok := l.header(); ok {
		newName, newValue, colon := strings.Cut(to, ":")
		if !colon || !strings.EqualFold(newName, name) {
			return nil, false
		}
		return l.rule(cond, "replace-header", name, value, literal(strings.TrimSpace(newValue))), true
	}
	return l.requestLine(to, cond)
}

// methodPattern is how patterns of the request line start.
var methodPattern = regexp.MustCompile(`^\^(\(?)(?:\[\^(?:\\?[ :])+\][*+]|\[A-Z\][*+]|([A-Z]+(?:\|[A-Z]+)*))(\)?)(?:\\ | |\\s)(.*)$`)

// requestLine reads a pattern such as "^([^\ :]*)\ /old/(.*)" as one of the URI.
func (l *oldLine) requestLine(to string, cond []string) ([]string, bool) {
	m := methodPattern.FindStringSubmatch(l.words[0])
	if m == nil || l.rules != "http-request" || (m[1] == "(") != (m[3] == ")") {
		return nil, false
	}
	method, uri, found := strings.Cut(to, " ")
	grouped := m[1] == "("
	if !found || grouped && method != `\1` || !grouped && method != m[2] {
		return nil, false
	}
	if grouped {
		uri = shiftGroups(uri)
	}
	if m[2] != "" {
		if len(cond) > 0 && cond[0] != "if" {
			return nil, false
		}
		test := append([]string{"if", "{", "method"}, strings.Split(m[2], "|")...)
		cond = append(append(test, "}"), cond[min(1, len(cond)):]...)
		for _, w := range cond {
			if w == "or" || w == "||" {
				return nil, false
			}
		}
	}
	return l.rule(cond, "replace-uri", l.sensitivity("^"+m[4]), literal(uri)), true
}

// shiftGroups renumbers back references after the first group has gone.
func shiftGroups(text string) string {
	b := []byte(text)
	for i := 0; i+1 < len(b); i++ {
		if b[i] == '\\' {
			i++
			if b[i] > '1' && b[i] <= '9' {
				b[i]--
			}
		}
	}
	return string(b)
}

func (l *oldLine) deny() ([]string, bool)   { return l.verdict("deny") }
func (l *oldLine) allow() ([]string, bool)  { return l.verdict("allow") }
func (l *oldLine) tarpit() ([]string, bool) { return l.verdict("tarpit") }

// verdict makes a rule about messages with a header, or a URI, that fits.
func (l *oldLine) verdict(action string) ([]string, bool) {
	cond, ok := l.condition(1)
	if !ok || len(cond) > 0 && cond[0] != "if" {
		return nil, false
	}
	var test []string
	if name, value, ok := l.header(); ok {
		fetch := "req.fhdr("
		if l.rules == "http-response" {
			fetch = "res.fhdr("
		}
		test = []string{"if", "{", fetch + name + ")", "-m", "reg", value, "}"}
	} else if m := methodPattern.FindStringSubmatch(l.words[0]); m != nil && m[2] == "" && l.rules == "http-request" {
		test = []string{"if", "{", "url", "-m", "reg", l.sensitivity("^" + m[4]), "}"}
	} else {
		return nil, false
	}
	for _, w := range cond {
		if w == "or" || w == "||" {
			return nil, false
		}
	}
	return l.rule(append(test, cond[min(1, len(cond)):]...), action), true
}
