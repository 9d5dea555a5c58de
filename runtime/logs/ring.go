package logs

import (
	"strconv"
	"sync/atomic"
	"time"

	"gohap/runtime/ring"
)

// Ring is a target in memory, for the clients of the runtime API and for the
// servers of a "ring" section (3.9). All its lines have its format and length.
type Ring struct {
	Name        string
	Description string
	Format      Format
	MaxLen      int // of a whole line, in bytes
	*ring.Buffer

	dropped atomic.Uint64
	lost    atomic.Uint64 // of those dropped, the ones not told of yet
}

// Dropped is the number of lines that the ring did not take, because a server
// did not take those before.
func (r *Ring) Dropped() uint64 { return r.dropped.Load() }

// append adds a line, which ends with a line feed, without that.
func (r *Ring) append(line []byte) {
	if !r.Append(line[:len(line)-1]) {
		r.dropped.Add(1)
		r.lost.Add(1)
	}
}

// announce tells, in a line of its own, how many lines are missing.
func (o *output) announce(r *Ring, now time.Time) {
	n := r.lost.Load()
	if n == 0 {
		return
	}
	text := strconv.AppendUint(nil, n, 10)
	text = append(text, " event"...)
	if n > 1 {
		text = append(text, 's')
	}
	line := o.render(nil, Notice, now, nil, append(text, " dropped"...))
	if r.Append(line[:len(line)-1]) {
		r.lost.Add(-n)
	}
}
