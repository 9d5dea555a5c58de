package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// http2Ends are ways in which requests over HTTP/2 end before their time. Each is
// played over a connection of its own; t.id is 1.
var http2Ends = []struct {
	name, path string
	// what the client does after its request, which ends with its header unless
	// body says that one follows
	body string
	then func(t *h2Tunnel, come func())
	// window is the stream's window that the client grants.
	window uint32
	// broken: HAProxy ends the answer as if it were whole. With gohap it is reset.
	broken bool
	// quiet: the client is to try again, and nothing is logged.
	quiet bool
}{
	{name: "plain", path: "/"},
	{name: "reset while waiting", path: "/hang", then: func(t *h2Tunnel, come func()) { come(); t.fr.WriteRSTStream(1, http2.ErrCodeCancel) }},
	{name: "close while waiting", path: "/hang", then: func(t *h2Tunnel, come func()) { come(); t.Conn.Close() }},
	{name: "reset while waiting, abortonclose", path: "/abort/hang", then: func(t *h2Tunnel, come func()) { come(); t.fr.WriteRSTStream(1, http2.ErrCodeCancel) }},
	{name: "no answer", path: "/hang"},
	{name: "upload stalls", path: "/", body: "hello"},
	{name: "upload reset", path: "/", body: "hello", then: func(t *h2Tunnel, come func()) { come(); t.fr.WriteRSTStream(1, http2.ErrCodeCancel) }},
	{name: "answer breaks off", path: "/cut", broken: true},
	{name: "chunked answer breaks off", path: "/cutchunks", broken: true},
	{name: "server hangs up", path: "/hangup", quiet: true},
	{name: "client closes its window", path: "/large", window: 1, broken: true},
	{name: "buffered upload stalls", path: "/buffer", body: "hello"},
	{name: "buffered upload reset", path: "/buffer", body: "hello", then: func(t *h2Tunnel, come func()) { t.fr.WriteRSTStream(1, http2.ErrCodeCancel) }},
	{name: "to HTTP/2, plain", path: "/two"},
	{name: "to HTTP/2, reset while waiting", path: "/two/hang", then: func(t *h2Tunnel, come func()) { come(); t.fr.WriteRSTStream(1, http2.ErrCodeCancel) }},
	{name: "to HTTP/2, no answer", path: "/two/hang"},
	{name: "to HTTP/2, server resets", path: "/two/hangup", quiet: true},
	{name: "to HTTP/2, server breaks off", path: "/two/cutchunks", broken: true},
	{name: "to HTTP/2, upload stalls", path: "/two", body: "hello"},
}

// ending is the server.
type ending struct{ come chan bool }

func (e *ending) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case e.come <- true:
	default:
	}
	switch what := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]; what {
	case "hang":
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case "cut":
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "hello")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case "cutchunks":
		io.WriteString(w, "hello")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case "hangup":
		panic(http.ErrAbortHandler)
	case "large":
		w.Write(make([]byte, 1<<20))
	default:
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			io.WriteString(w, "hello")
		}
	}
}

var endsLog = regexp.MustCompile(`\] (fe .*?) [-\d/+]+ (-?\d+) \d+ - - (\S+) .*(".*")`)

// TestHTTP2Ends: what the client is told and what is logged is the same with both
// programs.
func TestHTTP2Ends(t *testing.T) {
	t.Parallel()
	play := func(bin string) (all []string) {
		e := &ending{come: make(chan bool, 1)}
		listen := func(protocols func(*http.Protocols)) string {
			l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
			if err != nil {
				t.Fatal(err)
			}
			s := &http.Server{Handler: e, Protocols: new(http.Protocols)}
			protocols(s.Protocols)
			go s.Serve(l)
			t.Cleanup(func() { s.Close() })
			return l.Addr().String()
		}
		one := listen(func(p *http.Protocols) { p.SetHTTP1(true) })
		two := listen(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) })
		addr, sink := freeAddr(t), newSyslogSink(t)
		cfg := fmt.Sprintf("global\n log %s local0\ndefaults\n mode http\n log global\n option httplog\n option dontlognull\n retries 0\n"+
			" timeout connect 5s\n timeout client 300ms\n timeout server 600ms\n timeout http-request 300ms\n"+
			"frontend fe\n bind %s proto h2\n use_backend two if { path_beg /two }\n use_backend abort if { path_beg /abort }\n use_backend buffer if { path_beg /buffer }\n default_backend one\n"+
			"backend one\n server s %s\nbackend two\n server s %s proto h2\nbackend abort\n option abortonclose\n server s %s\nbackend buffer\n option http-buffer-request\n server s %s\n",
			sink.addr, addr, one, two, one, one)
		p := start(t, asHAProxy(t, bin), "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "ends.cfg"), cfg))
		if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
			t.Fatalf("%s does not start:\n%s", bin, p.stderr.String())
		}
		defer p.end(t)
		for _, k := range http2Ends {
			select {
			case <-e.come:
			default:
			}
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			c.SetDeadline(time.Now().Add(20 * time.Second))
			io.WriteString(c, http2.ClientPreface)
			var settings []http2.Setting
			if k.window > 0 {
				settings = append(settings, http2.Setting{ID: http2.SettingInitialWindowSize, Val: k.window})
			}
			h := &h2Tunnel{Conn: c, fr: http2.NewFramer(c, c), id: 1}
			h.fr.WriteSettings(settings...)
			before := len(sink.all())
			if k.body == "" {
				h.headers(true, ":method", "GET", ":scheme", "http", ":path", k.path, ":authority", "h")
			} else {
				h.headers(false, ":method", "POST", ":scheme", "http", ":path", k.path, ":authority", "h", "content-length", "100")
				h.fr.WriteData(1, false, []byte(k.body))
			}
			if k.then != nil {
				k.then(h, func() { <-e.come })
			}
			text := ""
			lines, _ := sink.await(10*time.Second, func(l []string) bool { return k.quiet || len(l) > before })
			if len(lines) > before {
				if m := endsLog.FindStringSubmatch(lines[before]); m != nil {
					text = strings.Join(m[1:], " ")
				} else {
					text = lines[before]
				}
			}
			// A broken answer is ended in some way, but maybe later than it is logged.
			all = append(all, text+"\n"+told(h, !k.quiet && !k.broken))
			c.Close()
		}
		return all
	}
	want, got := play(needHAProxy(t)), play(needGohap(t))
	for i, k := range http2Ends {
		t.Run(k.name, func(t *testing.T) {
			if k.broken {
				want[i] = strings.Replace(want[i], "then the end", "then reset CANCEL", 1)
			}
			if want[i] != got[i] {
				t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(strings.Split(want[i], "\n"), strings.Split(got[i], "\n")))
			}
		})
	}
}

// told is what a client is told of its stream, or with ask what it was told before
// it asked whether the other end still is there.
func told(h *h2Tunnel, ask bool) (text string) {
	if ask {
		h.fr.WritePing(false, [8]byte{})
	}
	n := 0
	for {
		f, err := h.fr.ReadFrame()
		if p, ok := f.(*http2.PingFrame); err != nil || ok && p.IsAck() {
			return fmt.Sprintf("%s%v bytes, then nothing", text, n > 0)
		}
		if f.Header().StreamID != 1 {
			continue
		}
		switch f := f.(type) {
		case *http2.HeadersFrame:
			text += "head "
		case *http2.DataFrame:
			n += len(f.Data())
		case *http2.RSTStreamFrame:
			return fmt.Sprintf("%s%v bytes, then reset %v", text, n > 0, f.ErrCode)
		}
		if f.Header().Flags.Has(http2.FlagDataEndStream) {
			return fmt.Sprintf("%s%v bytes, then the end", text, n > 0)
		}
	}
}
