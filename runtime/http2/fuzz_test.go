package http2

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"gohap/runtime/http"

	xhttp2 "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// frames returns what f writes.
func frames(f func(w *xhttp2.Framer, block func(...string) []byte)) []byte {
	var b, h bytes.Buffer
	enc := hpack.NewEncoder(&h)
	f(xhttp2.NewFramer(&b, nil), func(fields ...string) []byte {
		h.Reset()
		for i := 0; i < len(fields); i += 2 {
			enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
		}
		return h.Bytes()
	})
	return b.Bytes()
}

// FuzzRequests feeds the answering end: whatever comes, it neither panics nor
// hangs, and ends without streams.
func FuzzRequests(f *testing.F) {
	f.Add(frames(func(w *xhttp2.Framer, block func(...string) []byte) {
		w.WriteSettings(xhttp2.Setting{ID: xhttp2.SettingInitialWindowSize, Val: 10})
		w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: block(get...), EndHeaders: true})
		w.WriteData(1, false, []byte("hello"))
		w.WriteDataPadded(1, true, []byte("hello"), make([]byte, 7))
		w.WriteWindowUpdate(1, 100)
		w.WritePing(false, [8]byte{})
		w.WriteRSTStream(1, xhttp2.ErrCodeCancel)
	}))
	f.Add(frames(func(w *xhttp2.Framer, block func(...string) []byte) {
		w.WriteSettings()
		w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 3, BlockFragment: block(get...)[:4]})
		w.WriteContinuation(3, true, block("x", "y"))
		w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 5, BlockFragment: block(with(get, "content-length", "4", "cookie", "a", "cookie", "b")...), EndHeaders: true})
		w.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 5, BlockFragment: block("t", "r"), EndHeaders: true, EndStream: true})
		w.WritePriority(5, xhttp2.PriorityParam{StreamDep: 3})
		w.WriteGoAway(0, 0, nil)
	}))
	v := newServer(f, Options{}, func(s *Stream, r *http.Request) {
		s.SetReadTimeout(time.Second)
		s.SetWriteTimeout(time.Second)
		echo(s, r)
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := net.Dial("tcp", v.addr)
		if err != nil {
			t.Skip(err) // so many connections a second use up this machine's ports
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		io.WriteString(c, Preface)
		c.Write(data)
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c)
		<-v.ended
		if n := v.open.H2Streams.Load(); n != 0 {
			t.Fatalf("%d streams left", n)
		}
	})
}
