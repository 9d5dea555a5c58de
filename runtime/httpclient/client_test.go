package httpclient

import (
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gohap/runtime/certs"
	"gohap/runtime/ssl"
)

// raw is a server that answers every connection with a text, and counts them.
func raw(t *testing.T, answer string) (addr string, hits *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	hits = new(atomic.Int64)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			hits.Add(1)
			buf := make([]byte, 4096)
			c.Read(buf)
			io.WriteString(c, answer)
			c.Close()
		}
	}()
	return l.Addr().String(), hits
}

func newClient() *Client { return &Client{Retries: 1, Connect: 2 * time.Second} }

func TestResponses(t *testing.T) {
	for _, x := range []struct{ answer, method, want string }{
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", "GET", "HTTP/1.1 200 OK\ncontent-length: 2\r\n\r\nok"},
		{"HTTP/1.1 404 No No\r\nContent-Length: 0\r\n\r\n", "POST", "HTTP/1.1 404 No No\ncontent-length: 0\r\n\r\n"},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HEAD", "HTTP/1.1 200 OK\ncontent-length: 2\r\n\r\n"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nX: y\r\n\r\n", "GET",
			"HTTP/1.1 200 OK\ntransfer-encoding: chunked\r\n\r\nabcde"},
		{"HTTP/1.0 200 OK\r\n\r\nuntil the end", "GET", "HTTP/1.0 200 OK\n\r\nuntil the end"},
		{"HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET", "HTTP/1.1 200 OK\ncontent-length: 2\r\n\r\nok"},
		{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "GET", "HTTP/1.1 200 OK\ncontent-length: 10\r\n\r\nabc"},
		{"nonsense\r\n\r\n", "GET", "HTTP/1.1 502 Bad Gateway\n"},
		{"", "GET", "HTTP/1.1 502 Bad Gateway\n"},
		{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", bufSize), "GET", "HTTP/1.1 502 Bad Gateway\n"},
	} {
		addr, _ := raw(t, x.answer)
		var out strings.Builder
		if !newClient().Do(&Request{Method: x.method, URI: "http://" + addr + "/a"}, &out) {
			t.Fatalf("%.20q: not sent", x.answer)
		}
		if got := out.String(); got != x.want && !(strings.HasPrefix(x.want, "HTTP/1.1 502") && strings.HasPrefix(got, x.want)) {
			t.Errorf("%.40q: got %q", x.answer, got)
		}
	}
}

// What got no answer at all is sent again, and the line tells how often.
func TestRetries(t *testing.T) {
	addr, hits := raw(t, "")
	k := newClient()
	k.Retries = 3
	var line string
	k.Log = func(b []byte) { line = string(b) }
	k.Do(&Request{Method: "GET", URI: "http://" + addr}, io.Discard)
	if hits.Load() != 4 {
		t.Errorf("%d attempts", hits.Load())
	}
	if !strings.HasSuffix(line, ` 502 209 - - SH-- 0/0/0/0/3 0/0 {} "GET http://`+addr+` HTTP/1.1"`) {
		t.Error(line)
	}
}

func TestRequests(t *testing.T) {
	seen := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- fmt.Sprintf("%s %s %s %s %s", r.Method, r.RequestURI, r.Header.Get("Accept"), r.Header.Get("User-Agent"), body)
	}))
	defer s.Close()
	for uri, want := range map[string]string{
		"":         "PUT / */* HAProxy text\n",
		"/a?b=c#d": "PUT /a?b=c */* HAProxy text\n",
		"?b":       "PUT /?b */* HAProxy text\n",
	} {
		newClient().Do(&Request{Method: "PUT", URI: s.URL + uri, Body: []byte("text\n")}, io.Discard)
		if got := <-seen; got != want {
			t.Errorf("%s: %q", uri, got)
		}
	}
	for _, r := range []Request{
		{Method: "get", URI: s.URL}, {Method: "FOO", URI: s.URL}, {Method: "GET", URI: "foo"}, {Method: "GET", URI: "http://"},
		{Method: "GET", URI: "http://:80/"}, {Method: "GET", URI: "http://a:b/"}, {Method: "GET", URI: "http://127.0.0.1/\r\nx"},
	} {
		if newClient().Do(&r, io.Discard) {
			t.Errorf("%s %q is sent", r.Method, r.URI)
		}
	}
}

// A name that nobody looks up has no address.
func TestUnresolved(t *testing.T) {
	var out strings.Builder
	newClient().Do(&Request{Method: "GET", URI: "http://localhost/"}, &out)
	if out.String() != "HTTP/1.1 503 Service Unavailable\ncontent-length: 0\r\n\r\n" {
		t.Errorf("%q", out.String())
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "safe") }))
	defer s.Close()
	s.Config.ErrorLog = nil
	own := &certs.CA{}
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	own.Set(&certs.Authorities{Certs: []*x509.Certificate{s.Certificate()}, Pool: pool})
	other := &certs.CA{}
	other.Set(&certs.Authorities{Pool: x509.NewCertPool()})
	for name, x := range map[string]struct {
		ca     *certs.CA
		verify ssl.Verify
		status string
	}{
		"its own CA": {own, ssl.Required, "200"},
		"another CA": {other, ssl.Required, "503"},
		"unverified": {nil, ssl.None, "200"},
	} {
		k := newClient()
		k.Retries = 0
		k.TLS = func() (*ssl.Server, error) {
			s := &ssl.Server{}
			s.CA, s.Verify = x.ca, x.verify
			s.Build()
			return s, nil
		}
		var out strings.Builder
		k.Do(&Request{Method: "GET", URI: s.URL}, &out)
		if !strings.HasPrefix(out.String(), "HTTP/1.1 "+x.status) {
			t.Errorf("%s: %q", name, out.String())
		}
	}
}

// FuzzURI: whatever the URI, what is sent is one request.
func FuzzURI(f *testing.F) {
	for _, uri := range []string{"http://a/", "https://[::1]:8/a?b#c", "http://u@h", "http://a b/", "http://a:0"} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		r := Request{Method: "GET", URI: uri}
		if !r.parse() {
			return
		}
		head := string(r.head())
		if strings.Count(head, "\r\n") != 5 || !strings.HasPrefix(head, "GET /") {
			t.Errorf("%q: %q", uri, head)
		}
	})
}
