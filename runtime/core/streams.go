package core

import "sync"

// StreamSet knows the running streams of a server, so that they can be ended
// when it goes down ("on-marked-down shutdown-sessions"). It is used only for
// servers that ask for it. The zero value is empty; safe for concurrent use.
type StreamSet struct {
	mu  sync.Mutex
	all map[Ender]struct{}
}

// Ender is a stream that can be ended from outside its task.
type Ender interface {
	// End closes the stream's connections; cause is the first letter of its
	// termination state.
	End(cause byte)
}

// Add enters s.
func (t *StreamSet) Add(s Ender) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[Ender]struct{}{}
	}
	t.all[s] = struct{}{}
}

// Remove takes s out; after it returns, s will not be ended any more.
func (t *StreamSet) Remove(s Ender) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, s)
}

// End ends all streams.
func (t *StreamSet) End(cause byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for s := range t.all {
		s.End(cause)
	}
}
