package api

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"gohap/runtime/core"
)

// The form is that of HAProxy, which has shown this for the same bytes.
const shown = ` 
[02/Jan/2026:03:04:05.006] frontend f (#2): invalid request
  backend <NONE> (#-1), server <NONE> (#-1), event #4, src 127.0.0.1:1234
  buffer starts at 0 (including 0 out), 16280 free,
  len 104, wraps at 16336, error at position 4
  H1 connection flags 0x00000000, H1 stream flags 0x00000000
  H1 msg state MSG_RQMETH(2), H1 msg flags 0x00000000
  H1 chunk len 0 bytes, H1 body len 0 bytes :
  
  00000  GETT\x01 / HTTP/1.1\r\n
  00018  x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
  00088+ yyyyy\r\n
  00095  \r\n
  00097  \xFF\e\t\\abc

`

func TestShowErrors(t *testing.T) {
	s := newSmall()
	f := &core.Proxy{Name: "f", ID: 2, Caps: core.Frontend}
	s.graph.Proxies = []*core.Proxy{f, {Name: "g", ID: 3, Caps: core.Frontend}}
	f.State.BadRequest.Store(&core.BadMessage{
		At: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC), Number: 4, Frontend: f, Client: netip.MustParseAddrPort("127.0.0.1:1234"),
		Bytes: []byte("GETT\x01 / HTTP/1.1\r\nx: " + strings.Repeat("y", 72) + "\r\n\r\n\xff\x1b\t\\abc"), Size: 16384, Pos: 4, State: "MSG_RQMETH(2)",
	})
	for _, c := range []struct{ command, want string }{
		{"show errors", shown},
		{"show errors f", shown},
		{"show errors 2 request", shown},
		{"show errors -1 request", shown},
		{"show errors f response", "\n"},
		{"show errors g", "\n"},
	} {
		var got strings.Builder
		client := &recorder{in: strings.NewReader(c.command + "\n"), out: &got}
		Serve(s, client, Options{Level: core.Operator})
		_, rest, _ := strings.Cut(got.String(), "\n")
		if rest != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.command, rest, c.want)
		}
	}
}

// recorder is a client that sends what it has and takes the answer.
type recorder struct {
	in  *strings.Reader
	out *strings.Builder
}

func (r *recorder) Read(p []byte) (int, error)    { return r.in.Read(p) }
func (r *recorder) Write(p []byte) (int, error)   { return r.out.Write(p) }
func (r *recorder) SetReadTimeout(time.Duration)  {}
func (r *recorder) SetWriteTimeout(time.Duration) {}
func (*recorder) Interrupt()                      {}
func (*recorder) Resume()                         {}
