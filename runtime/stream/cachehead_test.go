package stream

import (
	"bytes"
	"testing"

	"gohap/runtime/cache"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// FuzzStoredHead: a head that was stored is the same when it is read again, but for
// what concerns the connection, and takes no more than it counts for.
func FuzzStoredHead(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: \"x\"\r\n\r\n")
	f.Add("HTTP/1.0 200 \r\nConnection: close, X\r\nX: y\r\nX:\r\n\r\n")
	f.Add("HTTP/1.1 200 A B\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a\r\nCache-Control: max-age=1\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		var req http.Request
		var res, again http.Response
		req.MethodID = http.MethodGet
		if n, err := http1.ParseResponse([]byte(text), &res, &req, nil); n == 0 || err != nil || res.Status != 200 {
			return
		}
		var r cache.Response
		head := appendHead(nil, &res, &r)
		if head == nil {
			return
		}
		if len(head) > r.HeadSize {
			t.Errorf("%q: %d bytes count as %d", text, len(head), r.HeadSize)
		}
		readHead(head, &again)
		if again.Version != res.Version || again.Framing != res.Framing || again.ContentLength != res.ContentLength || !bytes.Equal(again.Reason, res.Reason) {
			t.Errorf("%q: %+v", text, again.Message)
		}
		res.Conn, again.Conn = http.ConnNone, http.ConnNone
		if want, got := http1.AppendResponse(nil, &res), http1.AppendResponse(nil, &again); !bytes.Equal(want, got) {
			t.Errorf("got %q, want %q", got, want)
		}
		if tag := res.Value("etag"); len(tag) > 0 && !bytes.Equal(head[r.ETag:r.ETag+r.ETagLen], tag) {
			t.Errorf("%q: ETag %q", text, head[r.ETag:r.ETag+r.ETagLen])
		}
	})
}

// FuzzLifetime: what Cache-Control and Expires say is a number of seconds, or nothing.
func FuzzLifetime(f *testing.F) {
	f.Add("max-age=10, s-maxage=\"5\"", "0")
	f.Add("max-age=-1", "Sat, 28 Nov 2037 00:00:00 GMT")
	f.Add("s-maxage= +99999999999999999999", "Saturday, 28-Nov-37 00:00:00 GMT")
	f.Fuzz(func(t *testing.T, control, expires string) {
		var res http.Response
		res.Add("cache-control", []byte(control))
		res.Add("expires", []byte(expires))
		if life, ok := lifetime(&res, 1000); life < 0 && ok {
			t.Errorf("%q %q: %d", control, expires, life)
		}
	})
}
