package ring

import (
	"context"
	"net"
	"strconv"
	"sync"
	"time"
)

// Forwarder sends the messages of a buffer to one server. The fields are set
// before Start.
type Forwarder struct {
	Buffer *Buffer
	// Dial opens a connection, all layers of it, within the context.
	Dial func(context.Context) (net.Conn, error)
	// Connect bounds how long that takes, Server how long the server may take to
	// accept what is sent; none where they are zero.
	Connect, Server time.Duration
	// Counted puts the length of each message before it (RFC 6587 3.4.1); without
	// it each ends with a line feed.
	Counted bool

	cancel context.CancelFunc
	done   sync.WaitGroup
}

const (
	// again is how long a server is left alone that could not be reached.
	again = time.Second
	// batch is about how much is sent at a time.
	batch = 16384
	// farewell is how long the last messages may take when the process ends.
	farewell = time.Second
)

// Start begins to send, in goroutines of its own.
func (f *Forwarder) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel = cancel
	f.done.Go(func() { f.run(ctx) })
}

// Close sends what is there, where the server takes it at once, and ends.
func (f *Forwarder) Close() {
	f.cancel()
	f.done.Wait()
}

func (f *Forwarder) run(ctx context.Context) {
	news := make(chan struct{}, 1)
	r := f.Buffer.Reader(func() {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	defer r.Close()
	for ctx.Err() == nil {
		if c, err := f.dial(ctx); err == nil {
			r.Pin(true)
			f.serve(ctx, c, r, news)
			r.Pin(false)
			c.Close()
		}
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}

func (f *Forwarder) dial(ctx context.Context) (net.Conn, error) {
	if f.Connect > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.Connect)
		defer cancel()
	}
	return f.Dial(ctx)
}

// serve sends until the connection or the forwarder ends. Messages that the
// system has not taken whole are sent again over the next connection.
func (f *Forwarder) serve(ctx context.Context, c net.Conn, r *Reader, news <-chan struct{}) {
	gone := make(chan struct{})
	f.done.Go(func() {
		defer close(gone)
		f.listen(c)
	})
	defer func() { c.Close(); <-gone }()
	var p pack
	for {
		for p.fill(r, f.Counted) {
			if !f.write(ctx, c, r, &p) {
				return
			}
		}
		if !r.Arm() {
			continue
		}
		select {
		case <-news:
		case <-gone:
			return
		case <-ctx.Done():
			if p.fill(r, f.Counted) {
				f.write(ctx, c, r, &p)
			}
			return
		}
	}
}

func (f *Forwarder) write(ctx context.Context, c net.Conn, r *Reader, p *pack) bool {
	limit := time.Time{}
	if f.Server > 0 {
		limit = time.Now().Add(f.Server)
	}
	c.SetWriteDeadline(limit)
	stop := context.AfterFunc(ctx, func() { c.SetWriteDeadline(time.Now().Add(farewell)) })
	defer stop()
	n, err := c.Write(p.bytes)
	if err != nil {
		r.back(p.sent(n))
	}
	return err == nil
}

// listen drops what a server says, until the connection ends.
func (f *Forwarder) listen(c net.Conn) {
	buf := make([]byte, 256)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

// pack is messages on their way.
type pack struct {
	bytes, msg []byte
	ends       []end
	from       uint64
}

// end is a message's end among the bytes, and in the buffer.
type end struct {
	n  int
	at uint64
}

// fill takes messages. It reports false without any.
func (p *pack) fill(r *Reader, counted bool) bool {
	p.bytes, p.ends, p.from = p.bytes[:0], p.ends[:0], r.place()
	for len(p.bytes) < batch {
		var ok bool
		if p.msg, ok = r.Next(p.msg[:0]); !ok {
			break
		}
		if counted {
			p.bytes = append(strconv.AppendInt(p.bytes, int64(len(p.msg)), 10), ' ')
			p.bytes = append(p.bytes, p.msg...)
		} else {
			p.bytes = append(append(p.bytes, p.msg...), '\n')
		}
		p.ends = append(p.ends, end{len(p.bytes), r.place()})
	}
	return len(p.bytes) > 0
}

// sent is the place in the buffer up to which n bytes are whole messages.
func (p *pack) sent(n int) uint64 {
	at := p.from
	for _, e := range p.ends {
		if e.n <= n {
			at = e.at
		}
	}
	return at
}
