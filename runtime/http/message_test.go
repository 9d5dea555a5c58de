package http

import (
	"bytes"
	"testing"
)

func TestResetForgets(t *testing.T) {
	r := newRequest("GET", "/x", "a")
	r.Flags, r.Conn, r.Framing, r.ContentLength = FlagClose, ConnClose, Length, 3
	r.Reset()
	if r.Len() != 0 || r.Method != nil || r.MethodID != MethodOther || r.Target != nil || r.Flags != 0 ||
		r.Conn != ConnNone || r.Framing != NoBody || r.ContentLength != -1 {
		t.Errorf("after Reset: %+v", r)
	}
}

func TestDetach(t *testing.T) {
	buf := []byte("GET/xhosta")
	r := &Request{}
	r.Reset()
	r.Method, r.Target = buf[:3], buf[3:5]
	r.AddRef(buf[5:9], buf[9:])
	r.Detach()
	copy(buf, bytes.Repeat([]byte("?"), len(buf)))
	if string(r.Method) != "GET" || string(r.Target) != "/x" || string(r.Host()) != "a" {
		t.Errorf("bytes of the buffer are still in use: %s %s %s", r.Method, r.Target, r.Host())
	}
}

// Bytes handed out stay put while more are asked for, and a huge message does not
// keep its memory.
func TestArena(t *testing.T) {
	var f Fields
	for range 100 {
		f.Add("x", bytes.Repeat([]byte("y"), 100))
	}
	for i := range f.Len() {
		if v := f.At(i).Value; len(v) != 100 || bytes.Count(v, []byte("y")) != 100 {
			t.Fatalf("field %d has become %q", i, v)
		}
	}
	a := arena{}
	a.alloc(keepArena + 1)
	a.reset()
	if cap(a.block) != 0 {
		t.Errorf("%d bytes kept", cap(a.block))
	}
}

func TestKeepAlive(t *testing.T) {
	for _, c := range []struct {
		v    Version
		f    Flags
		want bool
	}{
		{Version11, 0, true}, {Version11, FlagKeepAlive, true}, {Version11, FlagClose, false},
		{Version11, FlagClose | FlagKeepAlive, false}, {Version20, 0, true},
		{Version10, 0, false}, {Version10, FlagKeepAlive, true}, {Version10, FlagClose | FlagKeepAlive, false}, {Version09, 0, false},
	} {
		m := Message{Version: c.v, Flags: c.f}
		if m.KeepAlive() != c.want {
			t.Errorf("%s with flags %b: %v", c.v, c.f, m.KeepAlive())
		}
	}
}

func TestReason(t *testing.T) {
	for code, want := range map[int]string{
		200: "OK", 302: "Moved Temporarily", 408: "Request Time-out", 418: "I'm a teapot", 502: "Bad Gateway or Proxy Error",
		199: "Informational", 299: "Success", 399: "Redirection", 498: "Client Error", 599: "Server Error", 999: "Other", 99: "Other",
	} {
		if got := Reason(code); got != want {
			t.Errorf("%d: got %s, want %s", code, got, want)
		}
	}
}

func TestMethods(t *testing.T) {
	for m := MethodOptions; m <= MethodConnect; m++ {
		if got := LookupMethod([]byte(m.String())); got != m {
			t.Errorf("%s is number %d, not %d", m, got, m)
		}
	}
	for _, name := range []string{"get", "", "GETX", "PATCH"} {
		if m := LookupMethod([]byte(name)); m != MethodOther {
			t.Errorf("%s is number %d", name, m)
		}
	}
}
