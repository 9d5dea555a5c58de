package http1_test

import (
	"testing"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

func parse(t *testing.T, in string) *http.Request {
	t.Helper()
	r := &http.Request{}
	r.Reset()
	if n, err := http1.ParseRequest([]byte(in), r, nil); n == 0 || err != nil {
		t.Fatal(n, err)
	}
	return r
}

func parseResponse(t *testing.T, in string) *http.Response {
	t.Helper()
	r := &http.Response{}
	r.Reset()
	if n, err := http1.ParseResponse([]byte(in), r, nil, nil); n == 0 || err != nil {
		t.Fatal(n, err)
	}
	return r
}

// What rules do to the framing fields decides how the body goes on: haproxy
// forwards these as they are written here, except that it keeps a length beside
// a coding that a rule has added.
func TestFramingAfterRules(t *testing.T) {
	const (
		length  = "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n"
		chunked = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
	)
	for _, c := range []struct {
		name, in string
		rule     func(f *http.Fields)
		want     string
		out      http.Framing
	}{
		{"none", length, func(*http.Fields) {}, "content-length: 2\r\nconnection: close\r\n", http.Length},
		{"set length", length, func(f *http.Fields) { f.Set("content-length", []byte("5")) }, "content-length: 5\r\nconnection: close\r\n", http.Length},
		{"no length", length, func(f *http.Fields) { f.Del("content-length") }, "connection: close\r\ntransfer-encoding: chunked\r\n", http.Chunked},
		{"no coding", chunked, func(f *http.Fields) { f.Del("transfer-encoding") }, "connection: close\r\ntransfer-encoding: chunked\r\n", http.Chunked},
		{"coding added", length, func(f *http.Fields) { f.Add("transfer-encoding", []byte("chunked")) }, "transfer-encoding: chunked\r\nconnection: close\r\n", http.Chunked},
		{"set connection", length, func(f *http.Fields) { f.Set("connection", []byte("keep-alive, foo")) }, "content-length: 2\r\nconnection: foo\r\nconnection: close\r\n", http.Length},
	} {
		r := parse(t, c.in)
		c.rule(&r.Fields)
		r.Conn = http.ConnClose
		got := string(http1.AppendRequest(nil, r))
		if want := "POST / HTTP/1.1\r\n" + c.want + "\r\n"; got != want || r.Out != c.out {
			t.Errorf("%s:\n got %q (%d)\nwant %q (%d)", c.name, got, r.Out, want, c.out)
		}
	}
	r := parseResponse(t, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n")
	r.Del("content-length")
	if got, want := string(http1.AppendResponse(nil, r)), "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNameCase(t *testing.T) {
	var names http.NameCase
	for from, to := range map[string]string{"host": "HOST", "x-foo": "X-Foo", "connection": "Connection", "transfer-encoding": "Transfer-Encoding"} {
		names.Add(from, to)
	}
	r := parse(t, "POST / HTTP/1.1\r\nHost: a\r\nx-foo: 1\r\nConnection: bar\r\nContent-Length: 2\r\n\r\n")
	r.Del("content-length")
	r.Names, r.Conn = &names, http.ConnClose
	want := "POST / HTTP/1.1\r\nHOST: a\r\nX-Foo: 1\r\nConnection: bar\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
	if got := string(http1.AppendRequest(nil, r)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := string(http1.AppendTrailers(nil, &r.Fields, &names)), "0\r\nHOST: a\r\nX-Foo: 1\r\nConnection: bar\r\n\r\n"; got != want {
		t.Errorf("trailers: got %q, want %q", got, want)
	}
}
