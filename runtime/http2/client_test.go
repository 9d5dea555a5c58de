package http2

import (
	"bytes"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/stats"

	xhttp2 "golang.org/x/net/http2"
)

// upstream has each connection that it gets served by serve.
func upstream(t testing.TB, serve func(net.Conn)) netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				serve(c)
				c.Close()
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// link connects to addr; the channel hears of the connection's end.
func link(t testing.TB, o *Options, addr netip.AddrPort) (*Conn, chan bool) {
	c, err := conn.Dial(&conn.DialOptions{Addr: addr, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	c.SetWriteTimeout(20 * time.Second)
	h := NewClient(c, o, new(stats.H2), new(stats.Open))
	gone := make(chan bool, 1)
	h.Run(0, func(*Conn) { gone <- true })
	return h, gone
}

// ask sends a request over a new stream and reads the whole answer.
func ask(h *Conn, method, path string, body []byte) (status int, answer []byte, trailers string, err error) {
	s := h.Open(true)
	if s == nil {
		return 0, nil, "", ErrGone
	}
	defer s.Close(Cancel)
	s.SetReadTimeout(20 * time.Second)
	s.SetWriteTimeout(20 * time.Second)
	var r http.Request
	r.Version = http.Version11
	r.SetMethod([]byte(method))
	r.Target = []byte(path)
	r.Add("host", []byte("example"))
	if body != nil {
		r.Framing = http.Framed
	}
	if err := s.Finish(s.AppendRequest(nil, &r), body, nil); err != nil {
		return 0, nil, "", err
	}
	var res http.Response
	for {
		if err := s.ReadResponse(&res); err != nil {
			return 0, nil, "", err
		}
		if !res.Interim() {
			break
		}
		res.Reset()
	}
	if res.HasBody() {
		answer, err = io.ReadAll(s)
	}
	if f := s.Trailers(); f != nil && f.Len() > 0 {
		trailers = string(f.At(0).Name) + "=" + string(f.At(0).Value)
	}
	return res.Status, answer, trailers, err
}

// TestClient asks Go's own server, many requests at a time over one connection.
func TestClient(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v := &nethttp.Server{Protocols: new(nethttp.Protocols), Handler: nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(nethttp.StatusEarlyHints)
		b, _ := io.ReadAll(r.Body)
		w.Write(b)
		w.Header().Set("X-Sum", fmt.Sprint(len(b)))
	})}
	v.Protocols.SetUnencryptedHTTP2(true)
	go v.Serve(l)
	defer v.Close()
	addr := l.Addr().(*net.TCPAddr).AddrPort()
	o := &Options{}
	o.Prepare()
	h, gone := link(t, o, addr)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			body := bytes.Repeat([]byte{byte(i)}, i*i*60)
			status, answer, trailers, err := ask(h, "POST", "/", body)
			if status != 200 || !bytes.Equal(answer, body) || trailers != fmt.Sprintf("x-sum=%d", len(body)) || err != nil {
				t.Errorf("%d: %d, %d of %d bytes, %q, %v", i, status, len(answer), len(body), trailers, err)
			}
		})
	}
	all.Wait()
	if status, answer, _, err := ask(h, "HEAD", "/", nil); status != 200 || len(answer) > 0 || err != nil {
		t.Errorf("HEAD: %d, %q, %v", status, answer, err)
	}
	if n := h.Carried(); n != 51 {
		t.Errorf("%d streams", n)
	}
	h.Retire()
	<-gone
}

// TestAway: a server that says GOAWAY gets no further stream, and those that it
// did not take are known as such.
func TestAway(t *testing.T) {
	addr := upstream(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, len(Preface)))
		fr := xhttp2.NewFramer(c, c)
		fr.WriteSettings()
		for asked := 0; asked < 2; {
			f, err := fr.ReadFrame()
			if err != nil {
				return
			}
			if _, ok := f.(*xhttp2.HeadersFrame); ok {
				asked++
			}
		}
		fr.WriteGoAway(1, xhttp2.ErrCodeNo, nil)
		fr.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0x88}, EndHeaders: true, EndStream: true})
		io.Copy(io.Discard, c)
	})
	o := &Options{}
	o.Prepare()
	h, gone := link(t, o, addr)
	type answer struct {
		status int
		err    error
	}
	answers := make(chan answer)
	for range 2 {
		go func() {
			status, _, _, err := ask(h, "GET", "/", nil)
			answers <- answer{status, err}
		}()
	}
	a, b := <-answers, <-answers
	if a.err == nil {
		a, b = b, a
	}
	if a.err != ErrRefused || b.status != 200 {
		t.Errorf("got %v and %v", a, b)
	}
	<-gone
	if h.Open(true) != nil {
		t.Error("another stream was opened")
	}
}

// TestPool: streams share the connections of a pool as far as there is room.
func TestPool(t *testing.T) {
	addr := upstream(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, len(Preface)))
		xhttp2.NewFramer(c, c).WriteSettings(xhttp2.Setting{ID: xhttp2.SettingMaxConcurrentStreams, Val: 1})
		io.Copy(io.Discard, c)
	})
	o := &Options{}
	o.Prepare()
	h, _ := link(t, o, addr)
	var p Pool
	p.Add(h)
	if p.Open(h.sock.Shard(), nil, false) != nil {
		t.Error("an unused connection was taken")
	}
	s := p.Open(h.sock.Shard(), nil, true)
	other := p.Open(h.sock.Shard(), nil, false)
	if s == nil || other == nil {
		t.Fatal("no stream")
	}
	other.Close(Cancel)
	s.Close(Cancel)
	if n := p.Unused(5); n != 1 {
		t.Errorf("%d unused", n)
	}
	p.Remove(h)
	if p.Open(h.sock.Shard(), nil, true) != nil {
		t.Error("a removed connection was taken")
	}
	h.Retire()
}

// FuzzResponses feeds the asking end.
func FuzzResponses(f *testing.F) {
	f.Add(frames(func(w *xhttp2.Framer, block func(...string) []byte) {
		w.WriteSettings(xhttp2.Setting{ID: xhttp2.SettingInitialWindowSize, Val: 10})
		w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: block(":status", "103", "link", "x"), EndHeaders: true})
		w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: block(":status", "200", "content-length", "5"), EndHeaders: true})
		w.WriteData(1, false, []byte("hello"))
		w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: block("a", "b"), EndHeaders: true, EndStream: true})
	}))
	f.Add(frames(func(w *xhttp2.Framer, block func(...string) []byte) {
		w.WriteSettings()
		w.WriteWindowUpdate(1, 10)
		w.WriteGoAway(1, 0, nil)
		w.WriteRSTStream(1, xhttp2.ErrCodeRefusedStream)
		w.WritePushPromise(xhttp2.PushPromiseParam{StreamID: 1, PromiseID: 2, EndHeaders: true})
	}))
	inputs := make(chan []byte, 1)
	addr := upstream(f, func(c net.Conn) {
		c.Write(<-inputs)
		c.(*net.TCPConn).CloseWrite()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		io.Copy(io.Discard, c)
	})
	o := &Options{}
	o.Prepare()
	f.Fuzz(func(t *testing.T, data []byte) {
		inputs <- data
		h, gone := link(t, o, addr)
		ask(h, "POST", "/", make([]byte, 100))
		<-gone
	})
}
