package conn

import "sync"

// Cancel gives up a Dial from another task. The zero value is ready. After
// Cancel, the running Dial and all later ones that have it fail with ErrAborted
// until Reset. A Cancel must not be copied.
type Cancel struct {
	mu   sync.Mutex
	done bool
	c    *Conn // being dialled
}

// Cancel gives up. Any task may call it, any number of times.
func (x *Cancel) Cancel() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.done = true
	if x.c != nil {
		x.c.Interrupt()
	}
}

// Canceled tells whether Cancel was called.
func (x *Cancel) Canceled() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.done
}

// Reset makes it usable again; no Dial may be running with it.
func (x *Cancel) Reset() {
	x.mu.Lock()
	x.done = false
	x.mu.Unlock()
}

// Guard runs f, which uses c, so that Cancel gives it up as well.
func (x *Cancel) Guard(c *Conn, f func() error) error {
	if !x.begin(c) {
		return ErrAborted
	}
	defer x.end()
	return f()
}

// begin ties c to x, and gives false where it is cancelled already.
func (x *Cancel) begin(c *Conn) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.done {
		x.c = c
	}
	return !x.done
}

func (x *Cancel) end() {
	x.mu.Lock()
	x.c = nil
	x.mu.Unlock()
}
