package expr

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Format is a log-format string in parts.
type Format struct {
	Text  string
	Parts []Part
}

// PartKind is the nature of a part.
type PartKind uint8

const (
	// Literal is text that is copied.
	Literal PartKind = iota
	// Tag is a format variable such as %ci. The variable "o" stands for no
	// value: it sets the flags of what follows.
	Tag
	// Expression is a sample expression, %[...].
	Expression
)

// Part is one part of a format.
type Part struct {
	Kind PartKind
	// Text is the text of a Literal, with "%%" resolved, or the name of a Tag.
	Text string
	// Sample is the expression of an Expression; its offsets count in the
	// format's text.
	Sample *Sample
	// Flags stand between braces in front of a tag or an expression.
	Flags []Flag
	// Off and Len are the place of the part.
	Off, Len int
}

// Flag is one flag, such as +Q. Names that mean nothing are kept; HAProxy
// ignores them.
type Flag struct {
	On   bool
	Name string
	// Off is the offset of the sign.
	Off int
}

// ParseFormat parses a log-format string. The error is an [*Error] with the
// message that HAProxy prints behind "failed to parse log-format : "; with it
// comes what stands in front of the fault. An expression at fault is a part, too:
// what is wrong with its names is what HAProxy complains about first.
func ParseFormat(text string) (*Format, error) { return formats.get(text, parseFormat) }

var formats cache[Format]

// The grammar of a format.
type (
	formatRule struct {
		Parts []*partRule `parser:"@@*"`
	}
	partRule struct {
		Pos, EndPos lexer.Position
		Literal     *string     `parser:"  @Literal"`
		Flags       []*flagRule `parser:"| Open? @@*"`
		Tag         string      `parser:"( @Tag"`
		Expr        string      `parser:"| @Expr )"`
	}
	flagRule struct {
		Pos  lexer.Position
		Text string `parser:"@Flag"`
	}
)

var formatGrammar = sync.OnceValue(func() *participle.Parser[formatRule] {
	return participle.MustBuild[formatRule](participle.Lexer(formatDefinition{}))
})

func parseFormat(text string) (*Format, error) {
	l := &formatLexer{text: text}
	tokens, err := lexer.Upgrade(l)
	if err != nil {
		return nil, err
	}
	rules, err := formatGrammar().ParseFromLexer(tokens)
	if err != nil {
		return nil, err
	}
	f := &Format{Text: text, Parts: make([]Part, len(rules.Parts))}
	for i, r := range rules.Parts {
		p := &f.Parts[i]
		p.Off, p.Len = r.Pos.Offset, r.EndPos.Offset-r.Pos.Offset
		switch {
		case r.Literal != nil:
			p.Text = *r.Literal
			continue
		case r.Tag != "":
			p.Kind, p.Text = Tag, r.Tag
		default:
			p.Kind, p.Sample = Expression, l.samples[0]
			l.samples = l.samples[1:]
		}
		for _, flag := range r.Flags {
			p.Flags = append(p.Flags, Flag{On: flag.Text[0] == '+', Name: flag.Text[1:], Off: flag.Pos.Offset})
		}
	}
	if l.fault != nil {
		return f, l.fault
	}
	return f, nil
}
