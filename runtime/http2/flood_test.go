package http2

import (
	"errors"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/http"

	xhttp2 "golang.org/x/net/http2"
)

// TestFloods: a peer that keeps sending what brings nothing is sent away, and
// the memory it costs is bounded.
func TestFloods(t *testing.T) {
	for _, c := range []struct {
		name string
		send func(p *peer, i uint32) error
	}{
		{"PING", func(p *peer, i uint32) error { return p.WritePing(false, [8]byte{}) }},
		{"SETTINGS", func(p *peer, i uint32) error { return p.WriteSettings() }},
		{"PRIORITY", func(p *peer, i uint32) error { return p.WritePriority(1, xhttp2.PriorityParam{StreamDep: 3}) }},
		{"rapid reset", func(p *peer, i uint32) error {
			p.ask(2*i+1, true, get)
			return p.WriteRSTStream(2*i+1, xhttp2.ErrCodeCancel)
		}},
		{"empty DATA", func(p *peer, i uint32) error {
			if i == 0 {
				p.ask(1, false, get)
			}
			return p.WriteData(1, false, nil)
		}},
		{"CONTINUATION", func(p *peer, i uint32) error {
			if i == 0 {
				p.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: p.encode(get)})
			}
			return p.WriteContinuation(1, false, []byte{})
		}},
		{"header bomb", func(p *peer, i uint32) error {
			// One entry of the table, and references to it.
			block := append([]byte(nil), p.encode(with(get, "a", strings.Repeat("x", 3000)))...)
			block = append(block, strings.Repeat("\xbe", 12000)...)
			return p.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 2*i + 1, BlockFragment: block, EndHeaders: true, EndStream: true})
		}},
		{"unknown frames", func(p *peer, i uint32) error { return p.WriteRawFrame(99, 0, 1, nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newServer(t, Options{}, func(s *Stream, r *http.Request) {
				s.SetReadTimeout(time.Minute)
				s.Read(make([]byte, 10))
				s.Close(Cancel)
			})
			p := v.dial(t).hello()
			// Somebody has to read, or both ends would wait for each other: the
			// answers are many.
			done := make(chan string, 1)
			go func() {
				for {
					if got := p.verdict(); strings.HasPrefix(got, "goaway") || got == "closed" {
						done <- got
						return
					}
				}
			}()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for i := uint32(0); i < 100_000; i++ {
				if c.send(p, i) != nil {
					break
				}
			}
			p.Conn.(*net.TCPConn).CloseWrite() // in case that the other end still waits
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 64<<20 {
				t.Errorf("the heap grew by %d bytes", grown)
			}
			err := <-v.ended
			var e *ConnError
			if !errors.As(err, &e) || e.Code != EnhanceYourCalm {
				t.Errorf("ended with %v", err)
			}
			<-done
		})
	}
}

// TestSilentReader: a peer that takes nothing does not hold its stream for ever.
func TestSilentReader(t *testing.T) {
	end := make(chan error, 1)
	v := newServer(t, Options{}, func(s *Stream, r *http.Request) {
		s.SetWriteTimeout(50 * time.Millisecond)
		var res http.Response
		res.SetStatus(200)
		res.Framing = http.Framed
		end <- s.Finish(s.AppendResponse(nil, &res), make([]byte, 100), nil)
		s.Close(Cancel)
	})
	p := v.dial(t).hello(xhttp2.Setting{ID: xhttp2.SettingInitialWindowSize, Val: 0})
	p.ask(1, true, get)
	if err := <-end; err != conn.ErrTimeout {
		t.Errorf("got %v", err)
	}
	if got := p.verdict(); got != "reset CANCEL" {
		t.Errorf("the client is told %s", got)
	}
}

// TestGone: a stream's task learns that the client has given it up, or has gone.
func TestGone(t *testing.T) {
	for name, leave := range map[string]func(p *peer){
		"reset": func(p *peer) { p.WriteRSTStream(1, xhttp2.ErrCodeCancel) },
		"close": func(p *peer) { p.Conn.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			gone, read := make(chan bool), make(chan error, 1)
			v := newServer(t, Options{}, func(s *Stream, r *http.Request) {
				s.Watch(conn.WatchReset, func() { close(gone) })
				_, err := s.Read(make([]byte, 1))
				read <- err
				s.Unwatch()
				s.Close(Cancel)
			})
			p := v.dial(t).hello()
			p.ask(1, false, get)
			leave(p)
			<-gone
			if err := <-read; err == nil {
				t.Error("a read goes on")
			}
		})
	}
}

// TestInterrupt: Interrupt ends a stream's waits, Resume lets it go on.
func TestInterrupt(t *testing.T) {
	v := newServer(t, Options{}, func(s *Stream, r *http.Request) {
		conn.Go(s.Interrupt)
		if _, err := s.Read(make([]byte, 1)); err != conn.ErrAborted {
			t.Errorf("got %v", err)
		}
		s.Resume()
		s.SetReadTimeout(10 * time.Millisecond)
		if _, err := s.Read(make([]byte, 1)); err != conn.ErrTimeout {
			t.Errorf("got %v", err)
		}
		echo(s, &http.Request{})
	})
	p := v.dial(t).hello()
	p.ask(1, false, get)
	if got := p.verdict(); got != "200" {
		t.Errorf("got %s", got)
	}
}
