package stats

import "sync/atomic"

// Health counts failed checks and the time that a server or a backend was down.
// The zero value is up since the beginning of time; set it at start with Reset.
type Health struct {
	FailedChecks atomic.Uint64 // failed while up
	Downs        atomic.Uint64 // changes from up to down
	Observed     atomic.Uint64 // failures that "observe" found and "on-error" acted on

	changed  atomic.Int64 // time of the last change
	down     atomic.Bool
	downtime atomic.Int64 // milliseconds, without the time since changed
}

// Reset starts anew at now, up or down.
func (h *Health) Reset(now int64, down bool) {
	h.clear()
	h.changed.Store(now)
	h.down.Store(down)
}

// Change notes a change of state at now: between up and down, or to another
// kind of either, such as maintenance. Changes are one goroutine's business at a
// time. It does not count into Downs.
func (h *Health) Change(now int64, down bool) {
	if h.down.Load() {
		h.downtime.Add(now - h.changed.Load())
	}
	h.changed.Store(now)
	h.down.Store(down)
}

// LastChange returns the seconds since the last change.
func (h *Health) LastChange(now int64) uint64 { return uint64(max(now-h.changed.Load(), 0)) / 1000 }

// Downtime returns the seconds spent down up to now.
func (h *Health) Downtime(now int64) uint64 {
	t := h.downtime.Load()
	if h.down.Load() {
		t += now - h.changed.Load()
	}
	return uint64(max(t, 0)) / 1000
}

// clear forgets the counts and the past downtime; the state stays.
func (h *Health) clear() {
	h.FailedChecks.Store(0)
	h.Downs.Store(0)
	h.Observed.Store(0)
	h.downtime.Store(0)
}

func (h *Health) fill(r *Row, now int64) {
	r.FailedChecks, r.Downs = h.FailedChecks.Load(), h.Downs.Load()
	r.ObservedErrors = h.Observed.Load()
	r.LastChange, r.Downtime = h.LastChange(now), h.Downtime(now)
}
