package fetch

import (
	"errors"
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http1"
	"gohap/runtime/registry"
)

// HAProxy keeps a message in a buffer as blocks: the start line, a block for each
// header, one for the end of the headers, what has come of the body, and the end
// of trailers where the body is in chunks. These fetches show a message as if it
// lay so here, with what HAProxy adds for itself.
const (
	htxHead  = 48 // of the buffer
	htxBlock = 8  // for each block
	htxStart = 20 // for a start line
)

func init() {
	for _, f := range []struct {
		name, doc string
		of        func(m htx) int64
	}{
		{"data", "How many bytes the parts of the message take.", func(m htx) int64 { return m.data() }},
		{"free", "How many bytes of the buffer are left.", func(m htx) int64 { return m.free() }},
		{"free_data", "How many bytes of a body fit into what is left of the buffer.", func(m htx) int64 { return max(m.free()-htxBlock, 0) }},
		{"nbblks", "How many parts the message has: start line, headers, their end, and what has come of the body.", func(m htx) int64 { return int64(m.blocks()) }},
		{"size", "How many bytes of a message a buffer can take.", func(m htx) int64 { return m.size }},
		{"used", "How many bytes the parts of the message take, with what is needed to find them.", func(m htx) int64 { return m.used() }},
	} {
		registry.Fetches.Add(&registry.Fetch{
			Keyword: registry.Keyword{Name: "internal.htx." + f.name, Manual: "7.3.7", Doc: f.doc, OK: []string{"internal.htx." + f.name + " gt 1"}},
			Out:     core.Sint, At: registry.AnyData,
			Compile: ofHTX(func(m htx, p *core.Sample) { p.SetInt(f.of(m)) }),
		})
	}
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "internal.htx.has_eom", Manual: "7.3.7", Doc: "True once the whole message has come.", OK: []string{"internal.htx.has_eom"}},
			Out:     core.Bool, At: registry.AnyData,
			Compile: ofHTX(func(m htx, p *core.Sample) { p.SetBool(m.whole) }),
		},
		htxPart("size", "How many bytes a part of the message takes.", core.Sint, func(_ *core.Stream, m htx, kind string, i int, p *core.Sample) {
			p.SetInt(m.length(kind, i))
		}),
		htxPart("type", "What a part of the message is, as HAProxy calls it: HTX_BLK_HDR is a header.", core.Str, func(s *core.Stream, _ htx, kind string, _ int, p *core.Sample) {
			p.SetStr(append(s.Scratch(len(kind))[:0], kind...))
		}),
		htxPart("data", "A part of the message that is of the body.", core.Bin, func(_ *core.Stream, m htx, kind string, _ int, p *core.Sample) {
			p.SetBin(nil)
			if kind == htxData {
				p.SetBin(m.body)
			}
		}),
		htxPart("hdrname", "The name of a part of the message that is a header.", core.Str, func(_ *core.Stream, m htx, kind string, i int, p *core.Sample) {
			p.SetStr(nil)
			if kind == htxHeader {
				p.SetStr(m.At(i - 1).Name)
			}
		}),
		htxPart("hdrval", "The value of a part of the message that is a header.", core.Str, func(_ *core.Stream, m htx, kind string, i int, p *core.Sample) {
			p.SetStr(nil)
			if kind == htxHeader {
				p.SetStr(m.At(i - 1).Value)
			}
		}),
		htxPart("start_line", "The part of the message that is its start line.", core.Str, func(s *core.Stream, m htx, kind string, _ int, p *core.Sample) {
			p.SetStr(nil)
			if kind == htxRequest || kind == htxResponse {
				p.SetStr(m.appendStart(s.Scratch(int(m.start()))[:0]))
			}
		}),
	)
}

// The kinds of blocks.
const (
	htxRequest  = "HTX_BLK_REQ_SL"
	htxResponse = "HTX_BLK_RES_SL"
	htxHeader   = "HTX_BLK_HDR"
	htxEOH      = "HTX_BLK_EOH"
	htxData     = "HTX_BLK_DATA"
	htxEOT      = "HTX_BLK_EOT"
	htxUnused   = "HTX_BLK_UNUSED"
)

// htx is a message as blocks.
type htx struct {
	*http.Message
	req   *http.Request // nil in a response
	res   *http.Response
	body  []byte
	whole bool
	size  int64
}

// read reports whether there is a message.
func (m *htx) read(s *core.Stream) bool {
	switch {
	case s.Frontend.Mode == core.TCP && !s.RequestParsed:
		return false
	case eitherSide.fields(s) == nil:
		return false
	case s.Response:
		m.res, m.Message = &s.Res, &s.Res.Message
	default:
		m.req, m.Message = &s.Req, &s.Req.Message
	}
	if s.Control != nil {
		m.body, m.whole = s.Control.Body(), s.Control.BodyWhole()
	} else {
		m.body, m.whole = s.Payload, !m.HasBody()
	}
	return true
}

// start is the length of the start line.
func (m *htx) start() int64 {
	if m.req != nil {
		return int64(len(m.req.Method) + len(m.req.Target) + len("HTTP/d.d") + 2)
	}
	return int64(len("HTTP/d.d ddd ") + len(m.res.Reason))
}

func (m *htx) appendStart(b []byte) []byte {
	if m.req != nil {
		b = append(append(b, m.req.Method...), ' ')
		b = append(append(b, m.req.Target...), ' ')
		return http1.AppendVersion(b, m.Message)
	}
	b = append(http1.AppendVersion(b, m.Message), ' ')
	b = append(strconv.AppendInt(b, int64(m.res.Status), 10), ' ')
	return append(b, m.res.Reason...)
}

// ended reports whether there is a block for the end of trailers.
func (m *htx) ended() bool { return m.Framing == http.Chunked && m.whole }

func (m *htx) blocks() int {
	n := m.Len() + 2
	if len(m.body) > 0 {
		n++
	}
	if m.ended() {
		n++
	}
	return n
}

// kind is what block i is.
func (m *htx) kind(i int) string {
	switch n := m.Len(); {
	case i == 0 && m.req != nil:
		return htxRequest
	case i == 0:
		return htxResponse
	case i <= n:
		return htxHeader
	case i == n+1:
		return htxEOH
	case i == n+2 && len(m.body) > 0:
		return htxData
	case i < m.blocks():
		return htxEOT
	}
	return htxUnused
}

// length is how many bytes block i takes.
func (m *htx) length(kind string, i int) int64 {
	switch kind {
	case htxRequest, htxResponse:
		return htxStart + m.start() - 2 // without the blanks
	case htxHeader:
		f := m.At(i - 1)
		return int64(len(f.Name) + len(f.Value))
	case htxData:
		return int64(len(m.body))
	case htxEOH, htxEOT:
		return 1
	}
	return 0
}

func (m *htx) data() (n int64) {
	for i := range m.blocks() {
		n += m.length(m.kind(i), i)
	}
	return n
}

func (m *htx) used() int64 { return m.data() + int64(m.blocks())*htxBlock }
func (m *htx) free() int64 { return max(m.size-m.used(), 0) }

// ofHTX makes a fetch of a message.
func ofHTX(f func(m htx, p *core.Sample)) func(*registry.Compiler, []registry.Arg) (core.Fetch, error) {
	return func(c *registry.Compiler, _ []registry.Arg) (core.Fetch, error) {
		g := c.Global()
		return func(s *core.Stream, p *core.Sample) bool {
			m := htx{size: int64(g.Tune.BufSize) - htxHead}
			if !m.read(s) {
				return false
			}
			f(m, p)
			return true
		}, nil
	}
}

// htxPart makes a fetch of one block of a message.
func htxPart(name, doc string, out core.Type, f func(s *core.Stream, m htx, kind string, i int, p *core.Sample)) *registry.Fetch {
	name = "internal.htx_blk." + name
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.7", Usage: "({ <number> | head | first | tail })", Doc: doc,
			OK: []string{name + "(1) -m found", name + "(tail) -m found"}, Bad: []string{name + " -m found", name + "(-1) -m found", name + "(x) -m found"},
		},
		Out: out, At: registry.AnyData, Min: 1, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "position"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			at, tail := 0, false
			switch text := a[0].Text; text {
			case "":
				return nil, errors.New("a block position is expected (> 0) or a special block name (head, tail, first)")
			case "head", "first":
			case "tail":
				tail = true
			default:
				n, err := strconv.ParseInt(text, 10, 64)
				if err != nil || n < 0 {
					return nil, errors.New("invalid block position")
				}
				at = int(n)
			}
			return func(s *core.Stream, p *core.Sample) bool {
				m, i := htx{}, at
				if !m.read(s) {
					return false
				}
				if tail {
					i = m.blocks() - 1
				}
				f(s, m, m.kind(i), i, p)
				return true
			}, nil
		},
	}
}
