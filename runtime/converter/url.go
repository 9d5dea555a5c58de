package converter

import (
	"fmt"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "url_dec", Manual: "7.3.1", Usage: "([<in_form>])",
				Doc: "The string with its percent codes resolved; a plus is a blank behind a question mark, or everywhere in a form.",
				OK:  []string{"str(a%20b),url_dec", "str(a+b),url_dec(1)"}, Bad: []string{"str(a),url_dec(x)"},
			},
			In: core.Str, Out: core.Str, Args: []registry.ArgSpec{argument(registry.ArgInt, "in_form")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				form := a[0].Int != 0
				return func(s *core.Stream, p *core.Sample) bool { return decodeURL(s, p, form) }, nil
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "url_enc", Manual: "7.3.1", Usage: "(<enc_type>)", Doc: "The string with percent codes for all that RFC 3986 does not leave alone.",
				OK: []string{"str(a b),url_enc", "str(a b),url_enc(query)"}, Bad: []string{"str(a),url_enc(path)"},
			},
			In: core.Str, Out: core.Str, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "enc_type")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				if t := a[0].Text; t != "" && t != "query" {
					return nil, fmt.Errorf("Unexpected encode type. Allowed value is 'query'")
				}
				return encodeURL, nil
			},
		},
	)
}

func decodeURL(s *core.Stream, p *core.Sample, form bool) bool {
	b := s.Scratch(len(p.Bytes))[:0]
	for i := 0; i < len(p.Bytes); i++ {
		switch c := p.Bytes[i]; {
		case c == '?':
			form = true
			b = append(b, c)
		case c == '+' && form:
			b = append(b, ' ')
		case c == '%':
			if i+2 >= len(p.Bytes) {
				return false
			}
			high, low := digit(p.Bytes[i+1]), digit(p.Bytes[i+2])
			if high < 0 || low < 0 {
				return false
			}
			b = append(b, byte(high<<4|low))
			i += 2
		default:
			b = append(b, c)
		}
	}
	p.SetStr(b)
	return true
}

// digit returns the value of a hexadecimal digit, -1 for another character.
func digit(c byte) int {
	if c >= 'A' && c <= 'F' {
		c += 'a' - 'A'
	}
	return strings.IndexByte("0123456789abcdef", c)
}

func encodeURL(s *core.Stream, p *core.Sample) bool {
	b := s.Scratch(3 * len(p.Bytes))[:0]
	for _, c := range p.Bytes {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '.', c == '_', c == '~':
			b = append(b, c)
		default:
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	p.SetStr(b)
	return true
}
