package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// A script is one case of the differential test: what clients and servers do
// around a proxy, one step after the other. Its text form is described at the
// top of testdata/diff/README.txt.
type script struct {
	name   string
	config string // name of the template in testdata/diff/config
	pos    string // file:line of the case
	loose  map[string]bool
	exact  bool // compare the numbers of the process's and frontend's connections
	steps  []step
}

// step is one line of a script, with its strings spelled out.
type step struct {
	pos   string
	actor string // "c", "c2", "s", "s2", "t1", "p" …
	verb  string
	args  []string
}

// verbs says which actors know a verb and how many strings it takes; max < 0
// means any number.
var verbs = map[string]struct {
	actors   string
	min, max int
}{
	"connect":   {"c", 0, 0},
	"from":      {"c", 1, 1},
	"to":        {"c", 1, 1},
	"reply":     {"c", 0, 0},
	"bodyless":  {"c", 0, 0},
	"end":       {"c", 0, 0},
	"open":      {"c", 0, 0},
	"accept":    {"st", 0, 0},
	"auto":      {"st", 0, -1},
	"autoclose": {"st", 1, -1},
	"request":   {"st", 0, 0},
	"send":      {"cst", 1, 1},
	"until":     {"cst", 1, 1},
	"head":      {"cst", 0, 0},
	"bytes":     {"cst", 1, 1},
	"fin":       {"cst", 0, 0},
	"rst":       {"cst", 0, 0},
	"close":     {"cst", 0, 0},
	"eof":       {"cst", 0, 0},
	"barrier":   {"p", 0, 0},
	"queued":    {"p", 1, 1},
	"sessions":  {"p", 1, 1},
	"log":       {"p", 1, 1},
	"cli":       {"p", 1, 1},
	"ask":       {"p", 1, 1},
}

// looseWords are what a case may exempt from the comparison because the
// kernel's timing decides it: parts of log lines, and bodies.
var looseWords = map[string]bool{"bytes": true, "counts": true, "body": true, "reuse": true}

// parseScripts reads every case file of a folder, in name order.
func parseScripts(dir string) ([]*script, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	seen := map[string]string{}
	var all []*script
	for _, name := range names {
		if base := filepath.Base(name); base == "known.txt" || base == "README.txt" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		list, err := parseScript(filepath.Base(name), string(text))
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if old, twice := seen[s.name]; twice {
				return nil, fmt.Errorf("%s: case %s was at %s already", s.pos, s.name, old)
			}
			seen[s.name] = s.pos
		}
		all = append(all, list...)
	}
	return all, nil
}

// pattern is a case or family as written: its steps still hold parameters.
type pattern struct {
	script
	family bool
	used   bool     // a family has had a "with" line
	lines  [][]word // of the steps
	at     []string // their positions
}

// word is a token of a line: a bare word, or the pieces of a string.
type word struct {
	bare  string
	text  string
	param int // N of $N, 0 for none
	times int
	str   bool
}

type scriptParser struct {
	file   string
	line   int
	config string
	lets   map[string]string
	cur    *pattern
	out    []*script
}

// parseScript reads the cases of one file.
func parseScript(file, text string) ([]*script, error) {
	p := &scriptParser{file: file, lets: map[string]string{}}
	for i, line := range strings.Split(text, "\n") {
		p.line = i + 1
		words, err := p.words(line)
		if err == nil && len(words) > 0 {
			err = p.statement(words)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.pos(), err)
		}
	}
	if err := p.finish(); err != nil {
		return nil, fmt.Errorf("%s: %w", p.pos(), err)
	}
	return p.out, nil
}

func (p *scriptParser) pos() string { return p.file + ":" + strconv.Itoa(p.line) }

// words splits a line into bare words and strings.
func (p *scriptParser) words(line string) ([]word, error) {
	var out []word
	for {
		line = strings.TrimLeft(line, " \t")
		if line == "" || line[0] == '#' {
			return out, nil
		}
		if line[0] == '"' {
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("bad string %s", line)
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("bad string %s", quoted)
			}
			w := word{str: true, text: text, times: 1}
			if n := len(out); n > 0 && strings.HasSuffix(out[n-1].bare, "*") {
				times, err := strconv.Atoi(strings.TrimSuffix(out[n-1].bare, "*"))
				if err != nil || times < 1 {
					return nil, fmt.Errorf("bad repetition %s", out[n-1].bare)
				}
				w.times = times
				out = out[:n-1]
			}
			out = append(out, w)
			line = line[len(quoted):]
			if line != "" && line[0] != ' ' && line[0] != '\t' {
				return nil, fmt.Errorf("no blank after string %s", quoted)
			}
			continue
		}
		end := strings.IndexAny(line, " \t\"")
		if end < 0 {
			end = len(line)
		}
		w := word{bare: line[:end]}
		line = line[end:]
		if name, ok := strings.CutPrefix(w.bare, "$"); ok {
			if n, err := strconv.Atoi(name); err == nil {
				w = word{str: true, param: n, times: 1}
			} else if text, ok := p.lets[name]; ok {
				w = word{str: true, text: text, times: 1}
			} else {
				return nil, fmt.Errorf("unknown string $%s", name)
			}
		}
		out = append(out, w)
	}
}

// statement handles the words of one line.
func (p *scriptParser) statement(words []word) error {
	if words[0].str {
		if p.cur == nil || len(p.cur.lines) == 0 {
			return fmt.Errorf("a string that continues nothing")
		}
		for _, w := range words {
			if !w.str {
				return fmt.Errorf("word %s in a continuation line", w.bare)
			}
		}
		last := len(p.cur.lines) - 1
		p.cur.lines[last] = append(p.cur.lines[last], words...)
		return nil
	}
	switch key, args := words[0].bare, words[1:]; key {
	case "let":
		return p.let(args)
	case "config":
		if len(args) != 1 || args[0].str {
			return fmt.Errorf("config takes one name")
		}
		if err := p.finish(); err != nil {
			return err
		}
		p.config = args[0].bare
	case "case", "family":
		if len(args) != 1 || args[0].str {
			return fmt.Errorf("%s takes one name", key)
		}
		if err := p.finish(); err != nil {
			return err
		}
		if p.config == "" {
			return fmt.Errorf("no config before %s %s", key, args[0].bare)
		}
		p.cur = &pattern{family: key == "family"}
		p.cur.script = script{name: args[0].bare, config: p.config, pos: p.pos(), loose: map[string]bool{}}
	case "with":
		return p.with(args)
	case "exact":
		if p.cur == nil || len(args) > 0 {
			return fmt.Errorf("misplaced exact")
		}
		p.cur.exact = true
	case "loose":
		if p.cur == nil {
			return fmt.Errorf("loose outside of a case")
		}
		for _, w := range args {
			if !looseWords[w.bare] {
				return fmt.Errorf("nothing called %q can be loose", w.bare)
			}
			p.cur.loose[w.bare] = true
		}
	default:
		if p.cur == nil {
			return fmt.Errorf("step outside of a case")
		}
		if p.cur.used {
			return fmt.Errorf("step after the first with line")
		}
		if len(words) < 2 || words[1].str {
			return fmt.Errorf("step without a verb")
		}
		p.cur.lines = append(p.cur.lines, words)
		p.cur.at = append(p.cur.at, p.pos())
	}
	return nil
}

func (p *scriptParser) let(args []word) error {
	if len(args) < 2 || args[0].str {
		return fmt.Errorf("let takes a name and strings")
	}
	if _, twice := p.lets[args[0].bare]; twice {
		return fmt.Errorf("$%s is set already", args[0].bare)
	}
	text, err := join(args[1:], nil)
	p.lets[args[0].bare] = text
	return err
}

// with makes a case of the current family.
func (p *scriptParser) with(args []word) error {
	if p.cur == nil || !p.cur.family {
		return fmt.Errorf("with outside of a family")
	}
	if len(args) < 1 || args[0].str {
		return fmt.Errorf("with takes a name and strings")
	}
	params, err := separate(args[1:], nil)
	if err != nil {
		return err
	}
	p.cur.used = true
	return p.emit(p.cur.name+"-"+args[0].bare, p.pos(), params)
}

// finish ends the case being read.
func (p *scriptParser) finish() error {
	t := p.cur
	p.cur = nil
	switch {
	case t == nil:
		return nil
	case t.family && !t.used:
		return fmt.Errorf("family %s has no with line", t.name)
	case t.family:
		return nil
	}
	p.cur = t
	defer func() { p.cur = nil }()
	return p.emit(t.name, t.pos, nil)
}

// emit spells out the current template as a case.
func (p *scriptParser) emit(name, pos string, params []string) error {
	if len(p.cur.lines) == 0 {
		return fmt.Errorf("%s has no steps", name)
	}
	s := p.cur.script
	s.name, s.pos = name, pos
	used := map[int]bool{}
	for i, line := range p.cur.lines {
		st, err := makeStep(p.cur.at[i], line, params, used)
		if err != nil {
			return fmt.Errorf("%s: %w", p.cur.at[i], err)
		}
		s.steps = append(s.steps, st)
	}
	if len(used) != len(params) {
		return fmt.Errorf("%s has %d strings, its family uses %d", name, len(params), len(used))
	}
	p.out = append(p.out, &s)
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
