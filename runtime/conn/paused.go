package conn

// Paused tells whether the listener does not accept at the moment, for Pause or
// Suspend; nor does a stopped one.
func (l *Listener) Paused() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.paused || l.suspended || l.stopped
}
