package http2

import (
	"strings"
	"testing"

	"gohap/runtime/http"

	xhttp2 "golang.org/x/net/http2"
)

// TestRequests holds the rules for what a request's header may say: each case
// is answered, or reset as the RFC asks.
func TestRequests(t *testing.T) {
	v := newServer(t, Options{}, echo)
	const malformed = "reset PROTOCOL_ERROR"
	for _, c := range []struct {
		name   string
		fields []string
		want   string
	}{
		{"plain", get, "200"},
		{"host alone", []string{":method", "GET", ":scheme", "http", ":path", "/", "host", "a"}, "200"},
		{"star", []string{":method", "OPTIONS", ":scheme", "http", ":path", "*"}, "200"},
		{"no method", get[2:], malformed},
		{"no scheme", with(get[:2], get[4:]...), malformed},
		{"no path", with(get[:4], get[6:]...), malformed},
		{"empty path", []string{":method", "GET", ":scheme", "http", ":path", "", ":authority", "a"}, malformed},
		{"relative path", []string{":method", "GET", ":scheme", "http", ":path", "x", ":authority", "a"}, malformed},
		{"blank in path", []string{":method", "GET", ":scheme", "http", ":path", "/ x", ":authority", "a"}, malformed},
		{"method of two words", []string{":method", "GE T", ":scheme", "http", ":path", "/", ":authority", "a"}, malformed},
		{"two paths", with(get, ":path", "/"), malformed},
		{"unknown pseudo", with(get, ":what", "/"), malformed},
		{"status", with(get, ":status", "200"), malformed},
		{"late pseudo", with(with(get[:6], "x", "y"), ":authority", "a"), malformed},
		{"capitals", with(get, "Accept", "x"), malformed},
		{"blank in name", with(get, "a b", "x"), malformed},
		{"line end in value", with(get, "a", "x\r\ny: z"), malformed},
		{"nul in value", with(get, "a", "x\x00"), malformed},
		{"connection", with(get, "connection", "close"), malformed},
		{"transfer-encoding", with(get, "transfer-encoding", "chunked"), malformed},
		{"te", with(get, "te", "trailers"), "200"},
		{"te gzip", with(get, "te", "gzip"), malformed},
		{"length without body", with(get, "content-length", "3"), malformed},
		{"two lengths", with(get, "content-length", "0", "content-length", "1"), malformed},
		{"no number", with(get, "content-length", "+0"), malformed},
		{"protocol without CONNECT", with(get, ":protocol", "websocket"), malformed},
		{"CONNECT with a path", with([]string{":method", "CONNECT"}, get[2:]...), malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := v.dial(t).hello()
			p.ask(1, true, c.fields)
			if got := p.verdict(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			// The connection goes on either way.
			p.ask(3, true, get)
			if got := p.verdict(); got != "200" {
				t.Errorf("then got %s", got)
			}
		})
	}
}

// TestTarget is about the request that rules see.
func TestTarget(t *testing.T) {
	for _, c := range []struct{ fields, want string }{
		{":method GET :scheme http :path /a?b :authority h", "GET http://h/a?b host:h"},
		{":method GET :scheme http :path / :authority h:80 accept x", "GET http://h/ host:h accept:x"},
		{":method GET :scheme https :path / :authority h:443", "GET https://h/ host:h"},
		{":method GET :scheme https :path / :authority h:80 host other", "GET https://h:80/ host:h:80"},
		{":method GET :scheme http :path / accept x host h", "GET / accept:x host:h"},
		{":method GET :scheme http :path / :authority h cookie a=1 x y cookie b=2", "GET http://h/ host:h x:y cookie:a=1; b=2"},
		{":method CONNECT :authority h:80", "CONNECT h:80 host:h:80"},
	} {
		o := Options{}
		o.Prepare()
		b := newBlock(&o)
		p := peer{}
		p.init()
		var r http.Request
		b.begin(requestBlock, &r.Fields)
		if err := b.decode(p.encode(strings.Fields(c.fields))); err != nil {
			t.Fatal(err)
		}
		if !b.finishRequest(&r, true) {
			t.Errorf("%s: refused", c.fields)
			continue
		}
		got := string(r.Method) + " " + string(r.Target)
		for i := range r.Len() {
			got += " " + string(r.At(i).Name) + ":" + string(r.At(i).Value)
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.fields, got, c.want)
		}
	}
}

// TestFrames is about frames out of place: which break the connection, and
// which only the stream.
func TestFrames(t *testing.T) {
	hold := func(s *Stream, r *http.Request) {
		s.SetReadTimeout(0)
		buf := make([]byte, 100)
		for {
			if _, err := s.Read(buf); err != nil {
				break
			}
		}
		echo(s, &http.Request{})
	}
	v := newServer(t, Options{MaxStreams: 2}, hold)
	for _, c := range []struct {
		name string
		send func(p *peer)
		want string
	}{
		{"DATA on stream 0", func(p *peer) { p.WriteData(0, true, nil) }, "goaway PROTOCOL_ERROR"},
		{"DATA on an idle stream", func(p *peer) { p.WriteData(1, true, nil) }, "goaway PROTOCOL_ERROR"},
		{"HEADERS on stream 0", func(p *peer) { p.ask(0, true, get) }, "goaway PROTOCOL_ERROR"},
		{"HEADERS on an even stream", func(p *peer) { p.ask(2, true, get) }, "goaway PROTOCOL_ERROR"},
		{"RST_STREAM on an idle stream", func(p *peer) { p.WriteRSTStream(1, 0) }, "goaway PROTOCOL_ERROR"},
		{"WINDOW_UPDATE on an idle stream", func(p *peer) { p.WriteWindowUpdate(1, 5) }, "goaway PROTOCOL_ERROR"},
		{"WINDOW_UPDATE of nothing", func(p *peer) { p.WriteWindowUpdate(0, 0) }, "goaway PROTOCOL_ERROR"},
		{"window too large", func(p *peer) { p.WriteWindowUpdate(0, maxID) }, "goaway FLOW_CONTROL_ERROR"},
		{"PUSH_PROMISE", func(p *peer) {
			p.WritePushPromise(xhttp2.PushPromiseParam{StreamID: 1, PromiseID: 2, EndHeaders: true})
		}, "goaway PROTOCOL_ERROR"},
		{"CONTINUATION alone", func(p *peer) { p.WriteContinuation(1, true, nil) }, "goaway PROTOCOL_ERROR"},
		{"between HEADERS and CONTINUATION", func(p *peer) {
			p.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: p.encode(get)})
			p.WritePing(false, [8]byte{})
		}, "goaway PROTOCOL_ERROR"},
		{"smaller number", func(p *peer) { p.ask(5, false, get); p.ask(3, true, get) }, "goaway PROTOCOL_ERROR"},
		{"frame too long", func(p *peer) { p.WriteRawFrame(xhttp2.FrameData, 0, 1, make([]byte, 16385)) }, "goaway FRAME_SIZE_ERROR"},
		{"bad table", func(p *peer) {
			p.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0xff, 0xff, 0}, EndHeaders: true})
		}, "goaway COMPRESSION_ERROR"},
		{"too many streams", func(p *peer) { p.ask(1, false, get); p.ask(3, false, get); p.ask(5, false, get) }, "reset REFUSED_STREAM"},
		{"HEADERS that end nothing", func(p *peer) { p.ask(1, false, get); p.ask(1, false, get) }, "reset PROTOCOL_ERROR"},
		{"more than announced", func(p *peer) {
			p.ask(1, false, with(get, "content-length", "3"))
			p.WriteData(1, false, []byte("four"))
		}, "reset PROTOCOL_ERROR"},
		{"less than announced", func(p *peer) { p.ask(1, false, with(get, "content-length", "3")); p.WriteData(1, true, []byte("ab")) }, "reset PROTOCOL_ERROR"},
		{"stream window overrun", func(p *peer) {
			p.WriteSettingsAck()
			p.ask(1, false, get)
			p.WriteWindowUpdate(1, maxID)
		}, "reset FLOW_CONTROL_ERROR"},
		{"stream depends on itself", func(p *peer) {
			p.WriteHeaders(xhttp2.HeadersFrameParam{StreamID: 1, BlockFragment: p.encode(get), EndHeaders: true, Priority: xhttp2.PriorityParam{StreamDep: 1, Weight: 1}})
		}, "reset PROTOCOL_ERROR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := v.dial(t).hello()
			c.send(p)
			if got := p.verdict(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
