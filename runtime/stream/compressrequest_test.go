package stream

import (
	"bufio"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gohap/runtime/compress"
	"gohap/runtime/core"
)

// unpacker is a server that tells what a request's body was like on the wire and
// sends it back. Its first answer to each path below /twice is 503.
func unpacker(t *testing.T) string {
	seen := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		coding := r.Header.Get("Content-Encoding")
		var body io.Reader = r.Body
		var err error
		switch coding {
		case "gzip":
			body, err = gzip.NewReader(body)
		case "deflate":
			body, err = zlib.NewReader(body)
		}
		if err != nil {
			t.Error(err)
			return
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		if strings.HasPrefix(r.URL.Path, "/twice") && !seen[r.URL.Path] {
			seen[r.URL.Path] = true
			w.WriteHeader(503)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "%s %d:%s", coding, r.ContentLength, text)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// Requests go to servers compressed where that is asked for and they may be, whole
// and in pieces, at once and after a failure; others go as they came.
func TestCompressRequest(t *testing.T) {
	big := strings.Repeat("0123456789", 30000)
	all := core.Compression{RequestAlgorithm: compress.Gzip, Direction: core.BothDirections}
	with := func(f func(*core.Compression)) core.Compression { z := all; f(&z); return z }
	length := func(body string, fields ...string) string {
		return fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n%s", len(body), strings.Join(append(fields, ""), "\r\n"), body)
	}
	for _, c := range []struct {
		name     string
		settings core.Compression
		request  string
		want     string
	}{
		{"length", all, length("hello"), "gzip -1:hello"},
		{"big", all, length(big), "gzip -1:" + big},
		{"chunks", all, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(big, 5000) + "0\r\n\r\n", "gzip -1:" + big},
		{"deflate", with(func(z *core.Compression) { z.RequestAlgorithm = compress.Deflate }), length(big), "deflate -1:" + big},
		{"again", all, strings.Replace(length("hello"), "/", "/twice/length", 1), "gzip -1:hello"},
		{"responses only", with(func(z *core.Compression) { z.Direction = core.Responses }), length("hello"), " 5:hello"},
		{"requests only", with(func(z *core.Compression) { z.Direction = core.Requests }), length("hello"), "gzip -1:hello"},
		{"other types", with(func(z *core.Compression) { z.RequestTypes = []string{"text/"} }), length("hello", "Content-Type: image/png"), " 5:hello"},
		{"type", with(func(z *core.Compression) { z.RequestTypes = []string{"text/"} }), length("hello", "Content-Type: TEXT/html"), "gzip -1:hello"},
		{"multipart", all, length("hello", "Content-Type: multipart/form-data"), " 5:hello"},
		{"compressed", all, length("hello", "Content-Encoding: br"), "br 5:hello"},
		{"forbidden", all, length("hello", "Cache-Control: no-transform"), " 5:hello"},
		{"short", with(func(z *core.Compression) { z.RequestLeast = 6 }), length("hello"), " 5:hello"},
		{"long enough", with(func(z *core.Compression) { z.RequestLeast = 5 }), length("hello"), "gzip -1:hello"},
		{"no body", all, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", " 0:"},
		{"an old client", all, strings.Replace(length("hello", "Connection: keep-alive"), "1.1", "1.0", 1), " 5:hello"},
	} {
		l := newLab(t, core.HTTP, []string{unpacker(t)}, func(p *core.Proxy) {
			p.Compression = &c.settings
			p.RetryOn = core.RetryConnFailure | core.Retry503
			p.Retries = 3
		})
		conn := l.dial()
		r := bufio.NewReader(conn)
		for range 2 {
			res, body := ask(t, conn, r, c.request)
			if body != c.want || res.Header.Get("Content-Encoding") != "" {
				t.Errorf("%s: status %d, %.60q, want %.60q", c.name, res.StatusCode, body, c.want)
			}
		}
	}
}

// Responses have a direction and a least size, too.
func TestCompressResponseBounds(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings core.Compression
		want     string
	}{
		{"both", core.Compression{Direction: core.BothDirections}, "gzip"},
		{"requests only", core.Compression{Direction: core.Requests}, ""},
		{"long enough", core.Compression{ResponseLeast: 7}, "gzip"},
		{"short", core.Compression{ResponseLeast: 8}, ""},
	} {
		c.settings.Algorithms = []compress.Algorithm{compress.Gzip}
		l := newLab(t, core.HTTP, []string{site(t, "a", nil)}, func(p *core.Proxy) { p.Compression = &c.settings })
		conn := l.dial()
		res, _ := ask(t, conn, bufio.NewReader(conn), "POST / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")
		if got := res.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
