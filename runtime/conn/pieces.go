package conn

import "syscall"

// WritePieces writes the pieces one after the other, in as few system calls as there
// can be. It shortens the slices in pieces on its way. Count and error are those of
// Write.
func (c *Conn) WritePieces(pieces [][]byte) (int, error) {
	if c.layer != nil {
		return c.writeLayer(pieces...)
	}
	if err := c.settle(false); err != nil {
		return 0, err
	}
	o := c.w.op()
	g := gatherings.Get(c)
	g.left = pieces
	o.with = g
	err := o.do(stepGather)
	n := o.done()
	g.left = nil
	gatherings.Put(c, g)
	c.out.Add(uint64(n))
	return n, err
}

// gathering is what is left of a WritePieces, with what the system call needs.
type gathering struct {
	left [][]byte
	gatherVec
}

// maxPieces is how many pieces go into a system call.
const maxPieces = 32

var gatherings Pool[gathering]

func stepGather(o *op, fd int) bool {
	g := o.with.(*gathering)
	for {
		for len(g.left) > 0 && len(g.left[0]) == 0 {
			g.left = g.left[1:]
		}
		if len(g.left) == 0 {
			return true
		}
		n, e := g.send(fd)
		switch {
		case n > 0:
			g.advance(n)
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
}

// advance drops the first n bytes.
func (g *gathering) advance(n int) {
	for n > 0 {
		k := min(n, len(g.left[0]))
		g.left[0] = g.left[0][k:]
		if n -= k; len(g.left[0]) == 0 {
			g.left = g.left[1:]
		}
	}
}

// Stalled tells whether a Write or WritePieces since it was last asked had to wait:
// its peer does not keep up. It is for the task that writes.
func (c *Conn) Stalled() bool {
	was := c.w.blocked
	c.w.blocked = false
	return was
}
