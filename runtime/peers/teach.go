package peers

import (
	"math"

	"gohap/runtime/conn"
	"gohap/runtime/peers/wire"
	"gohap/runtime/sticktable"
)

// teaching is a lesson under way: all entries of all tables.
type teaching struct {
	table int // whose turn it is
	walk  *sticktable.Walk
}

func (t *teaching) close() {
	if t.walk != nil {
		t.walk.Close()
		t.walk = nil
	}
}

// begin begins a lesson.
func (x *session) begin() {
	x.teaching = &teaching{}
	for _, f := range x.peer.flows {
		f.teach()
	}
}

// teach appends the next part of the lesson, and its end behind the last.
func (x *session) teach(b []byte) []byte {
	t, now, left := x.teaching, conn.Now(), x.peer.section.MaxUpdates
	for ; t.table < len(x.peer.flows); t.table++ {
		f := x.peer.flows[t.table]
		if t.walk == nil {
			t.walk = f.Table.Walk(now)
		}
		announced := false
		for left > 0 {
			n := t.walk.Next(left, now, func(e sticktable.Entry) {
				kind := byte(wire.TimedNextEntry)
				if !announced {
					kind, announced = wire.TimedEntry, true
					b = append(b, f.announce...)
				}
				if x.minor == 0 {
					kind -= wire.TimedEntry - wire.Entry
				}
				b = x.append(b, kind, f, e, uint32(min(e.Expires(), math.MaxUint32)))
			})
			if n == 0 {
				break
			}
			left -= n
		}
		if left <= 0 {
			return b
		}
		t.close()
	}
	x.teaching, x.awaits = nil, true
	if x.peer.section.resync.synced.Load() || x.handing {
		return wire.AppendControl(b, wire.ResyncFinished)
	}
	return wire.AppendControl(b, wire.ResyncPartial)
}

// learnt ends the lesson that the peer has confirmed.
func (x *session) learnt() {
	x.awaits = false
	for _, f := range x.peer.flows {
		f.learnt()
	}
}
