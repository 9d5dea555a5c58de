package conn

import "syscall"

// Writev writes all of a, then b, then d, in one system call where the kernel
// takes it: a head and the first bytes of a body. Empty ones are fine. Count and
// error are those of Write.
func (c *Conn) Writev(a, b, d []byte) (int, error) { return c.writev(a, b, d, 0) }

// WriteMore is Writev for bytes that others follow at once: the kernel may hold
// back an incomplete packet until then (MSG_MORE), for 200 ms at most. Where the
// system has no such thing it is Writev.
func (c *Conn) WriteMore(a, b, d []byte) (int, error) { return c.writev(a, b, d, msgMore) }

// vector is what is left to write, with what the system call needs. It is pooled
// so that a connection does not carry one around.
type vector struct {
	bufs [3][]byte
	pack [packed]byte
	iovecs
}

// packed is up to how many bytes it is cheaper to put the pieces together than to
// have the kernel do so.
const packed = 1024

func (v *vector) set(a, b, d []byte) {
	if len(a)+len(b)+len(d) <= packed && len(a) > 0 && len(b)+len(d) > 0 {
		a = append(append(append(v.pack[:0], a...), b...), d...)
		b, d = nil, nil
	}
	v.bufs = [3][]byte{a, b, d}
}

var vectors Pool[vector]

func (c *Conn) writev(a, b, d []byte, flags int) (int, error) {
	if c.layer != nil {
		return c.writeLayer(a, b, d)
	}
	if c.later(a, b, d, flags) {
		return len(a) + len(b) + len(d), nil
	}
	if err := c.settle(false); err != nil {
		return 0, err
	}
	o := c.w.op()
	v := vectors.Get(c)
	v.set(a, b, d)
	o.with, o.flags = v, flags
	err := o.do(stepWritev)
	n := o.done()
	v.bufs = [3][]byte{}
	vectors.Put(c, v)
	c.out.Add(uint64(n))
	return n, err
}

// writeLayer writes the pieces through the layer.
func (c *Conn) writeLayer(pieces ...[]byte) (int, error) {
	if l, ok := c.layer.(*tlsLayer); ok {
		return l.writePieces(pieces...)
	}
	total := 0
	for _, p := range pieces {
		if len(p) == 0 {
			continue
		}
		n, err := c.layer.Write(p)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func stepWritev(o *op, fd int) bool {
	v := o.with.(*vector)
	for len(v.bufs[0])+len(v.bufs[1])+len(v.bufs[2]) > 0 {
		n, e := v.send(fd, o.flags)
		switch {
		case n > 0:
			v.advance(n)
			o.sent(n)
		case e == syscall.EINTR:
		case e == syscall.EAGAIN:
			o.h.blocked = true
			return false
		case e != 0:
			o.err = sysErr(e)
			return true
		}
	}
	return true
}

// advance drops the first n bytes.
func (v *vector) advance(n int) {
	for i := range v.bufs {
		k := min(n, len(v.bufs[i]))
		v.bufs[i] = v.bufs[i][k:]
		n -= k
	}
}
