package proxy

import (
	"slices"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// statsWords are the words after "stats", as HAProxy lists them.
const statsWords = "expects 'admin', 'uri', 'realm', 'auth', 'scope', 'enable', 'hide-version', 'show-node', 'show-desc' or 'show-legends'."

func init() {
	registry.Directives.Add(
		stat("enable", "", "Turns the statistics page on.", nil,
			func(*registry.Compiler, *ast.Statement, *core.StatsPage) {}),
		stat("uri", "<prefix>", "The start of the page's URIs.", []string{"stats uri"},
			func(c *registry.Compiler, st *ast.Statement, s *core.StatsPage) {
				if w, ok := statsWord(c, st, "an URI prefix"); ok {
					s.URI = w.Text
				}
			}, "stats uri /admin?stats"),
		stat("realm", "<realm>", "The name of what users log in to.", []string{"stats realm"},
			func(c *registry.Compiler, st *ast.Statement, s *core.StatsPage) {
				if w, ok := statsWord(c, st, "an realm name"); ok {
					s.Realm = w.Text
				}
			}, `stats realm Our\ proxies`),
		stat("auth", "<user>:<password>", "Adds a user who may see the page.", []string{"stats auth"},
			func(c *registry.Compiler, st *ast.Statement, s *core.StatsPage) {
				if w, ok := statsWord(c, st, "a user:password account"); ok {
					name, password, _ := strings.Cut(w.Text, ":")
					if slices.ContainsFunc(s.Users, func(u core.StatsUser) bool { return u.Name == name }) {
						c.Diags.Config(diag.Warning, "uri auth: ignoring duplicated user '%s'.", name).Pos = w.Pos
						return
					}
					s.Users = append(s.Users, core.StatsUser{Name: name, Password: password})
				}
			}, "stats auth admin:secret"),
		stat("refresh", "<delay>", "Has browsers reload the page.", []string{"stats refresh 5x"}, statsRefresh, "stats refresh 10s"),
		stat("scope", "{ <name> | . }", "Limits the page to a proxy; several lines add up.", []string{"stats scope"},
			func(c *registry.Compiler, st *ast.Statement, s *core.StatsPage) {
				if w, ok := statsWord(c, st, "a proxy name"); ok {
					s.Scope = append(s.Scope, w.Text)
				}
			}, "stats scope ."),
		stat("hide-version", "", "Leaves the version out of the page.", nil,
			func(_ *registry.Compiler, _ *ast.Statement, s *core.StatsPage) { s.HideVersion = true }),
		stat("show-legends", "", "Adds details in tool tips.", nil,
			func(_ *registry.Compiler, _ *ast.Statement, s *core.StatsPage) { s.ShowLegends = true }),
		stat("show-modules", "", "Adds the counters of modules.", nil,
			func(_ *registry.Compiler, _ *ast.Statement, s *core.StatsPage) { s.ShowModules = true }),
		stat("show-node", "[<name>]", "Shows the machine's name.", []string{"stats show-node a!"}, statsNode, "stats show-node", "stats show-node web-1"),
		statsDescription(),
		statsAdmin(),
		statsRules(),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "stats", Manual: "4.2", Usage: "<setting>", Doc: "Settings of the statistics page.", Bad: []string{"stats", "stats nonsense"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if w := word(st, 1); w.Text == "" {
					c.AlertTight(w, "missing keyword in 'stats', %s", statsWords)
				} else {
					c.AlertTight(w, "unknown stats parameter '%s', %s", w.Text, statsWords)
				}
			},
		},
	)
}

// stat makes the record of a "stats" line. Every one of them turns the page on.
func stat(name, usage, doc string, bad []string, set func(*registry.Compiler, *ast.Statement, *core.StatsPage), ok ...string) *registry.Directive {
	if ok == nil {
		ok = []string{"stats " + name}
	}
	return &registry.Directive{
		Keyword: registry.Keyword{Name: "stats " + name, Manual: "4.2", Usage: usage, Doc: doc, OK: ok, Bad: bad},
		In:      registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) { set(c, st, statsPage(c.Proxy)) },
	}
}

// statsPage returns the proxy's page. A proxy's first line about it puts aside
// what the defaults section said.
func statsPage(p *core.Proxy) *core.StatsPage {
	if p.Stats == nil || p.Stats.Inherited {
		p.Stats = &core.StatsPage{URI: core.DefaultStatsURI, Realm: core.DefaultStatsRealm}
	}
	return p.Stats
}

// statsWord returns the word that a setting needs. More words are ignored, as
// HAProxy does.
func statsWord(c *registry.Compiler, st *ast.Statement, what string) (*ast.Word, bool) {
	w := word(st, 2)
	if w.Text == "" {
		c.Alert(w, "'%s' needs %s.", st.Words[1].Text, what)
		return nil, false
	}
	return w, true
}

func statsRefresh(c *registry.Compiler, st *ast.Statement, s *core.StatsPage) {
	w := word(st, 2)
	d, warning, err := value.Time(w.Text, time.Second)
	switch {
	case w.Text == "":
		c.AlertTight(w, "'refresh' needs a delay.")
		return
	case err != nil:
		c.AlertTight(w, "%s", argumentTo(err, "stats refresh interval"))
		return
	case warning != "":
		c.WarnTime(w, warning)
	}
	s.Refresh = d
}

func statsNode(c *registry.Compiler, st *ast.Statement, s *core.StatsPage) {
	w := word(st, 2)
	for i := 0; i < len(w.Text); i++ {
		if b := w.Text[i]; !nameByte(b) || b == '.' || b == ':' {
			c.AlertTight(w, "'stats show-node' invalid node name - should be a string"+
				"with digits(0-9), letters(A-Z, a-z), hyphen(-) or underscode(_).")
			return
		}
	}
	s.ShowNode, s.Node = true, w.Text
}

// nameByte reports whether b may stand in names.
func nameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("-_.:", b) >= 0
}

func statsDescription() *registry.Directive {
	d := stat("show-desc", "[<text>]", "Shows a description.", nil, nil, "stats show-desc our main site")
	d.Compile = func(c *registry.Compiler, st *ast.Statement) {
		desc := registry.Rest(st, min(2, len(st.Words)))
		if desc == "" && c.Global().Description == "" {
			warnLine(c, &st.Words[1], "'show-desc' requires a parameter or 'desc' to be set in the global section.")
			return
		}
		s := statsPage(c.Proxy)
		s.ShowDesc, s.Desc = true, desc
	}
	return d
}

func statsAdmin() *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: "stats admin", Manual: "4.2", Usage: "{ if | unless } <condition>", Doc: "Lets the page's users act on servers.",
			OK:  []string{"stats admin if TRUE", "stats admin if { src 127.0.0.1 }"},
			Bad: []string{"stats admin", "stats admin nonsense", "stats admin if no-such-acl"},
		},
		In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if c.Section == registry.Defaults {
				c.AlertTight(&st.Words[0], "'stats admin' not allowed in 'defaults' section.")
				return
			}
			s := statsPage(c.Proxy)
			if cond, ok := condition(c, st, 2, "'stats admin'", "error detected while parsing a 'stats admin' rule", sample.RulePlaces(core.HTTPRequest, c.Proxy.Caps)); ok {
				s.Admin = append(s.Admin, cond)
			}
		},
	}
}

// condition compiles the condition that the words of st from k on must be.
func condition(c *registry.Compiler, st *ast.Statement, k int, what, failed string, at registry.Places) (core.Condition, bool) {
	if w := word(st, k); w.Text != "if" && w.Text != "unless" {
		c.Alert(w, "%s requires either 'if' or 'unless' followed by a condition.", what)
		return nil, false
	}
	return sample.Condition(c, st.Words[k:], sample.Place{Error: failed, What: what, Where: at})
}

func statsRules() *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: "stats http-request", Manual: "4.2", Usage: "{ allow | deny | auth [realm <realm>] } [{if | unless} <condition>]",
			Doc: "Who may see the page.",
			OK:  []string{"stats http-request allow", "stats http-request deny unless { src 127.0.0.1 }"},
			Bad: []string{"stats http-request", "stats http-request nonsense", "stats http-request deny if no-such-acl"},
		},
		In: registry.Proxies, Mode: registry.HTTPMode, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if c.Section == registry.Defaults {
				c.AlertTight(&st.Words[0], "'stats' not allowed in 'defaults' section.")
				return
			}
			s := statsPage(c.Proxy)
			if r, ok := sample.Rule(c, st, 2, core.HTTPRequest); ok {
				s.Rules = append(s.Rules, r)
			}
		},
	}
}
