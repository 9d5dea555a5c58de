package http1_test

import (
	"bytes"
	"slices"
	"testing"

	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// FuzzRequest checks what must hold for any input: the parser comes to the same
// end however the bytes arrive, changes none behind the head, and what it lets
// through, printed, is a request that it lets through unchanged.
func FuzzRequest(f *testing.F) {
	for i, file := range requestFiles {
		_, cases := readCases(f, file.name)
		for _, c := range cases {
			f.Add([]byte(c.in), i > 0, uint8(len(c.in)))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, lenient bool, piece uint8) {
		o := &http1.Options{AcceptInvalid: lenient}
		whole := requestOutcome(string(in), o)
		if len(in) < 1000 {
			if got := feed(string(in), o, int(piece)%16+1, piece >= 128); got != whole {
				t.Fatalf("in pieces: %s\nat once:   %s", got, whole)
			}
		}
		b := slices.Clone(in)
		var r http.Request
		r.Reset()
		n, err := http1.ParseRequest(b, &r, o)
		if err != nil || n == 0 {
			return
		}
		if !bytes.Equal(b[n:], in[n:]) {
			t.Fatal("bytes behind the head have changed")
		}
		if (r.Framing == http.Length) != (r.ContentLength >= 0) {
			t.Fatalf("framing %d with length %d", r.Framing, r.ContentLength)
		}
		r.Path()
		r.Query()
		if r.Form() == http.OriginForm {
			r.SetPath([]byte("/x"))
		}
		once := http1.AppendRequest(nil, &r)
		if lenient {
			return // such a request need not pass elsewhere
		}
		var again http.Request
		again.Reset()
		if n, err := http1.ParseRequest(slices.Clone(once), &again, nil); n != len(once) || err != nil {
			// What is printed may be longer: a path set, a blank after a colon.
			if again.Err.Cause == http.CauseTooLarge || len(once) > 15000 {
				return
			}
			t.Fatalf("what was printed is not a request: %d %v\n%q", n, err, once)
		}
		// An empty port is dropped each time, and "a::" has two, here as in HAProxy.
		more := bytes.HasSuffix(r.Authority(), []byte(":"))
		if twice := http1.AppendRequest(nil, &again); !bytes.Equal(once, twice) && !more {
			t.Fatalf("printed again it differs:\n%q\n%q", once, twice)
		}
		if again.Framing != r.Out || again.ContentLength != r.ContentLength {
			t.Fatalf("the body ends elsewhere: %d %d, %d %d", again.Framing, again.ContentLength, r.Out, r.ContentLength)
		}
	})
}

func FuzzResponse(f *testing.F) {
	for i, file := range responseFiles {
		_, cases := readCases(f, file.name)
		for _, c := range cases {
			f.Add([]byte(c.reply), false, i > 0)
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, head, lenient bool) {
		var req http.Request
		req.Reset()
		if head {
			req.SetMethod([]byte("HEAD"))
		}
		o := &http1.Options{AcceptInvalid: lenient}
		b := slices.Clone(in)
		var r http.Response
		r.Reset()
		n, err := http1.ParseResponse(b, &r, &req, o)
		var stepwise http.Response
		stepwise.Reset()
		piece := slices.Clone(in)
		for i := range piece {
			if len(in) > 1000 {
				break
			}
			m, e := http1.ParseResponse(piece[:i+1], &stepwise, &req, o)
			if m > 0 || e != nil {
				if m != n || (e == nil) != (err == nil) {
					t.Fatalf("byte by byte: %d %v\nat once: %d %v", m, e, n, err)
				}
				break
			}
		}
		if err != nil || n == 0 {
			return
		}
		if !bytes.Equal(b[n:], in[n:]) {
			t.Fatal("bytes behind the head have changed")
		}
		if head && r.HasBody() {
			t.Fatal("a response to HEAD has a body")
		}
		once := http1.AppendResponse(nil, &r)
		var again http.Response
		again.Reset()
		if lenient || len(once) > 15000 {
			return
		}
		if n, err := http1.ParseResponse(slices.Clone(once), &again, &req, nil); n != len(once) || err != nil {
			t.Fatalf("what was printed is not a response: %d %v\n%q", n, err, once)
		}
		if twice := http1.AppendResponse(nil, &again); !bytes.Equal(once, twice) {
			t.Fatalf("printed again it differs:\n%q\n%q", once, twice)
		}
	})
}

func FuzzChunks(f *testing.F) {
	_, cases := readCases(f, chunkFile)
	for _, c := range cases {
		f.Add([]byte(c.in), uint8(len(c.in)))
	}
	f.Fuzz(func(t *testing.T, in []byte, piece uint8) {
		whole := decode(string(in), len(in)+1)
		if len(in) < 1000 {
			if got := decode(string(in), int(piece)%16+1); got != whole {
				t.Fatalf("in pieces: %s\nat once:   %s", got, whole)
			}
		}
		if whole[0] == '"' {
			printed := unquote(t, whole)
			if again := decode(printed, 1000); again != whole && len(printed) < 15000 {
				t.Fatalf("printed again it differs:\n%s\n%s", again, whole)
			}
		}
	})
}
