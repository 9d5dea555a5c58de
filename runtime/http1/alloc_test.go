package http1_test

import (
	"testing"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// TestNoAllocation runs what a stream does with a message, rules included, on
// messages that are used again and again.
func TestNoAllocation(t *testing.T) {
	request := []byte("GET http://a:80/x?y HTTP/1.1\r\nHost: a:80\r\nConnection: close, foo, keep-alive, bar\r\n" +
		"Cookie: a=1; SRV=s1; b=2\r\nX: a, b\r\n\tfolded\r\nTE: gzip, trailers\r\nContent-Length: 2, 2\r\n\r\n")
	response := []byte(typicalResponse)
	chunks := []byte("2;x\r\nab\r\n0\r\nTrailer: x\r\n\r\n")
	refused := []byte("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
	var req http.Request
	var res http.Response
	var c http1.ChunkReader
	dst := make([]byte, 0, 4096)
	in := make([]byte, 0, 4096)
	for name, f := range map[string]func(){
		"request": func() {
			in = append(in[:0], request...)
			req.Reset()
			if n, err := http1.ParseRequest(in[:40], &req, nil); n != 0 || err != nil {
				t.Fatal(n, err)
			}
			if n, err := http1.ParseRequest(in, &req, nil); n != len(in) || err != nil {
				t.Fatal(n, err)
			}
			req.Add("x-forwarded-for", req.Path())
			req.Set("x", req.Query())
			req.SetPath([]byte("/longer/path"))
			req.SetHost([]byte("example.org"))
			for v := req.Values("x"); v.Next(); {
				v.Replace([]byte("replaced"))
			}
			for k := req.Cookies(); k.Next(); {
				if string(k.Name()) == "SRV" {
					k.Del()
				}
			}
			req.Detach()
			req.Conn = http1.RequestConn(&req, true)
			dst = http1.AppendRequest(dst[:0], &req)
		},
		"response": func() {
			in = append(in[:0], response...)
			res.Reset()
			if n, err := http1.ParseResponse(in, &res, &req, nil); n != len(in) || err != nil {
				t.Fatal(n, err)
			}
			res.SetStatus(404)
			res.Conn = http1.ResponseConn(&req, &res, true)
			dst = http1.AppendResponse(dst[:0], &res)
		},
		"chunks": func() {
			in = append(in[:0], chunks...)
			c.Reset()
			for rest := in; !c.Done(); {
				n, data, err := c.Next(rest)
				if err != nil {
					t.Fatal(err)
				}
				dst = http1.AppendChunk(dst[:0], data)
				rest = rest[n:]
			}
			dst = http1.AppendLastChunk(dst, &c.Trailers.Fields)
		},
		"refused": func() {
			in = append(in[:0], refused...)
			req.Reset()
			if _, err := http1.ParseRequest(in, &req, nil); err == nil {
				t.Fatal("accepted")
			}
		},
	} {
		for range 10 {
			f() // let everything grow to its size
		}
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
