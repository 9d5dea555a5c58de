package converter

import (
	"fmt"
	"unicode/utf8"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(&registry.Converter{
		Keyword: registry.Keyword{
			Name: "json", Manual: "7.3.1", Usage: "([<input-code>])", Doc: "The string as it stands between the quotes of a JSON string.",
			OK: []string{"str(a),json", "str(a),json(utf8s)"}, Bad: []string{"str(a),json(latin1)"},
		},
		In: core.Str, Out: core.Str, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "input-code")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			var e jsonEscaper
			switch a[0].Text {
			case "", "ascii":
				e.ascii = true
			case "utf8":
			case "utf8s":
				e.skip = true
			case "utf8p":
				e.overlong = true
			case "utf8ps":
				e.skip, e.overlong = true, true
			default:
				return nil, fmt.Errorf("Unexpected input code type. Allowed value are 'ascii', 'utf8', 'utf8s', 'utf8p' and 'utf8ps'")
			}
			return e.convert, nil
		},
	})
}

// jsonEscaper says how its input is encoded and what becomes of errors in that.
type jsonEscaper struct{ ascii, skip, overlong bool }

func (e jsonEscaper) convert(s *core.Stream, p *core.Sample) bool {
	b := s.Scratch(6 * len(p.Bytes))[:0]
	for rest := p.Bytes; len(rest) > 0; {
		r, n, ok := e.decode(rest)
		rest = rest[n:]
		if !ok || r > 0xffff {
			if !e.skip {
				return false
			}
			continue
		}
		b = appendJSON(b, r)
	}
	p.SetStr(b)
	return true
}

// decode returns the first character and its length.
func (e jsonEscaper) decode(b []byte) (r rune, n int, ok bool) {
	if e.ascii || b[0] < utf8.RuneSelf {
		return rune(b[0]), 1, true
	}
	if r, n = utf8.DecodeRune(b); r != utf8.RuneError || n > 1 {
		return r, n, true
	}
	if e.overlong {
		if r, n, ok := decodeOverlong(b); ok {
			return r, n, true
		}
	}
	return 0, 1, false
}

// decodeOverlong reads a character that is written in more bytes than it needs.
func decodeOverlong(b []byte) (r rune, n int, ok bool) {
	switch c := b[0]; {
	case c&0xe0 == 0xc0:
		r, n = rune(c&0x1f), 2
	case c&0xf0 == 0xe0:
		r, n = rune(c&0x0f), 3
	case c&0xf8 == 0xf0:
		r, n = rune(c&0x07), 4
	default:
		return 0, 0, false
	}
	if len(b) < n {
		return 0, 0, false
	}
	for _, c := range b[1:n] {
		if c&0xc0 != 0x80 {
			return 0, 0, false
		}
		r = r<<6 | rune(c&0x3f)
	}
	return r, n, r < 0xd800 || r > 0xdfff
}

func appendJSON(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\', '/':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\r':
		return append(dst, `\r`...)
	case '\n':
		return append(dst, `\n`...)
	case '\t':
		return append(dst, `\t`...)
	}
	if r >= ' ' && r < 0x7f {
		return append(dst, byte(r))
	}
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}
