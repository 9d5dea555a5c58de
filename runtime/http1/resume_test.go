package http1_test

import (
	"fmt"
	"slices"
	"testing"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// feed parses in, which arrives in pieces of size bytes. With move the buffer is
// another one each time, as when it has to grow.
func feed(in string, o *http1.Options, size int, move bool) string {
	var r http.Request
	r.Reset()
	buf := make([]byte, 0, len(in))
	for at := 0; at < len(in); at += size {
		buf = append(buf, in[at:min(at+size, len(in))]...)
		if move {
			buf = slices.Clone(buf)
		}
		n, err := http1.ParseRequest(buf, &r, o)
		if err != nil {
			return fmt.Sprintf("%s at %d in %s", status(err), r.Err.Pos, r.Err.State)
		}
		if n > 0 {
			r.Conn = http1.RequestConn(&r, false)
			return quote(string(http1.AppendRequest(nil, &r)))
		}
	}
	return "-"
}

// Every recorded request comes out the same however it arrives.
func TestRequestsInPieces(t *testing.T) {
	for _, f := range requestFiles {
		_, cases := readCases(t, f.name)
		for _, c := range cases {
			for _, size := range []int{1, 2, 7, 64} {
				for _, move := range []bool{false, true} {
					if move && len(c.in) > 2000 {
						continue // copying it byte by byte takes long
					}
					if got := feed(c.in, &f.options, size, move); got != c.want() {
						t.Errorf("%s in pieces of %d (moved: %v): %.80q\n got %s\nwant %s", c.name, size, move, c.in, got, c.want())
					}
				}
			}
		}
	}
}

func TestResponsesInPieces(t *testing.T) {
	_, cases := readCases(t, "response.txt")
	for _, c := range cases {
		var req http.Request
		req.Reset()
		if _, err := http1.ParseRequest([]byte(c.in), &req, nil); err != nil {
			t.Fatal(err)
		}
		got := "502"
		var r http.Response
		r.Reset()
		buf := make([]byte, 0, len(c.reply))
		for i := range len(c.reply) {
			buf = append(buf, c.reply[i])
			n, err := http1.ParseResponse(buf, &r, &req, nil)
			if err != nil {
				break
			}
			if n > 0 {
				r.Conn = http1.ResponseConn(&req, &r, http1.ClientKeep(&req, &r))
				got = quote(string(http1.AppendResponse(nil, &r)))
				break
			}
		}
		if got != c.want() {
			t.Errorf("%s: %.80q\n got %s\nwant %s", c.name, c.reply, got, c.want())
		}
	}
}
