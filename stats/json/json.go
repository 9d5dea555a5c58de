// Package json renders statistics as JSON: "show stat json", "show info json"
// and ";json" on the page. The shape is HAProxy's; unlike there, texts are
// always escaped, so that the output is valid whatever a server answered.
package json

import (
	"io"
	"strconv"
	"unicode/utf8"

	"gohap/stats"
)

// Options change what is written.
type Options struct {
	Float   bool // fractions where there are any ("show info" only)
	Legends bool // addresses, cookies and algorithms too ("show stat" only)
}

// maxInteger is the highest whole number that every JSON reader keeps exact.
const maxInteger = 1<<53 - 1

// Stat writes an array with an array of values for each row that f wants.
// Memory is bounded by one proxy, however many there are.
func Stat(w io.Writer, src stats.Source, f *stats.Filter, o Options) error {
	b := []byte{'['}
	first := true
	for p := range src.Proxies(f) {
		for r := range p.Rows(f) {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendRow(b, r, o)
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		b = b[:0]
	}
	_, err := w.Write(append(b, ']'))
	return err
}

func appendRow(b []byte, r *stats.Row, o Options) []byte {
	b = append(b, '[')
	first := true
	for i := range stats.Columns {
		c := &stats.Columns[i]
		v := c.Value(r, o.Legends)
		if !v.Present() {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, `{"objType":"`...)
		b = append(b, r.Kind.String()...)
		b = append(b, `","proxyId":`...)
		b = strconv.AppendUint(b, r.IID, 10)
		b = append(b, `,"id":`...)
		b = strconv.AppendUint(b, r.SID, 10)
		b = append(b, ',')
		b = appendField(b, i, c.Name, v, c.FormatFor(r.Kind))
	}
	return append(b, ']')
}

// AppendInfo appends an array with the values of "show info".
func AppendInfo(b []byte, info *stats.Info, o Options) []byte {
	b = append(b, '[')
	first := true
	for i := range stats.InfoFields {
		f := &stats.InfoFields[i]
		v, format := f.Value(info, o.Float)
		if !v.Present() {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, '{')
		b = appendField(b, i, f.Name, v, format)
	}
	return append(b, ']')
}

// appendField appends the part of an object that all kinds of value share, and
// its closing brace.
func appendField(b []byte, pos int, name string, v stats.Value, f stats.Format) []byte {
	b = append(b, `"field":{"pos":`...)
	b = strconv.AppendInt(b, int64(pos), 10)
	b = append(b, `,"name":"`...)
	b = append(b, name...)
	b = append(b, `"},"processNum":1,"tags":{"origin":"`...)
	b = append(b, f.Origin()...)
	b = append(b, `","nature":"`...)
	b = append(b, f.Nature()...)
	b = append(b, `","scope":"`...)
	b = append(b, f.Scope()...)
	b = append(b, `"},"value":{"type":"`...)
	b = append(b, f.Type()...)
	b = append(b, `","value":`...)
	switch {
	case v.IsText():
		b = appendText(b, v.String())
	case v.Number() > maxInteger:
		b = strconv.AppendUint(b, maxInteger, 10)
	default:
		b = v.Append(b)
	}
	return append(b, "}}"...)
}

// appendText appends a quoted text. Bytes that are no UTF-8 become U+FFFD.
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c < ' ' || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = utf8.AppendRune(b, c)
		}
	}
	return append(b, '"')
}
