package http2

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand"
	"net"
	nethttp "net/http"
	"sync"
	"testing"
	"time"

	"gohap/runtime/http"

	xhttp2 "golang.org/x/net/http2"
)

// client is Go's own, over clear text.
func client(v *server) *nethttp.Client {
	tr := &nethttp.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return net.Dial(network, v.addr)
		},
		Protocols: new(nethttp.Protocols),
	}
	tr.Protocols.SetUnencryptedHTTP2(true)
	return &nethttp.Client{Timeout: 30 * time.Second, Transport: tr}
}

// TestBodies sends bodies of many sizes there and back, many at a time, so that
// windows and buffers run out over and over.
func TestBodies(t *testing.T) {
	v := newServer(t, Options{}, echo)
	c := client(v)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			body := make([]byte, i*i*100)
			rand.New(rand.NewSource(int64(i))).Read(body)
			r, _ := nethttp.NewRequest("POST", "http://a/"+fmt.Sprint(i), io.NopCloser(bytes.NewReader(body)))
			r.Trailer = nethttp.Header{"X-Sum": {fmt.Sprint(i)}}
			res, err := c.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			got, err := io.ReadAll(res.Body)
			if err != nil || !bytes.Equal(got, body) {
				t.Errorf("%d: %d of %d bytes came back, %v", i, len(got), len(body), err)
			}
			if x := res.Trailer.Get("X-Sum"); x != fmt.Sprint(i) {
				t.Errorf("%d: trailer %q", i, x)
			}
			if x := res.Header.Get("X-Target"); x != "http://a/"+fmt.Sprint(i) {
				t.Errorf("%d: target %q", i, x)
			}
		})
	}
	all.Wait()
	c.CloseIdleConnections()
	for <-v.ended; v.open.H2Streams.Load()+v.open.H2Connections.Load() != 0; <-v.ended {
		// Go may have dialled more than once.
	}
	if v.counters.Streams.Load() != 60 || v.counters.StreamErrors.Load() != 0 {
		t.Errorf("%d streams, %d errors", v.counters.Streams.Load(), v.counters.StreamErrors.Load())
	}
}

// TestWindow: a peer that grants little gets no more than that, and a long
// header goes out in several frames.
func TestWindow(t *testing.T) {
	v := newServer(t, Options{}, func(s *Stream, r *http.Request) {
		var res http.Response
		res.SetStatus(200)
		res.Framing = http.Framed
		res.Add("x-long", bytes.Repeat([]byte("x"), 20000))
		s.Finish(s.AppendResponse(nil, &res), bytes.Repeat([]byte("y"), 100), nil)
		s.Close(Cancel)
	})
	p := v.dial(t).hello(xhttp2.Setting{ID: xhttp2.SettingInitialWindowSize, Val: 30})
	p.ask(1, true, get)
	got, sum := []int{}, 0
	for sum < 100 {
		f, err := p.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		switch f := f.(type) {
		case *xhttp2.MetaHeadersFrame:
			if n := len(f.RegularFields()[0].Value); n != 20000 {
				t.Errorf("header of %d bytes", n)
			}
		case *xhttp2.DataFrame:
			got = append(got, len(f.Data()))
			sum += len(f.Data())
			if f.StreamEnded() != (sum == 100) {
				t.Errorf("end after %d bytes", sum)
			}
			p.WriteWindowUpdate(1, uint32(25))
		}
	}
	if fmt.Sprint(got) != "[30 25 25 20]" {
		t.Errorf("frames of %d bytes", got)
	}
}

// TestUnread: what a stream does not read is not granted anew, and does not hold
// up others.
func TestUnread(t *testing.T) {
	release := make(chan bool)
	v := newServer(t, Options{}, func(s *Stream, r *http.Request) {
		if string(r.Target) == "http://a/slow" {
			<-release
		}
		echo(s, r)
	})
	p := v.dial(t).hello()
	p.ask(1, false, []string{":method", "POST", ":scheme", "http", ":path", "/slow", ":authority", "a"})
	for range 6 {
		p.WriteData(1, false, make([]byte, 10000))
	}
	p.ask(3, true, get)
	for {
		f, err := p.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := f.(*xhttp2.WindowUpdateFrame); ok && f.StreamID == 1 {
			t.Errorf("was granted %d bytes unread", f.Increment)
		}
		if f.Header().StreamID == 3 && f.Header().Flags.Has(xhttp2.FlagDataEndStream) {
			break
		}
	}
	close(release)
	for granted := 0; granted < 60000-defaultWindow/2; {
		f, err := p.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if f, ok := f.(*xhttp2.WindowUpdateFrame); ok && f.StreamID == 1 {
			granted += int(f.Increment)
		}
	}
}
