package http2

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/stats"

	xhttp2 "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// server is the end of connections that answers; handle runs for each stream.
type server struct {
	addr     string
	counters stats.H2
	open     stats.Open
	opts     Options
	handle   func(s *Stream, r *http.Request)
	ended    chan error // how each connection ended
}

// handler makes one connection's streams tasks.
type handler struct{ *server }

func (h handler) Begin(s *Stream, r *http.Request) {
	own := new(http.Request)
	*own, *r = *r, *own
	conn.Go(func() { h.handle(s, own) })
}

func (h handler) Quiet() {}

func newServer(t testing.TB, o Options, handle func(*Stream, *http.Request)) *server {
	// The handlers wait for the tests, by means of channels.
	l, err := conn.Listen(&conn.ListenOptions{Addr: netip.MustParseAddrPort("127.0.0.1:0"), Apart: true})
	if err != nil {
		t.Fatal(err)
	}
	v := &server{addr: l.Addr().String(), opts: o, handle: handle, ended: make(chan error, 100)}
	v.opts.Prepare()
	go l.Serve(func(c *conn.Conn) { conn.Go(func() { v.serve(c) }) })
	t.Cleanup(func() { l.Stop() })
	return v
}

func (v *server) serve(c *conn.Conn) {
	c.SetWriteTimeout(20 * time.Second)
	h := NewServer(c, nil, &v.opts, &v.counters, &v.open, handler{v})
	err := h.Early()
	for err == nil {
		err = h.Receive()
	}
	h.Close()
	c.Drain(1<<20, v.opts.Buffers)
	c.Close()
	v.ended <- err
}

// echo answers with the request's body, and its trailers.
func echo(s *Stream, r *http.Request) {
	s.SetReadTimeout(20 * time.Second)
	s.SetWriteTimeout(20 * time.Second)
	var res http.Response
	res.Version = http.Version20
	res.SetStatus(200)
	res.Framing = http.Framed
	res.Add("x-target", r.Target)
	res.Add("x-cookie", append([]byte{}, r.Value("cookie")...))
	head := s.AppendResponse(nil, &res)
	buf := make([]byte, 10000)
	for {
		n, err := 0, io.EOF
		if r.HasBody() {
			n, err = s.Read(buf)
		}
		if err == io.EOF {
			s.Finish(head, nil, s.Trailers())
			break
		}
		if err != nil {
			break
		}
		if _, err := s.Writev(head, buf[:n], nil); err != nil {
			break
		}
		head = nil
	}
	s.Close(Cancel)
}

// peer is a client that says what it likes.
type peer struct {
	testing.TB
	net.Conn
	*xhttp2.Framer
	block bytes.Buffer
	enc   *hpack.Encoder
}

func (v *server) dial(t testing.TB) *peer {
	c, err := net.Dial("tcp", v.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(30 * time.Second))
	p := &peer{TB: t, Conn: c, Framer: xhttp2.NewFramer(c, c)}
	p.AllowIllegalWrites = true
	p.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	p.init()
	return p
}

func (p *peer) init() { p.enc = hpack.NewEncoder(&p.block) }

// hello sends preface and settings.
func (p *peer) hello(settings ...xhttp2.Setting) *peer {
	io.WriteString(p.Conn, Preface)
	p.WriteSettings(settings...)
	return p
}

// get is the header of a plain request.
var get = []string{":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"}

func with(fields []string, more ...string) []string {
	return append(append([]string(nil), fields...), more...)
}

func (p *peer) encode(fields []string) []byte {
	p.block.Reset()
	for i := 0; i < len(fields); i += 2 {
		p.enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return p.block.Bytes()
}

// ask opens a stream.
func (p *peer) ask(id uint32, end bool, fields []string) {
	p.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: id, BlockFragment: p.encode(fields), EndHeaders: true, EndStream: end})
}

// verdict reads up to a frame that ends a stream or the connection and returns
// it in words.
func (p *peer) verdict() string {
	for {
		f, err := p.ReadFrame()
		if err != nil {
			return "closed"
		}
		switch f := f.(type) {
		case *xhttp2.RSTStreamFrame:
			return "reset " + Code(f.ErrCode).String()
		case *xhttp2.GoAwayFrame:
			return "goaway " + Code(f.ErrCode).String()
		case *xhttp2.MetaHeadersFrame:
			if f.StreamEnded() {
				return f.PseudoValue("status")
			}
		case *xhttp2.DataFrame:
			if f.StreamEnded() {
				return "end"
			}
		}
	}
}

// TestMain has the tests run without loops: they use connections in goroutines
// of their own, which those of a loop do not allow.
func TestMain(m *testing.M) {
	os.Setenv("GOHAP_ENGINE", "portable")
	os.Exit(m.Run())
}
