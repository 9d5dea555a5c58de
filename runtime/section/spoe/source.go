package spoe

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/lex"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	engine "gohap/runtime/spoe"
)

// source is an engine's file while it is read. Lines of other scopes are passed over.
type source struct {
	engine, file string
	scope        string
	section      registry.Sections // of the current line; 0 before the first

	agent    *engine.Agent
	backend  string
	messages map[string]*message
	groups   map[string]*group
	// order are the names of the messages and groups that the agent uses, and used
	// says which of both it has named.
	order      []string
	groupOrder []string
	used       map[string]bool
	registered []string
	errorVar   string // names of "option set-on-error" and so on, "" for none
	processVar string
	totalVar   string
	message    *message
	group      *group
}

// message is a "spoe-message" section.
type message struct {
	engine.Message
	pos   diag.Pos
	event core.FilterEvent
	group *group // that has it
}

// group is a "spoe-group" section.
type group struct {
	engine.Group
	pos      diag.Pos
	messages []string
}

// of is the file that the compiler reads.
func of(c *registry.Compiler) *source { return c.Engine.(*source) }

// compile reads the file's text. It reports whether that is right.
func (f *source) compile(c *registry.Compiler, text string) bool {
	owner, section, st, eng := c.Proxy, c.Section, c.Statement, c.Engine
	defer func() { c.Proxy, c.Section, c.Statement, c.Engine = owner, section, st, eng }()
	c.Engine = f
	before, first, via := c.Diags.Count(diag.Alert), len(c.Diags.All), st.Pos()
	defer func() {
		for i := range c.Diags.All[first:] {
			c.Diags.All[first+i].Via = via
		}
	}()
	lines := strings.Split(text, "\n")
	last := len(lines) - 1
	for n, line := range lines {
		at := diag.Pos{File: f.file, Line: n + 1}
		f.line(c, owner, strings.TrimSuffix(line, "\r"), at)
		if n == last && line != "" {
			at.Col, at.Len = len(line)+1, 1
			c.Diags.Line(diag.Alert, at, line, "Missing LF on last line, file might have been truncated at position %d.", len(line)+1)
		}
	}
	return c.Diags.Count(diag.Alert) == before
}

// line reads a line: of a scope, of a section's start, or of the section.
func (f *source) line(c *registry.Compiler, owner *core.Proxy, text string, at diag.Pos) {
	if f.newScope(c, text, at) {
		return
	}
	words, err := lex.Line(nil, text, at, c.Env)
	if err != nil {
		at.Col, at.Len = err.Col, err.Len
		c.Diags.Line(diag.Alert, at, text, "%s", err.Msg)
		return
	}
	if len(words) == 0 || words[0].Text == "" {
		return
	}
	st := &ast.Statement{Words: words, Source: text}
	c.Statement, c.Negated, c.Defaulted = st, false, false
	begin, starts := starts[words[0].Text]
	if starts {
		f.section = begin.section
	}
	switch {
	case f.section == 0:
		c.AlertTight(&words[0], "unknown keyword '%s' out of section.", words[0].Text)
	case f.scope != f.engine:
	case starts:
		c.Proxy = &core.Proxy{Name: owner.Name, Kind: owner.Kind, Caps: owner.Caps, ACLs: map[string]any{}}
		c.Proxy.Mode = owner.Mode
		if name, ok := sectionName(c, st); ok {
			begin.begin(c, f, name)
		}
	default:
		c.Section = f.section
		directive(c, st)
	}
}

// newScope reads a line "[name]" and reports whether text is one.
func (f *source) newScope(c *registry.Compiler, text string, at diag.Pos) bool {
	blank := len(text) - len(strings.TrimLeft(text, " \t"))
	in, is := strings.CutPrefix(text[blank:], "[")
	if !is {
		return false
	}
	name, rest, closed := strings.Cut(in, "]")
	at.Col, at.Len = blank+1, 1
	alert := func(format string, args ...any) bool {
		c.Diags.Parsing(diag.Alert, at, text, format, args...)
		return true
	}
	if !closed || name == "" {
		return alert("empty scope name is forbidden.")
	}
	if b, i := registry.OddByte(name); i >= 0 {
		at.Col += 1 + i
		return alert("character '%c' is not permitted in a scope name.", b)
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest != "" && rest[0] != '#' {
		at.Col = len(text) - len(rest) + 1
		return alert("character '%c' is not permitted after scope declaration.", rest[0])
	}
	f.scope = name
	return true
}

// starts are the words that start sections.
var starts = map[string]struct {
	section registry.Sections
	begin   func(c *registry.Compiler, f *source, name *ast.Word)
}{
	"spoe-agent":   {registry.SPOEAgent, beginAgent},
	"spoe-message": {registry.SPOEMessage, beginMessage},
	"spoe-group":   {registry.SPOEGroup, beginGroup},
}

func sectionName(c *registry.Compiler, st *ast.Statement) (*ast.Word, bool) {
	kind := st.Words[0].Text
	switch {
	case len(st.Words) == 1 || st.Words[1].Text == "":
		c.Alert(&st.Words[0], "missing name for %s section.", kind)
		return nil, false
	case len(st.Words) > 2:
		c.Alert(&st.Words[2], "'%s' cannot handle unexpected argument '%s'.", kind, st.Words[2].Text)
		return nil, false
	}
	if b, at := registry.OddByte(st.Words[1].Text); at >= 0 {
		c.AlertAt(st.Words[1].At(at, 1), "character '%c' is not permitted in '%s' name '%s'.", b, kind, st.Words[1].Text)
		return nil, false
	}
	return &st.Words[1], true
}

func beginAgent(c *registry.Compiler, f *source, name *ast.Word) {
	if f.agent != nil {
		c.Alert(&c.Statement.Words[0], "another spoe-agent section previously defined.")
		return
	}
	f.agent = engine.New(name.Text, c.Global().Tune.BufSize)
	f.agent.Pos = c.Statement.Pos()
}

func beginMessage(c *registry.Compiler, f *source, name *ast.Word) {
	if old := f.messages[name.Text]; old != nil {
		c.AlertTight(name, "spoe-message section '%s' has the same name as another one declared at %s:%d.", name.Text, old.pos.File, old.pos.Line)
	}
	f.message = &message{pos: c.Statement.Pos()}
	f.message.Name = name.Text
	f.messages[name.Text] = f.message
}

func beginGroup(c *registry.Compiler, f *source, name *ast.Word) {
	if old := f.groups[name.Text]; old != nil {
		c.AlertTight(name, "spoe-group section '%s' has the same name as another one declared at %s:%d.", name.Text, old.pos.File, old.pos.Line)
	}
	f.group = &group{pos: c.Statement.Pos()}
	f.group.Name = name.Text
	f.groups[name.Text] = f.group
}
