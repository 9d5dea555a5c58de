package expr

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// Sample is a sample expression: a fetch and the converters behind it.
type Sample struct {
	// Text is the text that the expression stands in and that all offsets
	// count in: the word, or the whole log-format string.
	Text string
	// Start and End are where in Text the expression begins and where what
	// follows it does.
	Start, End int
	Fetch      Call
	Converters []Call
}

// Call is a fetch or a converter with its arguments.
type Call struct {
	Name string
	// Off is the offset of the name, End that behind the call.
	Off, End int
	// Parens tells that there were parentheses. Between them is at least one
	// argument, which may be empty.
	Parens bool
	// Open tells that the text ends within the parentheses.
	Open bool
	Args []Arg
}

// ParseSample parses a word as a sample expression such as
// "req.hdr(host),field(1,.),lower". Parentheses do not nest: the first
// unquoted one closes. Commas in a row or at the end count for nothing; the
// word behind may go on with converters, see [ParseConverters].
//
// With an error comes what was read in front of it, so that an unknown name,
// which HAProxy complains about first, can be told. The error is an [*Error].
func ParseSample(text string) (*Sample, error) { return samples.get(text, parseWord) }

var samples cache[Sample]

// parseWord parses a word that is an expression to its end.
func parseWord(text string) (*Sample, error) {
	s, err := parseSample(text, 0)
	if err == nil && s.End < len(text) {
		return s, s.trailing()
	}
	return s, err
}

// ParseConverters parses a word that goes on with the converters of the
// expression in front of it. Results and errors are as for [ParseSample].
func ParseConverters(text string) ([]Call, error) {
	l := newSampleLexer(text, 0)
	calls, err := l.parse()
	if err != nil || l.i == len(text) {
		return calls, err
	}
	s := Sample{Text: text, End: l.i, Converters: calls}
	return calls, s.trailing()
}

// parseSample parses an expression in text from start on, as far as it goes.
func parseSample(text string, start int) (*Sample, error) {
	l := newSampleLexer(text, start)
	s := &Sample{Text: text, Start: start, End: start}
	if l.i == len(text) || !nameByte(text[l.i]) {
		return s, fail(MissingFetch, start, len(text)-start, "missing fetch method")
	}
	calls, err := l.parse()
	if len(calls) > 0 {
		s.Fetch, s.Converters, s.End = calls[0], calls[1:], l.i
	}
	return s, err
}

// trailing is the error for text behind the expression.
func (s *Sample) trailing() *Error {
	rest := len(s.Text) - s.End
	switch n := len(s.Converters); {
	case s.End > 0 && s.Text[s.End-1] == ',':
		return fail(MissingConverter, s.End, rest, "unknown converter ''")
	case n > 0:
		return fail(MissingComma, s.End, rest, "missing comma after converter '%s'", s.Converters[n-1].Name)
	case s.Fetch.Name != "":
		return fail(MissingComma, s.End, rest, "missing comma after fetch keyword '%s'", s.Fetch.Name)
	}
	return fail(MissingConverter, s.End, rest, "unknown converter ''")
}

// The grammar of calls separated by commas.
type (
	callsRule struct {
		Calls []*callRule `parser:"@@? ( Comma @@? )*"`
	}
	callRule struct {
		Pos  lexer.Position
		Name string    `parser:"@Name"`
		Args *argsRule `parser:"@@?"`
	}
	argsRule struct {
		Args  []*argRule `parser:"Open @@ ( Comma @@ )*"`
		Close endRule    `parser:"@@"`
	}
	argRule struct {
		Pos, EndPos lexer.Position
		Text        string `parser:"@Arg"`
	}
	endRule struct {
		Pos   lexer.Position
		Token string `parser:"@Close"`
	}
)

var sampleGrammar = sync.OnceValue(func() *participle.Parser[callsRule] {
	return participle.MustBuild[callsRule](participle.Lexer(sampleDefinition{}))
})

// parse returns the calls from the lexer's place on. After an error that the
// lexer met they are those read so far.
func (l *sampleLexer) parse() ([]Call, error) {
	tokens, err := lexer.Upgrade(l)
	if err != nil {
		return nil, err
	}
	rules, err := sampleGrammar().ParseFromLexer(tokens)
	if err != nil {
		return nil, err
	}
	calls := make([]Call, len(rules.Calls))
	for i, r := range rules.Calls {
		c := &calls[i]
		*c = Call{Name: r.Name, Off: r.Pos.Offset, End: r.Pos.Offset + len(r.Name)}
		if r.Args == nil {
			continue
		}
		c.Parens = true
		c.End = r.Args.Close.Pos.Offset + len(r.Args.Close.Token)
		c.Args = make([]Arg, len(r.Args.Args))
		for j, a := range r.Args.Args {
			c.Args[j] = Arg{Text: a.Text, Off: a.Pos.Offset, Len: a.EndPos.Offset - a.Pos.Offset}
		}
	}
	return calls, l.unclosed(calls)
}

// unclosed is the error for an argument list that the text ends in.
func (l *sampleLexer) unclosed(calls []Call) error {
	if !l.cut {
		return nil
	}
	last := &calls[len(calls)-1]
	last.Open = true
	if len(calls) == 1 {
		return fail(MissingParenthesis, len(l.text), 1, "fetch method '%s' : expected ')'", last.Name)
	}
	return fail(MissingParenthesis, len(l.text), 1, "invalid arg %d in converter '%s' : expected ')'", len(last.Args), last.Name)
}
