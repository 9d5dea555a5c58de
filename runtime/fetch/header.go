package fetch

import (
	"fmt"
	"net/netip"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// Of every header fetch there are two: of the request and of the response, and
// of the former an older name without a side.
func init() {
	for _, h := range []struct {
		name string
		side side
	}{{"req.hdr", requestSide}, {"hdr", eitherSide}, {"res.hdr", responseSide}, {"shdr", responseSide}} {
		registry.Fetches.Add(header(h.name, h.side, valueOf, core.Str, "A value of a header, parts between commas counting each."))
	}
	for _, h := range []struct {
		name string
		side side
	}{{"req.fhdr", requestSide}, {"res.fhdr", responseSide}} {
		registry.Fetches.Add(header(h.name, h.side, fieldOf, core.Str, "A header's whole value, commas and all."))
	}
	for _, h := range []struct {
		name  string
		side  side
		whole bool
	}{{"req.hdr_cnt", requestSide, false}, {"hdr_cnt", requestSide, false}, {"res.hdr_cnt", responseSide, false},
		{"shdr_cnt", responseSide, false}, {"req.fhdr_cnt", requestSide, true}, {"res.fhdr_cnt", responseSide, true}} {
		registry.Fetches.Add(headerCount(h.name, h.side, h.whole))
	}
	registry.Fetches.Add(
		header("hdr_ip", requestSide, valueOf, core.IPv4, "A value of a header as an address."),
		header("req.hdr_ip", requestSide, valueOf, core.IPv4, "A value of a header as an address."),
		header("res.hdr_ip", responseSide, valueOf, core.IPv4, "A value of a header as an address."),
		header("hdr_val", requestSide, valueOf, core.Sint, "A value of a header as a number."),
		header("req.hdr_val", requestSide, valueOf, core.Sint, "A value of a header as a number."),
		header("res.hdr_val", responseSide, valueOf, core.Sint, "A value of a header as a number."),
		header("shdr_ip", responseSide, valueOf, core.IPv4, "A value of a header as an address."),
		header("shdr_val", responseSide, valueOf, core.Sint, "A value of a header as a number."),
	)
}

// side is the message that a fetch looks at.
type side uint8

const (
	requestSide side = iota
	responseSide
	// eitherSide is the request in request rules and the response in others.
	eitherSide
)

// fields returns the header fields of a side, nil when they are not there yet.
func (d side) fields(s *core.Stream) *http.Fields {
	if d == responseSide || d == eitherSide && s.Response {
		if !s.ResponseParsed {
			s.NeedMore()
			return nil
		}
		return &s.Res.Fields
	}
	if !request(s) {
		return nil
	}
	return &s.Req.Fields
}

func (d side) places() registry.Places {
	switch d {
	case requestSide:
		return registry.RequestData
	case responseSide:
		return registry.ResponseData
	}
	return registry.AnyData
}

// lookup finds occurrence occ of name: from 1 the first, from -1 the last. more
// tells that another one follows.
type lookup func(f *http.Fields, name string, occ int) (v []byte, more, ok bool)

// fieldOf finds among whole fields.
func fieldOf(f *http.Fields, name string, occ int) (v []byte, more, ok bool) {
	if occ < 0 {
		occ += f.Count(name) + 1
	}
	for i := 0; i < f.Len(); i++ {
		if fd := f.At(i); name == "" || string(fd.Name) == name {
			if occ--; occ == 0 {
				return fd.Value, follows(f, name, i), true
			}
		}
	}
	return nil, false, false
}

// follows reports whether a field of the name, of any without one, is behind i.
func follows(f *http.Fields, name string, i int) bool {
	if name == "" {
		return i+1 < f.Len()
	}
	return f.Index(name, i+1) >= 0
}

// valueOf finds among the elements between commas.
func valueOf(f *http.Fields, name string, occ int) (v []byte, more, ok bool) {
	if occ < 0 {
		occ += countValues(f, name) + 1
	}
	if occ <= 0 {
		return nil, false, false
	}
	for i := 0; i < f.Len(); i++ {
		fd := f.At(i)
		if name != "" && string(fd.Name) != name {
			continue
		}
		for rest, more := fd.Value, true; more; {
			var v []byte
			v, rest, more = http.Element(rest)
			if occ--; occ == 0 {
				return v, more || follows(f, name, i), true
			}
		}
	}
	return nil, false, false
}

func countValues(f *http.Fields, name string) int {
	n := 0
	for i := 0; i < f.Len(); i++ {
		fd := f.At(i)
		if name != "" && string(fd.Name) != name {
			continue
		}
		for rest, more := fd.Value, true; more; {
			_, rest, more = http.Element(rest)
			n++
		}
	}
	return n
}

// header makes a fetch of a header's values, cast to the type out.
func header(name string, d side, find lookup, out core.Type, doc string) *registry.Fetch {
	f := &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Usage: "([<name>[,<occ>]])", Doc: doc,
			OK:  []string{name + "(x,-1) -m found"},
			Bad: []string{name + "(host,x) a"},
		},
		Out: out, At: d.places(), Head: true,
		Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}, {Kind: registry.ArgInt, Name: "occ"}},
	}
	f.Compile = func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
		name := strings.ToLower(a[0].Text)
		occ := int(a[1].Int)
		if !a[0].Given {
			return func(*core.Stream, *core.Sample) bool { return false }, nil
		}
		if occ < -10 {
			return nil, fmt.Errorf("header occurrence must be >= -10")
		}
		return func(s *core.Stream, p *core.Sample) bool {
			fields := d.fields(s)
			if fields == nil {
				return false
			}
			n := occ
			switch {
			case n != 0:
			case p.All:
				p.Cursor++
				n = p.Cursor
			default:
				n = -1
			}
			v, more, ok := find(fields, name, n)
			if !ok {
				return false
			}
			p.More = more && p.All && occ == 0
			return setValue(p, v, out)
		}, nil
	}
	return f
}

// setValue makes of a header's text what the family gives, and reports whether
// it is that.
func setValue(p *core.Sample, v []byte, t core.Type) bool {
	switch t {
	case core.IPv4:
		a, ok := hostIP(v)
		if ok {
			p.SetIP(a)
		}
		return ok
	case core.Sint:
		p.SetInt(looseInt(v))
	default:
		p.SetStr(v)
	}
	return true
}

// hostIP reads an address, an IPv4 one with or without a port behind it.
func hostIP(v []byte) (netip.Addr, bool) {
	if a, rest, ok := sample.LeadingIPv4(v); ok {
		return a, len(rest) == 0 || rest[0] == ':'
	}
	return sample.ParseIPv6(v)
}

// looseInt reads a number the way HAProxy's fetches of numbers do: in 32 bits,
// and up to the first byte above the digits; bytes below them count as negative
// digits.
func looseInt(v []byte) int64 {
	negative := len(v) > 0 && v[0] == '-'
	if negative {
		v = v[1:]
	}
	n := int32(0)
	for _, c := range v {
		d := int32(int8(c)) - '0'
		if d > 9 {
			break
		}
		if negative {
			d = -d
		}
		n = n*10 + d
	}
	return int64(n)
}

func headerCount(name string, d side, whole bool) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Usage: "([<name>])", Doc: "The number of values of a header.",
			OK: []string{name + "(cookie) gt 3"},
		},
		Out: core.Sint, At: d.places(),
		Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			name := strings.ToLower(a[0].Text)
			return func(s *core.Stream, p *core.Sample) bool {
				fields := d.fields(s)
				if fields == nil {
					return false
				}
				if whole {
					p.SetInt(int64(fields.Count(name)))
				} else {
					p.SetInt(int64(countValues(fields, name)))
				}
				return true
			}, nil
		},
	}
}
