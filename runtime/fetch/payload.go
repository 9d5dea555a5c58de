package fetch

import (
	"fmt"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/http1"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		payloadLength("req.len", requestSide), payloadLength("req_len", requestSide), payloadLength("res.len", responseSide),
		payload("req.payload", requestSide), payload("payload", eitherSide), payload("res.payload", responseSide),
		payloadLV("req.payload_lv", requestSide), payloadLV("payload_lv", eitherSide), payloadLV("res.payload_lv", responseSide),
		protoHTTP("req.proto_http"), protoHTTP("req_proto_http"),
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "wait_end", Manual: "7.3.1", Doc: "True once no more data will come for the rules that run now.", OK: []string{"wait_end"},
			},
			Out: core.Bool, At: registry.Running,
			Compile: plain(func(s *core.Stream, p *core.Sample) bool {
				if !s.Complete && !embryonic(s) {
					s.NeedMore()
					return false
				}
				p.SetBool(true)
				return true
			}),
		},
	)
}

// raw returns the bytes of a side as they came, and whether these rules are
// about that side. Messages of HTTP are no bytes to look at.
func (d side) raw(s *core.Stream) ([]byte, bool) {
	if d != eitherSide && s.Response != (d == responseSide) {
		return nil, false
	}
	return s.Payload, !carriesHTTP(s)
}

// carriesHTTP reports whether the stream is one of messages, not of bytes.
func carriesHTTP(s *core.Stream) bool {
	return s.Frontend.Mode == core.HTTP || s.RequestParsed && s.Control != nil
}

// buffer is what messages call the bytes of a side.
func (d side) buffer() string {
	switch d {
	case responseSide:
		return "response buffer"
	case eitherSide:
		return "request buffer,response buffer"
	}
	return "request buffer"
}

func payloadLength(name string, d side) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.5", Doc: "How many bytes have come and not been forwarded yet.", OK: []string{name + " gt 0"},
		},
		Out: core.Sint, At: d.places(), Needs: d.buffer(),
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			if carriesHTTP(s) {
				n, ok := d.messageSize(s)
				p.SetInt(n)
				return ok
			}
			b, ok := d.raw(s)
			if !ok {
				return false
			}
			s.NeedMore() // it may grow
			p.SetInt(int64(len(b)))
			return true
		}),
	}
}

// messageSize is what the buffer holds of a message: names and values of its
// head, and its body. HAProxy's own form of messages takes some bytes more.
func (d side) messageSize(s *core.Stream) (int64, bool) {
	f := d.fields(s)
	if f == nil || s.Response != (d == responseSide) {
		return 0, false
	}
	n := 0
	if !s.Response {
		n = len(s.Req.Method) + len(s.Req.Target)
	}
	for i := range f.Len() {
		n += len(f.At(i).Name) + len(f.At(i).Value)
	}
	if s.Control != nil {
		n += len(s.Control.Body())
	}
	return int64(n), true
}

// slice returns n bytes of a side from off on, all that came for n = 0. It asks
// for more when they may still come.
func (d side) slice(s *core.Stream, off, n int) ([]byte, bool) {
	b, ok := d.raw(s)
	switch {
	case !ok || off < 0 || n < 0:
		return nil, false
	case off+n > len(b), off >= len(b):
		s.NeedMore()
		return nil, false
	case n == 0:
		s.NeedMore()
		return b[off:], true
	}
	return b[off : off+n], true
}

func payload(name string, d side) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.5", Usage: "(<offset>,<length>)",
			Doc: "Bytes that have come, from an offset on; all the rest for the length 0.",
			OK:  []string{name + "(0,4) -m bin 47455420"}, Bad: []string{name + "(0) -m found"},
		},
		Out: core.Bin, At: d.places(), Needs: d.buffer(), Min: 2,
		Args: []registry.ArgSpec{{Kind: registry.ArgInt, Name: "offset"}, {Kind: registry.ArgInt, Name: "length"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			off, n := int(a[0].Int), int(a[1].Int)
			return func(s *core.Stream, p *core.Sample) bool {
				b, ok := d.slice(s, off, n)
				if ok {
					p.SetBin(b)
				}
				return ok
			}, nil
		},
	}
}

// payloadLV makes a fetch of bytes whose length stands among the bytes before
// them.
func payloadLV(name string, d side) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.5", Usage: "(<offset1>,<length>[,<offset2>])",
			Doc: "Bytes whose number stands in <length> bytes at <offset1>; they begin behind it, or at <offset2>, relative if signed.",
			OK:  []string{name + "(43,1) -m found", name + "(43,1,+2) -m found"}, Bad: []string{name + "(43) -m found"},
		},
		Out: core.Bin, At: d.places(), Needs: d.buffer(), Min: 2,
		Args: []registry.ArgSpec{{Kind: registry.ArgInt, Name: "offset1"}, {Kind: registry.ArgInt, Name: "length"}, {Kind: registry.ArgString, Name: "offset2"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			off, n := int(a[0].Int), int(a[1].Int)
			start := off + n
			if off < 0 {
				return nil, fmt.Errorf("payload offset1 must be positive")
			}
			if n <= 0 || n > 8 {
				return nil, fmt.Errorf("payload length must be > 0")
			}
			if t := a[2].Text; t != "" {
				v, err := strconv.Atoi(t)
				if err != nil {
					return nil, fmt.Errorf("payload offset2 is not a number")
				}
				if start = v; strings.ContainsAny(t[:1], "+-") {
					start = off + n + v
				}
				if start < 0 {
					return nil, fmt.Errorf("payload offset2 too negative")
				}
			}
			return func(s *core.Stream, p *core.Sample) bool {
				head, ok := d.slice(s, off, n)
				if !ok {
					return false
				}
				size := 0
				for _, c := range head {
					size = size<<8 | int(c)
				}
				if size < 0 || size > 1<<24 {
					return false
				}
				if size == 0 {
					p.SetBin(nil)
					return true
				}
				b, ok := d.slice(s, start, size)
				if ok {
					p.SetBin(b)
				}
				return ok
			}, nil
		},
	}
}

// protoHTTP makes a fetch that recognises HTTP.
func protoHTTP(name string) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.6", Doc: "True for a client that speaks HTTP; in TCP mode its first bytes tell.", OK: []string{name},
		},
		Out: core.Bool, At: registry.Transaction,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			switch {
			case s.RequestParsed:
				p.SetBool(true)
				return true
			case s.Frontend.Mode == core.HTTP || s.Response:
				s.NeedMore()
				return false
			}
			s.Req.Reset()
			n, err := http1.ParseRequest(s.Payload, &s.Req, nil)
			s.Req.Reset()
			if n == 0 && err == nil {
				s.NeedMore()
				return false
			}
			p.SetBool(true)
			return err == nil
		}),
	}
}
