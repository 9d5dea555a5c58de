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
		whose  string
	}{{"req.", requestSide, "request"}, {"res.", responseSide, "response"}} {
		d := n.side
		registry.Fetches.Add(
			&registry.Fetch{
				Keyword: registry.Keyword{
					Name: n.prefix + "body", Manual: "7.3.6", OK: []string{n.prefix + "body -m found"},
					Doc: "What has come of the " + n.whose + "'s body when the rule runs.",
				},
				Out: core.Bin, At: d.places(),
				Compile: plain(func(s *core.Stream, p *core.Sample) bool {
					b, ok := body(s, d)
					if ok {
						p.SetBin(b)
					}
					return ok
				}),
			},
			&registry.Fetch{
				Keyword: registry.Keyword{
					Name: n.prefix + "body_len", Manual: "7.3.6", OK: []string{n.prefix + "body_len gt 100"},
					Doc: "How many bytes of the " + n.whose + "'s body have come.",
				},
				Out: core.Sint, At: d.places(),
				Compile: plain(func(s *core.Stream, p *core.Sample) bool {
					b, ok := body(s, d)
					p.SetInt(int64(len(b)))
					return ok
				}),
			},
			&registry.Fetch{
				Keyword: registry.Keyword{
					Name: n.prefix + "body_size", Manual: "7.3.6", OK: []string{n.prefix + "body_size gt 100"},
					Doc: "The announced size of the " + n.whose + "'s body, or what has come of a chunked one.",
				},
				Out: core.Sint, At: d.places(),
				Compile: plain(func(s *core.Stream, p *core.Sample) bool {
					b, ok := body(s, d)
					m := &s.Req.Message
					if d == responseSide {
						m = &s.Res.Message
					}
					p.SetInt(int64(len(b)))
					if m.Framing == http.Length {
						p.SetInt(m.ContentLength)
					}
					return ok
				}),
			},
		)
	}
}

// body returns what has come of a message's body.
func body(s *core.Stream, d side) ([]byte, bool) {
	if d.fields(s) == nil || s.Response != (d == responseSide) {
		return nil, false
	}
	if s.Control == nil {
		return s.Payload, true
	}
	return s.Control.Body(), true
}
