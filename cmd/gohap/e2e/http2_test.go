package e2e

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// http2Cases are requests over HTTP/2: fields, "body:" and "trailer:" lines. What
// the client gets, what the server gets and the log line have to be the same.
var http2Cases = []struct{ name, request string }{
	{"plain", ":method GET\n:scheme http\n:path /a?b=c\n:authority h"},
	{"port", ":method GET\n:scheme http\n:path /echo\n:authority h:80"},
	{"other port", ":method GET\n:scheme http\n:path /echo\n:authority h:81"},
	{"https", ":method GET\n:scheme https\n:path /echo\n:authority h:443"},
	{"host alone", ":method GET\n:scheme http\n:path /echo\nhost h"},
	{"host and authority", ":method GET\n:scheme http\n:path /x\n:authority h\nhost other"},
	{"crumbs", ":method GET\n:scheme http\n:path /x\n:authority h\ncookie a=1\nx-y z\ncookie b=2; c=3"},
	{"te", ":method GET\n:scheme http\n:path /x\n:authority h\nte trailers"},
	{"head", ":method HEAD\n:scheme http\n:path /x\n:authority h"},
	{"head of an answer", ":method HEAD\n:scheme http\n:path /echo\n:authority h"},
	{"options", ":method OPTIONS\n:scheme http\n:path *\n:authority h"},
	{"post", ":method POST\n:scheme http\n:path /x\n:authority h\ncontent-length 5\nbody: hello"},
	{"post without length", ":method POST\n:scheme http\n:path /x\n:authority h\nbody: hello"},
	{"trailers", ":method POST\n:scheme http\n:path /x\n:authority h\nbody: hello\ntrailer: x-t v"},
	{"deny", ":method GET\n:scheme http\n:path /deny\n:authority h"},
	{"redirect", ":method GET\n:scheme http\n:path /redirect\n:authority h"},
	{"chunked response", ":method GET\n:scheme http\n:path /chunked\n:authority h"},
	{"response with trailers", ":method GET\n:scheme http\n:path /trailers\n:authority h"},
	{"interim", ":method GET\n:scheme http\n:path /hints\n:authority h"},
	{"not modified", ":method GET\n:scheme http\n:path /304\n:authority h"},
	{"large", ":method GET\n:scheme http\n:path /large\n:authority h"},
	{"server hangs up", ":method GET\n:scheme http\n:path /hangup\n:authority h"},
	{"malformed", ":method GET\n:scheme http\n:path /x\n:authority h\nConnection close"},
	{"to HTTP/2", ":method GET\n:scheme http\n:path /two/a\n:authority h\ncookie a=1\ncookie b=2"},
	{"to HTTP/2, body", ":method POST\n:scheme http\n:path /two/a\n:authority h\nbody: hello\ntrailer: x-t v"},
	{"to HTTP/2, head", ":method HEAD\n:scheme http\n:path /two/a\n:authority h"},
	{"to HTTP/2, trailers", ":method GET\n:scheme http\n:path /two/trailers\n:authority h"},
	{"to HTTP/2, large", ":method GET\n:scheme http\n:path /two/large\n:authority h"},
}

// upstream answers requests and remembers what it got.
type upstream struct{ got chan string }

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	names := []string{}
	for name, values := range r.Header {
		names = append(names, name+"="+strings.Join(values, "|"))
	}
	for name, values := range r.Trailer {
		names = append(names, "trailer "+name+"="+strings.Join(values, "|"))
	}
	slices.Sort(names)
	u.got <- fmt.Sprintf("%s %s %s %s %d %v %q %v", r.Method, r.RequestURI, r.Proto, r.Host, r.ContentLength, r.TransferEncoding, body, names)
	w.Header()["Date"] = nil
	switch _, what, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/two"), "/"); what {
	case "chunked":
		w.Write([]byte("he"))
		w.(http.Flusher).Flush()
		w.Write([]byte("llo"))
	case "trailers":
		w.Header().Set("Trailer", "X-Sum")
		w.Write([]byte("hello"))
		w.Header().Set("X-Sum", "5")
	case "hints":
		w.Header().Set("Link", "</a>")
		w.WriteHeader(http.StatusEarlyHints)
		w.Write([]byte("hello"))
	case "slow":
		time.Sleep(20 * time.Millisecond) // so that the stream is open for a moment
	case "slower":
		time.Sleep(400 * time.Millisecond)
	case "304":
		w.WriteHeader(http.StatusNotModified)
	case "large":
		w.Write(bytes.Repeat([]byte("0123456789"), 100_000))
	case "hangup":
		panic(http.ErrAbortHandler)
	default:
		w.Header().Set("X-Up", "Case")
		io.WriteString(w, "hello")
	}
}

// serve starts u with HTTP/1 and with HTTP/2.
func (u *upstream) serve(t *testing.T) (addr, addr2 string) {
	t.Helper()
	listen := func() net.Listener {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	one, two := listen(), listen()
	go http.Serve(one, u)
	v := &http.Server{Handler: u, Protocols: new(http.Protocols)}
	v.Protocols.SetUnencryptedHTTP2(true)
	go v.Serve(two)
	return one.Addr().String(), two.Addr().String()
}

// ask plays a case over a new connection and tells what came back.
func ask(t *testing.T, addr, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(c, http2.ClientPreface)
	fr := http2.NewFramer(c, c)
	fr.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	fr.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})
	fr.WriteWindowUpdate(0, 1<<30)
	var head, tail bytes.Buffer
	enc, enc2 := hpack.NewEncoder(&head), hpack.NewEncoder(&tail)
	enc2.SetMaxDynamicTableSize(0)
	body, hasBody := "", false
	for _, line := range strings.Split(request, "\n") {
		name, value, _ := strings.Cut(line, " ")
		switch name {
		case "body:":
			body, hasBody = value, true
		case "trailer:":
			name, value, _ = strings.Cut(value, " ")
			enc2.WriteField(hpack.HeaderField{Name: name, Value: value})
		default:
			enc.WriteField(hpack.HeaderField{Name: name, Value: value})
		}
	}
	fr.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: head.Bytes(), EndHeaders: true, EndStream: !hasBody})
	if hasBody {
		fr.WriteData(1, tail.Len() == 0, []byte(body))
		if tail.Len() > 0 {
			fr.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: tail.Bytes(), EndHeaders: true, EndStream: true})
		}
	}
	var text strings.Builder
	data := bytes.Buffer{}
	for {
		f, err := fr.ReadFrame()
		if err != nil {
			return text.String() + "closed"
		}
		switch f := f.(type) {
		case *http2.MetaHeadersFrame:
			for _, x := range f.Fields {
				if x.Name == "date" {
					continue // which Go's server sets by its clock
				}
				fmt.Fprintf(&text, "%s: %s\n", x.Name, x.Value)
			}
		case *http2.DataFrame:
			data.Write(f.Data())
		case *http2.RSTStreamFrame:
			return text.String() + "reset " + f.ErrCode.String()
		case *http2.GoAwayFrame:
			return text.String() + "goaway " + f.ErrCode.String()
		}
		if f.Header().StreamID == 1 && f.Header().Flags.Has(http2.FlagDataEndStream) {
			if data.Len() > 1000 {
				return fmt.Sprintf("%s%d bytes, sum %x", text.String(), data.Len(), checksum(data.Bytes()))
			}
			return text.String() + data.String()
		}
	}
}

// http2Log keeps of a log line what does not depend on the moment.
var http2Log = regexp.MustCompile(`\] (fe .*?) (\S+) (\d+|-1) (\d+) - - (\S+) \S+ \S+ (".*")`)

// TestHTTP2 plays http2Cases to both programs.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	play := func(bin string) []string {
		u := &upstream{got: make(chan string, 100)}
		one, two := u.serve(t)
		addr, sink := startHTTP2(t, bin, "$SERVER2", two, "$SERVER", one)
		all := []string{}
		for _, c := range http2Cases {
			before := sink.all()
			text := ask(t, addr, c.request)
			if !strings.HasPrefix(text, "reset ") {
				// The line of a request that was reset may still come.
				served := strings.HasPrefix(text, ":status: 200\n")
				ours := func(lines []string) []string {
					return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return served && strings.Contains(l, "<BADREQ>") })
				}
				n := len(ours(before))
				lines, _ := sink.await(10*time.Second, func(l []string) bool { return len(ours(l)) > n })
				lines = ours(lines)
				if m := http2Log.FindStringSubmatch(lines[len(lines)-1]); m != nil {
					size := m[4]
					if len(size) > 6 {
						size = "large" // by a byte more where the end comes in a frame of its own
					}
					text += "\n" + strings.Join([]string{m[1], m[3], size, m[5], m[6]}, " ")
				}
			}
			for more := true; more; {
				select {
				case got := <-u.got:
					text += "\n" + got
				default:
					more = false
				}
			}
			all = append(all, strings.ReplaceAll(text, addr, "FRONT"))
		}
		return all
	}
	want, got := play(needHAProxy(t)), play(needGohap(t))
	for i, c := range http2Cases {
		t.Run(c.name, func(t *testing.T) {
			if want[i] != got[i] {
				t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(strings.Split(want[i], "\n"), strings.Split(got[i], "\n")))
			}
		})
	}
}

// TestHTTP2Names: requests that ask the same server for different names inside TLS
// do not share a connection, and those that ask for one do.
func TestHTTP2Names(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	pem := filepath.Join(dir, "site.pem")
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s asked %s over %s from %s", r.Host, r.TLS.ServerName, r.Proto, r.RemoteAddr)
	})}
	go server.ServeTLS(l, pem, pem)
	t.Cleanup(func() { server.Close() })
	addr := freeAddr(t)
	cfg := fmt.Sprintf("defaults\n mode http\n timeout connect 5s\n timeout client 5s\n timeout server 5s\nlisten fe\n bind %s\n http-reuse always\n server s %s ssl verify none alpn h2 sni req.hdr(host)\n", addr, l.Addr())
	p := start(t, needGohap(t), "-db", "-f", writeFile(t, filepath.Join(dir, "names.cfg"), "global\n nbthread 1\n"+cfg))
	if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("gohap does not start:\n%s", p.stderr.String())
	}
	from := map[string]string{}
	for _, host := range []string{"a.test", "b.test", "a.test", "b.test"} {
		text := ask(t, addr, ":method GET\n:scheme http\n:path /\n:authority "+host)
		said, peer, _ := strings.Cut(text[strings.LastIndexByte(text, '\n')+1:], " from ")
		if want := host + " asked " + host + " over HTTP/2.0"; said != want {
			t.Errorf("got %q, want %q", said, want)
		}
		if before, ok := from[host]; ok && before != peer {
			t.Errorf("%s came from %s and from %s", host, before, peer)
		}
		from[host] = peer
	}
}

// TestHTTP2Stop: a process that is told to finish says goodbye to clients of
// HTTP/2. Streams under way end well, and so do requests that were on their way;
// then the connections close, and the process ends.
func TestHTTP2Stop(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("TLS %v", secure), func(t *testing.T) { stopHTTP2(t, secure) })
	}
}

func stopHTTP2(t *testing.T, secure bool) {
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	come, finish := make(chan bool), make(chan bool)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		come <- true
		<-finish
		io.WriteString(w, "hello")
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	addr, options := freeAddr(t), "proto h2"
	if secure {
		options = "ssl crt " + filepath.Join(dir, "site.pem") + " alpn h2"
	}
	cfg := fmt.Sprintf("defaults\n mode http\n timeout connect 5s\n timeout client 20s\n timeout server 20s\nlisten fe\n bind %s %s\n server s %s\n", addr, options, l.Addr())
	p := start(t, needGohap(t), "-db", "-f", writeFile(t, filepath.Join(dir, "stop.cfg"), cfg))
	if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("gohap does not start:\n%s", p.stderr.String())
	}
	dial := func() *h2Tunnel {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(20 * time.Second))
		if secure {
			c = tls.Client(c, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		}
		io.WriteString(c, http2.ClientPreface)
		return newH2Tunnel(c)
	}
	// rest tells what else comes.
	rest := func(k *h2Tunnel) (text string) {
		for {
			f, err := k.fr.ReadFrame()
			switch f := f.(type) {
			case *http2.GoAwayFrame:
				text += fmt.Sprintf("goaway %v %d ", f.ErrCode, f.LastStreamID)
			case *http2.MetaHeadersFrame:
				text += f.PseudoValue("status") + " "
			case *http2.DataFrame:
				text += string(f.Data()) + " "
			case *http2.RSTStreamFrame:
				text += "reset "
			}
			if err == io.EOF {
				return text + "closed"
			}
			if err != nil {
				return text + err.Error()
			}
		}
	}
	ask := func(k *h2Tunnel, id uint32) {
		k.id = id
		k.headers(true, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a")
	}
	busy, idle := dial(), dial()
	ask(idle, 1)
	<-come
	finish <- true
	if f, err := idle.head(); err != nil || f.PseudoValue("status") != "200" {
		t.Fatalf("got %v, %v", f, err)
	}
	ask(busy, 1)
	<-come
	p.signal(t, syscall.SIGUSR1)
	if got := rest(idle); got != "hello goaway NO_ERROR 1 closed" && got != "goaway NO_ERROR 1 closed" {
		t.Errorf("an idle client is told %q", got)
	}
	finish <- true
	if got := rest(busy); got != "200 hello goaway NO_ERROR 1 closed" && got != "goaway NO_ERROR 1 200 hello closed" {
		t.Errorf("a busy client is told %q", got)
	}
	if rc := p.wait(t, stopLimit); rc != 0 {
		t.Errorf("it ends with %d", rc)
	}
}
