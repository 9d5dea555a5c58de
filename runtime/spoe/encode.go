package spoe

import (
	"gohap/runtime/core"
	"gohap/runtime/spop"
)

// writer encodes messages into the payloads of as many frames as they take. Names and
// values are not cut, but for the bytes of texts.
type writer struct {
	buf []byte
	// most is the size of the largest payload, in bytes, and start where the current
	// one begins.
	most, start int
	// cuts are where payloads end, but for the last one.
	cuts []int
	// whole says that one frame has to do.
	whole, failed bool
}

// maxPayload bounds what is sent about a stream at a time, in bytes.
const maxPayload = 1 << 20

func (w *writer) reset(most int, whole bool) {
	*w = writer{buf: w.buf[:0], cuts: w.cuts[:0], most: most, whole: whole}
}

// room is how many bytes the current payload may still take.
func (w *writer) room() int { return w.most - (len(w.buf) - w.start) }

// cut begins another payload at offset at.
func (w *writer) cut(at int) {
	if w.whole || at == w.start {
		w.failed = true
		return
	}
	w.cuts = append(w.cuts, at)
	w.start = at
}

// unit ends a piece that began at offset at and must be whole.
func (w *writer) unit(at int) {
	if w.room() < 0 {
		w.cut(at)
	}
	w.failed = w.failed || w.room() < 0 || len(w.buf) > maxPayload
}

// text appends bytes of a kind behind their length, cutting them where it must.
func (w *writer) text(k spop.Kind, b []byte) {
	at := len(w.buf)
	w.buf = append(w.buf, byte(k))
	w.buf = spop.AppendVarint(w.buf, uint64(len(b)))
	if len(b) > 0 && w.room() <= 0 {
		w.cut(at)
	} else {
		w.unit(at)
	}
	for len(b) > 0 && !w.failed {
		if w.room() == 0 {
			w.cut(len(w.buf))
		}
		n := min(len(b), w.room())
		w.buf, b = append(w.buf, b[:n]...), b[n:]
		w.failed = w.failed || len(w.buf) > maxPayload
	}
}

// message encodes m as it is for s now.
func (w *writer) message(s *core.Stream, m *Message) {
	at := len(w.buf)
	w.buf = append(spop.AppendString(w.buf, m.Name), byte(len(m.Args)))
	w.unit(at)
	for i := range m.Args {
		if w.failed {
			return
		}
		at = len(w.buf)
		w.buf = spop.AppendString(w.buf, m.Args[i].Name)
		w.unit(at)
		p := s.Borrow()
		if m.Args[i].Expr.Eval(s, core.Any, p) {
			w.value(p)
		} else {
			w.value(nil)
		}
		s.Return()
	}
}

// value encodes a value, nil for none.
func (w *writer) value(p *core.Sample) {
	at := len(w.buf)
	switch {
	case p == nil:
		w.buf = spop.AppendNull(w.buf)
	case p.Type == core.Bool:
		w.buf = spop.AppendBool(w.buf, p.Int != 0)
	case p.Type == core.Sint:
		w.buf = spop.AppendInt(w.buf, spop.Int64, p.Int)
	case p.Type == core.IPv4, p.Type == core.IPv6:
		w.buf = spop.AppendIP(w.buf, p.IP)
	case p.Type == core.Bin:
		w.text(spop.Binary, p.Bytes)
		return
	case p.Type == core.Str, p.Type == core.Meth:
		w.text(spop.String, p.Bytes)
		return
	default:
		w.buf = spop.AppendNull(w.buf)
	}
	w.unit(at)
}

// payload is the n-th one.
func (w *writer) payload(n int) []byte {
	from, to := 0, len(w.buf)
	if n > 0 {
		from = w.cuts[n-1]
	}
	if n < len(w.cuts) {
		to = w.cuts[n]
	}
	return w.buf[from:to]
}
