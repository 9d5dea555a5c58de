package spoe

import (
	"gohap/runtime/conn"
	"gohap/runtime/spop"
)

// listen is the task that reads what the agent says, until the connection ends.
func (l *link) listen() {
	idle, server := l.pool.agent.Idle, l.pool.agent.Backend.Timeout.Server
	silent := idle
	if idle <= 0 || server > 0 && server < idle {
		silent = server
	}
	l.c.SetReadTimeout(silent)
	status := spop.Normal
	for status == spop.Normal {
		f, s := l.read()
		switch {
		case s == spop.Timeout && silent == idle, s != spop.Normal && s != spop.IO && s != spop.Timeout:
			status = l.part(s)
		case s != spop.Normal:
			status = s
		case f.Type == spop.AgentDisconnect:
			l.finish(spop.ParseDisconnect(&f))
			return
		case f.Type != spop.Ack:
		case !f.Is(spop.Fin):
			status = l.part(spop.FragNotSupported)
		case !l.pool.answer(l, &f) && !l.pipelining:
			status = l.part(spop.FrameIDNotFound)
		}
	}
	if l.parting() {
		if s, replied := l.leave(); replied {
			status = s
		}
	}
	l.finish(status)
}

// part has the agent told that the connection ends, and why.
func (l *link) part(s spop.Status) spop.Status {
	l.pool.mu.Lock()
	l.status, l.bye, l.closing = s, true, true
	l.pool.settle(l)
	l.pool.mu.Unlock()
	l.work.Signal()
	return s
}

// parting reports whether the agent was told.
func (l *link) parting() bool {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	return l.closing
}

// leave waits for the agent's last frame, and reports whether it has come.
func (l *link) leave() (spop.Status, bool) {
	l.c.SetReadTimeout(0)
	l.c.SetReadDeadlineAt(conn.Now() + orElse(l.pool.agent.Idle, fallbackTimeout).Milliseconds())
	if l.end-l.at >= spop.PrefixSize {
		if n, _ := spop.Size(l.buf[l.at:l.end]); n > uint32(l.maxFrame) {
			return spop.Normal, false // what follows cannot be told apart
		}
	}
	for {
		f, s := l.read()
		if s != spop.Normal {
			return s, false
		}
		if f.Type == spop.AgentDisconnect {
			return spop.ParseDisconnect(&f), true
		}
	}
}

// finish notes that the reader has ended.
func (l *link) finish(s spop.Status) {
	l.pool.mu.Lock()
	l.status, l.gone, l.closing = s, true, true
	l.pool.settle(l)
	l.pool.mu.Unlock()
	l.work.Signal()
}
