package http2

import (
	"testing"

	"gohap/runtime/http"
)

// TestAllocs: an answer costs no memory, nor does a request whose fields the
// peer's table has.
func TestAllocs(t *testing.T) {
	o := Options{}
	o.Prepare()
	b := newBlock(&o)
	var r http.Request
	p := peer{}
	p.init()
	fields := with(get, "user-agent", "test", "accept", "*/*", "x-some", "thing")
	b.begin(requestBlock, &r.Fields)
	b.decode(p.encode(fields))
	block := append([]byte(nil), p.encode(fields)...)
	decode := func() {
		r.Reset()
		b.begin(requestBlock, &r.Fields)
		if b.decode(block) != nil || !b.finishRequest(&r, true) {
			t.Fatal("refused")
		}
	}
	if n := testing.AllocsPerRun(100, decode); n > 0 {
		t.Errorf("a request takes %v allocations", n)
	}
	c := &Conn{o: &o}
	c.frameSize.Store(defaultFrameSize)
	s := &Stream{c: c, id: 1}
	var res http.Response
	res.SetStatus(200)
	res.Add("content-type", []byte("text/plain"))
	res.Add("x-some", []byte("thing"))
	head := make([]byte, 0, 1000)
	if n := testing.AllocsPerRun(100, func() { head = s.AppendResponse(head[:0], &res) }); n > 0 {
		t.Errorf("an answer takes %v allocations", n)
	}
}
