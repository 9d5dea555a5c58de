package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
)

func init() {
	for _, n := range []struct {
		prefix string
		side   side
	}{{"req.", requestSide}, {"res.", responseSide}} {
		d := n.side
		registry.Fetches.Add(
			&registry.Fetch{
				Keyword: registry.Keyword{
					Name: n.prefix + "hdr_names", Manual: "7.3.6", Usage: "([<delim>])", Doc: "The names of all headers, between commas or another delimiter.",
					OK: []string{n.prefix + "hdr_names -m found"}, Bad: []string{n.prefix + "hdr_names(,) a"},
				},
				Out: core.Str, At: d.places(), Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "delim"}},
				Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
					delim := a[0].Text
					if delim == "" {
						delim = ","
					}
					return func(s *core.Stream, p *core.Sample) bool { return headerNames(s, p, d, delim[0]) }, nil
				},
			},
			&registry.Fetch{
				Keyword: registry.Keyword{
					Name: n.prefix + "hdrs", Manual: "7.3.6", Doc: "All headers as HTTP/1 writes them, up to the empty line.", OK: []string{n.prefix + "hdrs -m found"},
				},
				Out: core.Bin, At: d.places(),
				Compile: plain(func(s *core.Stream, p *core.Sample) bool {
					f := d.fields(s)
					if f == nil {
						return false
					}
					b := s.Scratch(headersSize(f))[:0]
					for i := range f.Len() {
						b = append(append(append(append(b, f.At(i).Name...), ": "...), f.At(i).Value...), "\r\n"...)
					}
					p.SetStr(append(b, "\r\n"...))
					return true
				}),
			},
			&registry.Fetch{
				Keyword: registry.Keyword{
					Name: n.prefix + "hdrs_bin", Manual: "7.3.6", Doc: "All headers, names and values each behind their length.", OK: []string{n.prefix + "hdrs_bin -m found"},
				},
				Out: core.Bin, At: d.places(),
				Compile: plain(func(s *core.Stream, p *core.Sample) bool {
					f := d.fields(s)
					if f == nil {
						return false
					}
					b := s.Scratch(headersSize(f) + 6*f.Len())[:0]
					for i := range f.Len() {
						b = append(appendLength(b, len(f.At(i).Name)), f.At(i).Name...)
						b = append(appendLength(b, len(f.At(i).Value)), f.At(i).Value...)
					}
					p.SetBin(append(b, 0, 0))
					return true
				}),
			},
		)
	}
}

func headerNames(s *core.Stream, p *core.Sample, d side, delim byte) bool {
	f := d.fields(s)
	if f == nil {
		return false
	}
	b := s.Scratch(headersSize(f))[:0]
	for i := range f.Len() {
		if i > 0 {
			b = append(b, delim)
		}
		b = append(b, f.At(i).Name...)
	}
	p.SetStr(b)
	return true
}

func headersSize(f *http.Fields) int {
	n := 2
	for i := range f.Len() {
		n += len(f.At(i).Name) + len(f.At(i).Value) + 4
	}
	return n
}

// appendLength appends a length in the form of the SPOE protocol's integers.
func appendLength(dst []byte, n int) []byte {
	if n < 240 {
		return append(dst, byte(n))
	}
	dst = append(dst, byte(n)|0xf0)
	for n = (n - 240) >> 4; n >= 128; n = (n - 128) >> 7 {
		dst = append(dst, byte(n)|0x80)
	}
	return append(dst, byte(n))
}
