package parser

import (
	"errors"

	"gohap/parser/diag"
	"gohap/parser/lex"
)

// messages are the directives that print one.
var messages = map[string]diag.Severity{
	".diag": diag.Diag, ".notice": diag.Notice, ".warning": diag.Warning, ".alert": diag.Alert,
}

// directive handles a line that starts with a dot: conditional blocks and
// messages of configuration.txt, section 2.4.
func (r *reader) directive(words []lex.Word) {
	name, first := words[0].Text, words[0].Pos
	switch name {
	case ".if":
		r.open = append(r.open, block{state: r.enter(words)})
	case ".elif", ".else":
		if name == ".else" {
			r.noArguments(words)
		}
		if len(r.open) == 0 {
			r.alert(first, "lone '%s' with no matching '.if'.", name)
			return
		}
		b := &r.open[len(r.open)-1]
		switch {
		case b.hadElse:
			r.alert(first, "'%s' after '.else' is not permitted.", name)
		case b.state == taken:
			b.state = passed
		case b.state == waiting && name == ".elif":
			b.state = r.evaluate(words)
		case b.state == waiting:
			b.state = taken
		}
		b.hadElse = b.hadElse || name == ".else"
	case ".endif":
		r.noArguments(words)
		if len(r.open) == 0 {
			r.alert(first, "lone '.endif' with no matching '.if'.")
			return
		}
		r.open = r.open[:len(r.open)-1]
	default:
		if r.open.active() {
			r.message(words)
		}
	}
}

// enter returns the state of a block that begins.
func (r *reader) enter(words []lex.Word) branch {
	if len(r.open)+1 == maxBlocks {
		r.alert(words[0].Pos, "too many nested '.if', max is %d.", maxBlocks)
	}
	if !r.open.active() {
		return passed
	}
	return r.evaluate(words)
}

// evaluate returns the state that a condition puts its block in.
func (r *reader) evaluate(words []lex.Word) branch {
	args := words[1:]
	value, err := evalCondition(joined(args), r.env, r.opts.Features)
	var wrong *CondError
	switch {
	case errors.As(err, &wrong):
		r.alert(within(words, wrong.Off), "%s in '%s' at position %d:", wrong.Msg, words[0].Text, wrong.Off+1)
		return passed
	case value:
		return taken
	}
	return waiting
}

// within returns the place of offset off in the arguments of a directive,
// which a blank each separates.
func within(words []lex.Word, off int) diag.Pos {
	for i := 1; i < len(words); i++ {
		w := &words[i]
		if off < len(w.Text) || i == len(words)-1 {
			return w.At(off, 1)
		}
		off -= len(w.Text) + 1
		if off < 0 {
			return w.At(len(w.Text), 1)
		}
	}
	return words[0].Pos
}

// noArguments complains about an argument of a directive that takes none.
func (r *reader) noArguments(words []lex.Word) {
	if len(words) > 1 && words[1].Text != "" {
		r.alert(words[1].Pos, "Unexpected argument '%s' for '%s'.", words[1].Text, words[0].Text)
	}
}

// message prints what a directive says.
func (r *reader) message(words []lex.Word) {
	severity, ok := messages[words[0].Text]
	switch {
	case !ok:
		r.alert(words[0].Pos, "unknown directive '%s'.", words[0].Text)
	case len(words) > 2 && words[2].Text != "":
		r.alert(words[2].Pos, "Unexpected argument '%s' for '%s'. Use quotes if the message should contain spaces.", words[2].Text, words[0].Text)
	default:
		text := ""
		if len(words) > 1 {
			text = words[1].Text
		}
		r.list.Line(severity, words[0].Pos, "", "'%s'.", text)
	}
}
