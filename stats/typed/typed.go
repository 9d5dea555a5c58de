// Package typed renders statistics a value a line: "show stat typed", "show info
// typed" and the plain "show info". Management guide 9.2 and 9.3.
package typed

import (
	"io"
	"strconv"

	"gohap/stats"
	"gohap/stats/csv"
)

// Options are the words that may follow the command.
type Options struct {
	Desc    bool // append each value's documentation
	Float   bool // fractions where there are any ("show info" only)
	Legends bool // addresses, cookies and algorithms too ("show stat" only)
}

// Stat writes every value of every row that f wants. Memory is bounded by one
// proxy, however many there are.
func Stat(w io.Writer, src stats.Source, f *stats.Filter, o Options) error {
	var b []byte
	for p := range src.Proxies(f) {
		for r := range p.Rows(f) {
			b = appendRow(b, r, o)
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		b = b[:0]
	}
	return nil
}

func appendRow(b []byte, r *stats.Row, o Options) []byte {
	for i := range stats.Columns {
		c := &stats.Columns[i]
		v := c.Value(r, o.Legends)
		if !v.Present() {
			continue
		}
		b = append(b, r.Kind.Letter(), '.')
		b = strconv.AppendUint(b, r.IID, 10)
		b = append(b, '.')
		b = strconv.AppendUint(b, r.SID, 10)
		b = append(b, '.')
		b = appendValue(b, i, c.Name, v, c.FormatFor(r.Kind))
		b = appendDoc(b, c.Doc, o)
	}
	return b
}

// AppendInfo appends "show info typed".
func AppendInfo(b []byte, info *stats.Info, o Options) []byte {
	for i := range stats.InfoFields {
		f := &stats.InfoFields[i]
		v, format := f.Value(info, o.Float)
		if v.Present() {
			b = appendValue(b, i, f.Name, v, format)
			b = appendDoc(b, f.Doc, o)
		}
	}
	return b
}

// AppendPlainInfo appends "show info": names and values only.
func AppendPlainInfo(b []byte, info *stats.Info, o Options) []byte {
	for i := range stats.InfoFields {
		f := &stats.InfoFields[i]
		v, _ := f.Value(info, o.Float)
		if !v.Present() {
			continue
		}
		b = append(b, f.Name...)
		b = append(b, ": "...)
		if v.IsText() {
			b = csv.AppendText(b, v.String())
		} else {
			b = v.Append(b)
		}
		b = appendDoc(b, f.Doc, o)
	}
	return b
}

// appendValue appends "<pos>.<name>.1:<tags>:<type>:<value>".
func appendValue(b []byte, pos int, name string, v stats.Value, f stats.Format) []byte {
	b = strconv.AppendInt(b, int64(pos), 10)
	b = append(b, '.')
	b = append(b, name...)
	b = append(b, ".1:"...)
	b = append(b, f...)
	b = append(b, ':')
	return v.Append(b)
}

// appendDoc ends the line, after the documentation if that is wanted.
func appendDoc(b []byte, doc string, o Options) []byte {
	if o.Desc {
		b = append(b, `:"`...)
		b = append(b, doc...)
		b = append(b, '"')
	}
	return append(b, '\n')
}
