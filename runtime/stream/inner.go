package stream

import (
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// inner is a connection to a server that no client asked for: a stream without one.
type inner struct {
	st *stream
	c  *conn.Conn
}

var _ core.Dialer = (*Engine)(nil)

// noListener is what sessions without a client come from.
var noListener core.Listener

// DialInner implements [core.Dialer].
func (e *Engine) DialInner(fe, be *core.Proxy, shard int) core.Inner {
	s := &session{engine: e}
	s.Frontend, s.Listener, s.Shard = fe, &noListener, shard
	s.link, s.owner = nobody{}, s
	s.in.pool = e.buffers
	s.Accepted = conn.Wall()
	st := s.newStream()
	st.Log.Number = e.begun.Add(1) - 1
	st.requestTick = st.startTick
	st.enterBackend(be)
	if st.connect() != goOn {
		st.finish()
		return nil
	}
	st.server.c.Keep() // for the tasks that read and write
	return &inner{st, st.server.c}
}

// Conn implements [core.Inner].
func (i *inner) Conn() *conn.Conn { return i.c }

// Close implements [core.Inner].
func (i *inner) Close() {
	i.st.inSize, i.st.outSize = int64(i.c.BytesOut()), int64(i.c.BytesIn())
	i.st.finish()
}

// nobody is the client of such a stream: it is always there and says nothing. What
// concerns messages is never asked of it.
type nobody struct{ wire }

func (nobody) Peek([]byte) (int, error)      { return 0, conn.ErrTimeout }
func (nobody) SetReadTimeout(time.Duration)  {}
func (nobody) SetWriteTimeout(time.Duration) {}
func (nobody) SetReadDeadlineAt(int64)       {}
func (nobody) Interrupt()                    {}
func (nobody) Resume()                       {}
func (nobody) Watch(conn.WatchMode, func())  {}
func (nobody) Unwatch()                      {}
func (nobody) socket() *conn.Conn            { return nil }
