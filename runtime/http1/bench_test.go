package http1_test

import (
	"testing"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// typicalRequest has ten fields, as a browser sends them.
const typicalRequest = "GET /static/css/site.css?v=20240101 HTTP/1.1\r\n" +
	"Host: www.example.org\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n" +
	"Accept: text/css,*/*;q=0.1\r\n" +
	"Accept-Language: en-US,en;q=0.5\r\n" +
	"Accept-Encoding: gzip, deflate, br\r\n" +
	"Connection: keep-alive\r\n" +
	"Referer: https://www.example.org/index.html\r\n" +
	"Cookie: session=0123456789abcdef; theme=dark\r\n" +
	"Sec-Fetch-Dest: style\r\n" +
	"Cache-Control: max-age=0\r\n\r\n"

const typicalResponse = "HTTP/1.1 200 OK\r\n" +
	"Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n" +
	"Server: nginx\r\n" +
	"Content-Type: text/css\r\n" +
	"Content-Length: 1234\r\n" +
	"Last-Modified: Tue, 15 Nov 1994 08:00:00 GMT\r\n" +
	"Connection: keep-alive\r\n" +
	"ETag: \"0123456789\"\r\n" +
	"Accept-Ranges: bytes\r\n\r\n"

// BenchmarkParseRequest parses the head of a usual request.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./runtime/http1 | tee new.txt
func BenchmarkParseRequest(b *testing.B) {
	in := []byte(typicalRequest)
	var r http.Request
	b.ReportAllocs()
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		r.Reset()
		if n, err := http1.ParseRequest(in, &r, nil); n != len(in) || err != nil {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkParseResponse(b *testing.B) {
	in := []byte(typicalResponse)
	var r http.Response
	b.ReportAllocs()
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		r.Reset()
		if n, err := http1.ParseResponse(in, &r, nil, nil); n != len(in) || err != nil {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkAppendRequest(b *testing.B) {
	var r http.Request
	r.Reset()
	if _, err := http1.ParseRequest([]byte(typicalRequest), &r, nil); err != nil {
		b.Fatal(err)
	}
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		dst = http1.AppendRequest(dst[:0], &r)
	}
}

func BenchmarkAppendResponse(b *testing.B) {
	var r http.Response
	r.Reset()
	if _, err := http1.ParseResponse([]byte(typicalResponse), &r, nil, nil); err != nil {
		b.Fatal(err)
	}
	dst := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		dst = http1.AppendResponse(dst[:0], &r)
	}
}

func BenchmarkChunks(b *testing.B) {
	var in []byte
	data := make([]byte, 4096)
	for range 16 {
		in = http1.AppendChunk(in, data)
	}
	in = http1.AppendLastChunk(in, nil)
	b.ReportAllocs()
	b.SetBytes(int64(len(in)))
	var c http1.ChunkReader
	for b.Loop() {
		c.Reset()
		for rest := in; !c.Done(); {
			n, _, err := c.Next(rest)
			if err != nil {
				b.Fatal(err)
			}
			rest = rest[n:]
		}
	}
}
