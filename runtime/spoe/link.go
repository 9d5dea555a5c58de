package spoe

import (
	"io"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/spop"
)

// link is a connection to an agent that has said hello. The task that has opened it
// writes, another one reads.
type link struct {
	pool  *pool
	inner core.Inner
	c     *conn.Conn
	// maxFrame is the size of the largest frame, in bytes.
	maxFrame int
	// most is how many questions it carries at a time.
	most                         int
	async, pipelining, fragments bool

	buf    []byte // what was read, up to end
	end    int
	at     int // where the next frame begins
	reader conn.Task
	work   conn.Event // there is something to write

	// Below the pool's lock: the questions that it carries, how many it was called for
	// meanwhile, whether it stands among those that take more, and whether it ends.
	waiting       map[key]*question
	called        int
	idle, closing bool
	// late says that the answer to a question that nobody waits for any more is to come
	// before the next one can be sent.
	late bool
	// status is why it ends, and bye that the agent is to be told.
	status spop.Status
	bye    bool
	gone   bool // the reader has ended
}

// load is how much the connection has to do. The lock is held.
func (l *link) load() int { return len(l.waiting) + l.called }

// takes reports whether it may carry another question. The lock is held.
func (l *link) takes() bool { return !l.closing && !l.late && len(l.waiting) < l.most }

// fallbackTimeout bounds the wait for an agent where the configuration does not.
const fallbackTimeout = time.Minute

// dial connects and says hello. It returns nil where that did not succeed.
func (p *pool) dial() *link {
	a := p.agent
	inner := a.dialer.DialInner(a.frontend, a.Backend, p.shard)
	if inner == nil {
		return nil
	}
	l := &link{pool: p, inner: inner, c: inner.Conn(), waiting: map[key]*question{}, maxFrame: a.MaxFrame}
	l.buf = make([]byte, a.MaxFrame+spop.PrefixSize)
	l.c.SetWriteTimeout(orElse(a.Backend.Timeout.Server, fallbackTimeout))
	if s := l.hello(); s != spop.Normal {
		if s != spop.IO && s != spop.Timeout {
			l.c.Write(spop.AppendDisconnect(nil, s))
			l.leave()
		}
		inner.Close()
		return nil
	}
	return l
}

func orElse(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}

// hello exchanges the first frames. Errors that the agent need not be told are given
// as spop.IO.
func (l *link) hello() spop.Status {
	a := l.pool.agent
	capabilities := ""
	switch {
	case a.Pipelining && a.Async:
		capabilities = "pipelining,async"
	case a.Pipelining:
		capabilities = "pipelining"
	case a.Async:
		capabilities = "async"
	}
	if _, err := l.c.Write(spop.AppendHello(nil, a.MaxFrame, capabilities, l.pool.id)); err != nil {
		return spop.IO
	}
	if t := orElse(a.Hello, a.Backend.Timeout.Server); t > 0 {
		l.c.SetReadDeadlineAt(conn.Now() + t.Milliseconds())
	}
	f, s := l.read()
	l.c.SetReadDeadlineAt(0)
	if s != spop.Normal {
		return s
	}
	if f.Type == spop.AgentDisconnect {
		return spop.IO
	}
	w, s := spop.ParseWelcome(&f, a.MaxFrame)
	if s != spop.Normal {
		return s
	}
	l.maxFrame, l.fragments = w.MaxFrame, w.Fragmentation
	l.async = a.Async && w.Async
	l.pipelining = l.async || a.Pipelining && w.Pipelining
	l.most = 1
	if l.pipelining {
		l.most = max(1, a.MaxWaiting)
	}
	return spop.Normal
}

// read reads a frame, which is valid until the next call. Frames without a byte are
// passed over.
func (l *link) read() (spop.Frame, spop.Status) {
	for {
		have := l.buf[l.at:l.end]
		n, ok := spop.Size(have)
		switch {
		case ok && n > uint32(l.maxFrame):
			return spop.Frame{}, spop.TooBig
		case ok && n == 0:
			l.at += spop.PrefixSize
			continue
		case ok && len(have) >= spop.PrefixSize+int(n):
			l.at += spop.PrefixSize + int(n)
			f, good := spop.Parse(have[spop.PrefixSize : spop.PrefixSize+n])
			if !good {
				return f, spop.Invalid
			}
			return f, spop.Normal
		}
		if l.at > 0 {
			l.end = copy(l.buf, have)
			l.at = 0
		}
		got, err := l.c.Read(l.buf[l.end:])
		l.end += got
		switch {
		case err == nil:
		case err != io.EOF && conn.Cause(err) == conn.ErrTimeout:
			return spop.Frame{}, spop.Timeout
		default:
			return spop.Frame{}, spop.IO
		}
	}
}

// serve writes what the pool has to ask until the connection ends.
func (l *link) serve() {
	l.reader.Go(l.listen)
	var out []byte
	for {
		q := l.pool.next(l)
		switch {
		case q != nil:
			out = l.write(out[:0], q)
			if cap(out) > maxKept {
				out = nil
			}
			l.pool.written(q)
			continue
		case l.farewell():
			l.c.Write(spop.AppendDisconnect(nil, l.status))
			continue
		case l.ended():
			l.reader.Join()
			l.pool.closed(l, l.status)
			l.inner.Close()
			return
		}
		l.work.Wait(0)
	}
}

// farewell reports once that the agent is to be told of the end.
func (l *link) farewell() bool {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	bye := l.bye
	l.bye = false
	return bye
}

func (l *link) ended() bool {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	return l.gone
}

// write writes a question, in as many frames as it takes.
func (l *link) write(out []byte, q *question) []byte {
	frames := len(q.cuts) + 1
	failure := noFailure
	if frames > 1 && !l.fragments {
		failure = failedAgent + int(spop.FragNotSupported)
	}
	f := spop.Frame{Type: spop.Notify, Stream: q.stream, ID: q.frame}
	for n := 0; n < frames && failure == noFailure; n++ {
		if f.Payload = q.payload(n); n == frames-1 {
			f.Flags = spop.Fin
		}
		if out = f.Append(out[:0]); len(out)-spop.PrefixSize > l.maxFrame {
			failure = failedAgent + int(spop.TooBig)
			break
		}
		if _, err := l.c.Write(out); err != nil {
			l.c.Interrupt() // the reader ends the connection
			return out
		}
		f.Type = spop.Unset
		if n < frames-1 && l.over(q) {
			return out
		}
	}
	if failure != noFailure {
		l.pool.mu.Lock()
		if q.state != over {
			l.pool.drop(q)
			q.failure = failure
			q.done.Signal()
		}
		l.pool.mu.Unlock()
	}
	return out
}

// over reports whether nobody wants q's answer any more, so that the rest need not be
// sent.
func (l *link) over(q *question) bool {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	return q.state == over && q.failure == failedAborted
}
