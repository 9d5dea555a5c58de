// Package csv renders statistics as comma-separated values: "show stat" on the
// stats socket and ";csv" on the page. Management guide 9.1.
package csv

import (
	"bytes"
	"io"

	"gohap/stats"
)

// Options change what is written.
type Options struct {
	Legends bool // addresses, cookies and algorithms too
}

// Write writes the header and a line for each row that f wants. Memory is
// bounded by one proxy, however many there are.
func Write(w io.Writer, src stats.Source, f *stats.Filter, o Options) error {
	b := AppendHeader(nil)
	for p := range src.Proxies(f) {
		for r := range p.Rows(f) {
			b = AppendRow(b, r, o)
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
		b = b[:0]
	}
	_, err := w.Write(b) // the header, if there was no proxy
	return err
}

// AppendHeader appends the line of column names, which starts with "# ". A
// column named "-" ends those whose position never changes.
func AppendHeader(b []byte) []byte {
	b = append(b, "# "...)
	for i := range stats.Columns {
		if i == stats.FixedColumns {
			b = append(b, "-,"...)
		}
		b = append(b, stats.Columns[i].Name...)
		b = append(b, ',')
	}
	return append(b, '\n')
}

// AppendRow appends one line.
func AppendRow(b []byte, r *stats.Row, o Options) []byte {
	for i := range stats.Columns {
		if i == stats.FixedColumns {
			b = append(b, "-,"...)
		}
		v := stats.Columns[i].Value(r, o.Legends)
		if v.IsText() {
			b = AppendText(b, v.String())
		} else {
			b = v.Append(b)
		}
		b = append(b, ',')
	}
	return append(b, '\n')
}

// AppendText appends a text, in double quotes if it holds a comma, a quote or a
// line end, with its quotes doubled.
func AppendText(b []byte, s string) []byte {
	start := len(b)
	b = append(b, s...)
	if !bytes.ContainsAny(b[start:], "\",\r\n") {
		return b
	}
	text := bytes.ReplaceAll(b[start:], []byte{'"'}, []byte(`""`))
	b = append(b[:start], '"')
	b = append(b, text...)
	return append(b, '"')
}
