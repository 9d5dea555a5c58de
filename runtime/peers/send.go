package peers

import (
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/peers/wire"
	"gohap/runtime/sticktable"
)

// gather is how long changes are gathered while they come one after the other.
const gather = 5 * time.Millisecond

// write sends what there is to send until the connection ends.
func (x *session) write() {
	x.c.SetWriteTimeout(deadAfter)
	var buf []byte
	for {
		for _, f := range x.peer.flows {
			f.Table.Listen()
		}
		var more, end bool
		buf, more, end = x.compose(buf[:0])
		if len(buf) > 0 {
			if _, err := x.c.Write(buf); err != nil {
				x.c.Interrupt()
				return
			}
			x.spoke = conn.Now()
		}
		if end {
			x.c.Interrupt()
			return
		}
		switch {
		case more:
		case len(buf) > 0:
			conn.Sleep(gather, nil)
		default:
			x.rest()
		}
	}
}

// rest waits for something to send: a heartbeat, in the end.
func (x *session) rest() {
	if left := x.due() - conn.Now(); left > 0 {
		x.wake.Wait(time.Duration(left) * time.Millisecond)
	}
}

// due is when silence has lasted too long. A process that does not confirm the
// lesson by then needs none.
func (x *session) due() int64 {
	if x.handing {
		return x.spoke + deadAfter.Milliseconds()
	}
	return x.spoke + heartbeatAfter.Milliseconds()
}

// compose appends the messages that are due. more says that there are others, end
// that the connection is to end behind them.
func (x *session) compose(b []byte) (_ []byte, more, end bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.over || x.killed {
		return wire.AppendFailure(b, x.failure), false, true
	}
	if x.request {
		b = wire.AppendControl(b, wire.ResyncRequest)
		x.request = false
	}
	for ; x.confirm > 0; x.confirm-- {
		b = wire.AppendControl(b, wire.ResyncConfirm)
	}
	b = x.acks(b)
	if x.confirmed {
		x.confirmed = false
		if x.awaits {
			x.learnt()
			end = x.handing
		}
	}
	if x.lesson && x.teaching == nil && !x.awaits {
		x.begin()
	}
	x.lesson = false
	switch {
	case x.teaching != nil:
		b = x.teach(b)
		more = x.teaching != nil
	case x.handing:
		return b, false, end || len(b) == 0 && conn.Now() >= x.due()
	case !x.awaits && !x.peer.Local:
		b, more = x.changes(b)
	}
	if len(b) == 0 && conn.Now() >= x.due() {
		b = wire.AppendControl(b, wire.Heartbeat)
		x.peer.note(func(c *counts) { c.heartbeats++ })
	}
	return b, more, end
}

// acks confirms the entries that have come.
func (x *session) acks(b []byte) []byte {
	if !x.owing {
		return b
	}
	x.owing = false
	for _, f := range x.peer.flows {
		if f.owed {
			f.owed = false
			b = wire.AppendAck(b, f.remote.ID, f.gotBefore)
		}
	}
	return b
}

// changes appends entries that have changed, as many as are sent at once.
func (x *session) changes(b []byte) (_ []byte, more bool) {
	left := x.peer.section.MaxUpdates
	now := conn.Now()
	for _, f := range x.peer.flows {
		announced := false
		for range f.acked {
			if left <= 0 {
				return b, true
			}
			part := f.part
			n := f.log.Next(part, left, now, func(e sticktable.Entry) {
				kind := byte(wire.NextEntry)
				if !announced {
					kind, announced = wire.Entry, true
					b = append(b, f.announce...)
				}
				b = x.append(b, kind, f, e, 0)
			})
			if n > 0 {
				f.note(part)
			}
			if left -= n; left > 0 {
				f.part = (part + 1) % len(f.acked)
			}
		}
	}
	return b, left <= 0
}

// append appends the message of an entry.
func (x *session) append(b []byte, kind byte, f *flow, e sticktable.Entry, left uint32) []byte {
	var in [64]byte
	body := wire.AppendChange(x.scratch[:0], kind, &f.def, f.sent+1, left, appendKey(in[:0], e))
	body = f.appendValues(body, e, &x.sentNames)
	x.scratch = body
	if len(body) > len(x.in)-messageRoom {
		return b // no peer would take it
	}
	f.sent++
	return wire.AppendMessage(b, kind, body)
}
