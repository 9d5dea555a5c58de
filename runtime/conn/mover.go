package conn

// SpliceMode says how the bytes of one direction move.
type SpliceMode uint8

const (
	SpliceNever  SpliceMode = iota // through a buffer
	SpliceAuto                     // through a pipe while there is much to move
	SpliceAlways                   // through a pipe
)

// errNoSplice: this pair of sockets, or the system, has to copy. Nobody outside
// sees it.
var errNoSplice error = &failure{text: "cannot splice"}

// errAhead: what was read ahead goes first, and has to be copied. Nobody outside sees
// it.
var errAhead error = &failure{text: "read ahead"}

const (
	// fullReads is after how many full buffers in a row SpliceAuto takes to a
	// pipe.
	fullReads = 2
	// smallSplices is after how many small loads in a row it goes back. A pipe
	// costs two more calls a load than a buffer and saves the copying.
	smallSplices = 4
	// maxMove bounds what is moved in one go, so that the loop gets round to
	// the timeouts and to others.
	maxMove = 1 << 20
)

// mover moves bytes from one connection to another, load by load. Neither a
// buffer nor a pipe is held while it waits for the source.
type mover struct {
	dst, src *Conn
	bufs     *Buffers
	mode     SpliceMode
	splicing bool
	streak   int   // loads in a row that speak for changing over
	pipe     *pipe // kept between loads as long as the source delivers
	layered  bool  // one side has TLS
	wide     bool  // loads fill larger buffers
}

// start prepares m. left is how many bytes are to come, negative where that is
// not known.
func (m *mover) start(dst, src *Conn, bufs *Buffers, mode SpliceMode, left int64) {
	*m = mover{dst: dst, src: src, bufs: bufs, mode: mode, layered: dst.layer != nil || src.layer != nil}
	if !canSplice || m.layered {
		m.mode = SpliceNever
	}
	m.wide = m.layered && left >= int64(Wide.size)
	small := left >= 0 && left <= int64(bufs.size)
	m.splicing = !small && (m.mode == SpliceAlways ||
		m.mode == SpliceAuto && left >= int64(fullReads*2*bufs.size))
}

// stop gives back what m holds.
func (m *mover) stop() {
	if m.pipe != nil {
		givePipe(m.pipe)
		m.pipe = nil
	}
}

// load moves what the source has to offer, at most max bytes, and waits until the
// destination has taken it. n is what the destination took. The error is that of
// the source, with io.EOF at its end, or that of the destination.
func (m *mover) load(max int64) (n int, rerr, werr error) {
	if m.splicing && !m.src.hasAhead() {
		n, rerr, werr = m.splice(int(min(max, maxMove)))
		switch rerr {
		case errNoSplice:
			m.splicing, m.mode = false, SpliceNever
		case errAhead:
		default:
			return n, rerr, werr
		}
	}
	return m.copy(max)
}

func (m *mover) splice(max int) (n int, rerr, werr error) {
	o := m.src.r.op()
	o.with, o.max = m.pipe, max
	err := o.do(stepSpliceIn)
	m.pipe, _ = o.with.(*pipe)
	got := o.done()
	if err != nil {
		return 0, err, nil
	}
	m.src.in.Add(uint64(got))
	n, werr = m.drain()
	if m.mode == SpliceAuto {
		m.adapt(got < m.bufs.size, smallSplices)
	}
	return n, nil, werr
}

// drain sends what is in the pipe.
func (m *mover) drain() (int, error) {
	if err := m.dst.settle(false); err != nil {
		return 0, err
	}
	o := m.dst.w.op()
	o.with, o.flags = m.pipe, 0
	err := o.do(stepSpliceOut)
	n := o.done()
	m.dst.out.Add(uint64(n))
	return n, err
}

func (m *mover) copy(max int64) (n int, rerr, werr error) {
	b := m.bufs
	if m.wide {
		b = Wide
	}
	p, rerr := m.src.readPooled(b, max)
	if rerr != nil {
		return 0, rerr, nil
	}
	m.dst.Stalled()
	n, werr = m.dst.Write(p)
	switch {
	case m.mode != SpliceNever:
		m.adapt(len(p) == b.size, fullReads)
	case m.layered:
		m.widen(len(p), b.size)
	}
	b.Put(p)
	return n, nil, werr
}

// Wide has large buffers, for what goes through TLS and for what is in pieces: the more
// of them at a time, the less each costs.
var Wide = NewBuffers(64 << 10)

// widen chooses the buffer for the next load by how much came and whether the
// destination took it at once. A peer that is slow must not keep large ones.
func (m *mover) widen(got, size int) {
	switch slow := m.dst.Stalled(); {
	case slow || m.wide && got < m.bufs.size:
		m.wide, m.streak = false, 0
	case got < size:
		m.streak = 0
	case !m.wide:
		m.streak++
		m.wide = m.streak >= fullReads
	}
}

// adapt changes between buffer and pipe after limit loads in a row that speak for
// it.
func (m *mover) adapt(change bool, limit int) {
	if !change || m.mode == SpliceAlways {
		m.streak = 0
		m.splicing = m.splicing || m.mode == SpliceAlways
		return
	}
	if m.streak++; m.streak >= limit {
		m.streak, m.splicing = 0, !m.splicing
		if !m.splicing {
			m.stop()
		}
	}
}

// readPooled reads what is there into a buffer of the pool, which is taken only
// once there is something to read.
func (c *Conn) readPooled(b *Buffers, max int64) ([]byte, error) {
	if c.layer != nil {
		return c.readLayer(b, max)
	}
	return c.readRawPooled(b, max)
}

func (c *Conn) readRawPooled(b *Buffers, max int64) ([]byte, error) {
	o := c.r.op()
	o.with, o.max = b, int(min(max, int64(b.size)))
	err := o.do(stepReadPooled)
	p := o.buf
	n := o.done()
	if err != nil {
		return nil, err
	}
	c.in.Add(uint64(n))
	return p[:n], nil
}

func stepReadPooled(o *op, fd int) bool {
	pool := o.with.(*Buffers)
	p := pool.Get()
	o.buf = p[:o.max]
	done := stepRead(o, fd)
	if !done || o.err != nil {
		pool.Put(p)
		o.buf = nil
	}
	return done
}

// readLayer is readPooled through TLS.
func (c *Conn) readLayer(b *Buffers, max int64) ([]byte, error) {
	if err := c.WaitReadable(); err != nil {
		return nil, err
	}
	p := b.Get()
	room := p[:min(max, int64(b.size))]
	n, err := c.layer.Read(room)
	if n == 0 {
		b.Put(p)
		return nil, err
	}
	if l, ok := c.layer.(*tlsLayer); ok {
		n += l.readMore(room[n:])
	}
	return p[:n], nil
}
