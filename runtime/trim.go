package runtime

import (
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// trimmer gives memory back to the system when traffic pauses: what it has left behind
// would otherwise stay until as much again has been used, and what of it is free for
// minutes more.
type trimmer struct {
	busy    atomic.Bool
	samples []metrics.Sample
}

// What has to be won for a collection: minTrim bytes and a trimShare of what is live.
const (
	minTrim   = 1 << 20
	trimShare = 8
)

func newTrimmer() *trimmer {
	return &trimmer{samples: []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"}, // live, or garbage since the last collection
		{Name: "/gc/heap/live:bytes"},                // of them, what the last collection found live
		{Name: "/memory/classes/heap/free:bytes"},
		{Name: "/memory/classes/heap/unused:bytes"},
	}}
}

// quiet hears that traffic has paused. It does not wait.
func (t *trimmer) quiet() {
	if t.busy.Swap(true) {
		return
	}
	go func() {
		defer t.busy.Store(false)
		if t.worth() {
			debug.FreeOSMemory()
		}
	}()
}

// worth tells whether a collection may win something.
func (t *trimmer) worth() bool {
	metrics.Read(t.samples)
	v := func(i int) int64 { return int64(t.samples[i].Value.Uint64()) }
	live := v(1)
	return v(0)-live+v(2)+v(3)/2 >= max(minTrim, live/trimShare)
}
