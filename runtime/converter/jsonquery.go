package converter

import (
	"fmt"
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(&registry.Converter{
		Keyword: registry.Keyword{
			Name: "json_query", Manual: "7.3.1", Usage: "(<json_path>[,<output_type>])",
			Doc: "The value at a path such as '$.user.id' or '$.list[2]' of a JSON text: a string, a number, or a boolean.",
			OK:  []string{"req.body,json_query('$.id')", "req.body,json_query('$.id','int')"},
			Bad: []string{"req.body,json_query", "req.body,json_query('$.id','str')"},
		},
		In: core.Str, Out: core.Any, Min: 1,
		Args: []registry.ArgSpec{argument(registry.ArgString, "json_path"), argument(registry.ArgString, "output_type")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			q, err := readQuery(a)
			if err == nil && a[0].Text == "" {
				err = fmt.Errorf("json_path must not be empty")
			}
			return q.convert, err
		},
	})
}

// jsonQuery finds one value of a JSON text.
type jsonQuery struct {
	path jsonPath
	// whole says that numbers are wanted as integers, not as text.
	whole bool
}

func readQuery(a []registry.Arg) (q jsonQuery, err error) {
	switch a[1].Text {
	case "":
	case "int":
		q.whole = true
	default:
		err = fmt.Errorf("output_type only supports \"int\" as argument")
	}
	q.path = parseJSONPath(a[0].Text)
	return q, err
}

func (q jsonQuery) convert(s *core.Stream, p *core.Sample) bool {
	t := jsonText{b: p.Bytes}
	v, kind := t.find(q.path)
	switch kind {
	case jsonTrue, jsonFalse:
		p.SetBool(kind == jsonTrue)
	case jsonNumber:
		if q.whole {
			n, ok := leadingInteger(p.Bytes[len(p.Bytes)-len(t.b)-len(v):])
			p.SetInt(n)
			return ok
		}
		f, err := strconv.ParseFloat(string(jsonFloat(v)), 64)
		p.SetStr(strconv.AppendFloat(s.Scratch(32)[:0], f, 'g', 6, 64))
		return err == nil
	case jsonString:
		b, ok := appendUnescaped(s.Scratch(len(v))[:0], v)
		p.SetStr(b)
		return ok
	default:
		return false
	}
	return true
}

// maxWhole is the largest number that JSON texts can be trusted to carry.
const maxWhole = 1<<53 - 1

// leadingInteger reads the number that b starts with as C does: with 0x in front
// it is hexadecimal, with 0 octal. It reports false for one too large.
func leadingInteger(b []byte) (int64, bool) {
	negative := b[0] == '-'
	if negative {
		b = b[1:]
	}
	base := 10
	switch {
	case len(b) > 2 && b[0] == '0' && b[1]|0x20 == 'x':
		b, base = b[2:], 16
	case len(b) > 0 && b[0] == '0':
		base = 8
	}
	n := 0
	for _, c := range b {
		d := int(c - '0')
		if c |= 0x20; c >= 'a' {
			d = int(c-'a') + 10
		}
		if d < 0 || d >= base {
			break
		}
		if n = n*base + d; n > maxWhole {
			return 0, false
		}
	}
	if negative {
		n = -n
	}
	return int64(n), true
}

// leadingDigits returns the length of the sign and digits that v starts with.
func leadingDigits(v []byte) int {
	i := 0
	if i < len(v) && v[i] == '-' {
		i++
	}
	for i < len(v) && isDigit(v[i]) {
		i++
	}
	return i
}

// jsonFloat returns the part of a number that Go can read: without a dot, an
// exponent or a sign behind which there is nothing.
func jsonFloat(v []byte) []byte {
	for len(v) > 0 && !isDigit(v[len(v)-1]) {
		v = v[:len(v)-1]
	}
	if len(v) == 0 {
		return []byte{'0'}
	}
	return v
}

// appendUnescaped appends a string's text; of "\u" it knows what is one byte.
func appendUnescaped(dst, v []byte) ([]byte, bool) {
	for i := 0; i < len(v); i++ {
		if v[i] != '\\' {
			dst = append(dst, v[i])
			continue
		}
		if i++; i == len(v) {
			return nil, false
		}
		switch v[i] {
		case '"', '\\':
			dst = append(dst, v[i])
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			if len(v) < i+5 || v[i+1] != '0' || v[i+2] != '0' {
				return nil, false
			}
			n, err := strconv.ParseUint(string(v[i+3:i+5]), 16, 8)
			if err != nil {
				return nil, false
			}
			dst = append(dst, byte(n))
			i += 4
		default:
			return nil, false
		}
	}
	return dst, true
}
