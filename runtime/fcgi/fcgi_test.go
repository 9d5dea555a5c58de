package fcgi

import (
	"bytes"
	"strings"
	"testing"
)

func TestRecords(t *testing.T) {
	long := bytes.Repeat([]byte("x"), MaxContent+10)
	b := AppendBegin(nil, true)
	b = AppendStream(b, Params, AppendParam(AppendParam(nil, "NAME", []byte("value")), "LONG", long[:200]))
	b = AppendEnd(AppendStream(b, Stdin, long), Stdin)
	var got []string
	for len(b) > 0 {
		r, size, ok := Next(b)
		if !ok || size == 0 || r.ID != RequestID {
			t.Fatalf("%+v %d %v", r, size, ok)
		}
		for i := range min(size, 20) {
			if _, n, ok := Next(b[:i]); n != 0 || !ok {
				t.Fatalf("a record is read from %d of %d bytes", i, size)
			}
		}
		switch r.Type {
		case Begin:
			got = append(got, string("begin "+string('0'+r.Content[2])))
		case Params:
			if !bytes.HasPrefix(r.Content, []byte("\x04\x05NAMEvalue\x04\x80\x00\x00\xc8LONGxxx")) {
				t.Errorf("%q", r.Content[:20])
			}
			got = append(got, "params")
		case Stdin:
			got = append(got, strings.Repeat("in", 1+len(r.Content)/MaxContent))
		}
		b = b[size:]
	}
	if s := strings.Join(got, " "); s != "begin 1 params inin in in" {
		t.Error(s)
	}
	if _, _, ok := Next([]byte("HTTP/1.1 200 OK")); ok {
		t.Error("HTTP is taken for a record")
	}
	if r, size, ok := Next([]byte{1, 6, 0, 1, 0, 1, 2, 0, 'x', 0, 0}); !ok || size != 11 || string(r.Content) != "x" {
		t.Errorf("%+v %d %v", r, size, ok)
	}
}

func TestHead(t *testing.T) {
	date := []byte("today")
	for _, c := range []struct {
		head string
		size int
		want string
		more int
	}{
		{"Status: 404 Nope\r\nX-A: b\r\n\r\n", 3, "HTTP/1.1 404 Nope|X-A: b|date: today|content-length: 3||", -14 + 9 + 15},
		{"Content-Type: text/html\n\n", -1, "HTTP/1.1 200 OK|Content-Type: text/html|date: today||", 9},
		{"Location: http://x/\r\n\r\n", 0, "HTTP/1.1 302 Moved Temporarily|Location: http://x/|date: today|content-length: 0||", 24},
		{"status: 200\r\nDate: then\r\ncontent-length: 5\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n", 9, "HTTP/1.1 200 |Date: then|content-length: 5||", -9},
		{"Status: 204 No Content\r\n\r\n", 0, "HTTP/1.1 204 No Content|date: today||", -20 + 9},
		{"\n", 0, "HTTP/1.1 200 OK|date: today|content-length: 0||", 24},
	} {
		b := []byte(c.head + "body")
		n := HeadEnd(b)
		if n != len(c.head) {
			t.Errorf("%q ends at %d", c.head, n)
			continue
		}
		got, more, ok := AppendHead(nil, b[:n], date, c.size)
		if s := strings.ReplaceAll(string(got), "\r\n", "|"); !ok || s != c.want || more != c.more {
			t.Errorf("%q: %q, %d more, %v; want %q, %d", c.head, s, more, ok, c.want, c.more)
		}
	}
	for _, head := range []string{"garbage\n\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "Status: 20\n\n", "Status: abc\n\n", ": x\n\n"} {
		if got, _, ok := AppendHead(nil, []byte(head), date, 0); ok {
			t.Errorf("%q becomes %q", head, got)
		}
	}
	if n := HeadEnd([]byte("A: b\r\nC")); n != 0 {
		t.Errorf("half a head ends at %d", n)
	}
}

// FuzzResponse reads what an application might send.
func FuzzResponse(f *testing.F) {
	f.Add(AppendEnd(AppendStream(nil, Stdout, []byte("Status: 200 OK\r\n\r\nbody")), Stdout))
	f.Fuzz(func(t *testing.T, b []byte) {
		var out []byte
		for {
			r, size, ok := Next(b)
			if !ok || size == 0 {
				break
			}
			if size > len(b) || len(r.Content) > size {
				t.Fatalf("%d bytes of %d", size, len(b))
			}
			out = append(out, r.Content...)
			b = b[size:]
		}
		if n := HeadEnd(out); n > 0 {
			if head, _, ok := AppendHead(nil, out[:n], nil, len(out)-n); ok && !bytes.HasPrefix(head, []byte("HTTP/1.1 ")) {
				t.Fatalf("%q", head)
			}
		}
	})
}
