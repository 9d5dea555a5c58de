package stream

import (
	"errors"
	"sync"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// errApplet says that an applet broke off.
var errApplet = errors.New("applet failed")

// applet is a link to an applet, which runs in a task of its own: the stream takes it
// for a server. It is the applet's [core.Peer], too.
type applet struct {
	up, down      pipe
	read, written time.Duration // timeouts of the stream's side

	task conn.Task
	head *http.Response // from the applet, nil for none yet
	// answered says that the applet has given a head, or none.
	answered conn.Event
	mu       sync.Mutex // of what follows
	gone     bool
	onGone   func()
}

var (
	_ link      = (*applet)(nil)
	_ core.Peer = peer{}
)

// peer is the applet's side of the link.
type peer struct{ *applet }

func (p peer) Read(b []byte) (int, error) { return p.up.read(b, 0) }

func (p peer) Write(b []byte) (int, error) { return p.down.write(b, 0) }

func (p peer) Respond(r *http.Response) error {
	p.head = r
	p.answered.Signal()
	return nil
}

func (p peer) Fail() { p.down.fail(errApplet) }

func (p peer) OnGone(f func()) {
	p.mu.Lock()
	p.onGone = f
	gone := p.gone
	p.mu.Unlock()
	if gone && f != nil {
		f()
	}
}

// run runs the applet. What it has not read is of no interest when it has ended.
func (a *applet) run(f func()) {
	done := false
	defer func() {
		if !done {
			a.down.fail(errApplet) // it panicked
		}
		a.up.ignore()
		a.down.end()
		a.answered.Signal()
	}()
	f()
	done = true
}

// close gives the applet up, and waits until it has noticed.
func (a *applet) close() {
	a.mu.Lock()
	a.gone = true
	f := a.onGone
	a.mu.Unlock()
	a.up.fail(conn.ErrAborted)
	a.down.fail(conn.ErrAborted)
	if f != nil {
		f()
	}
	a.task.Join()
}

func (a *applet) Read(p []byte) (int, error)  { return a.down.read(p, a.read) }
func (a *applet) Write(p []byte) (int, error) { return a.up.write(p, a.written) }

func (a *applet) Writev(x, y, z []byte) (n int, err error) {
	for _, p := range [...][]byte{x, y, z} {
		k, err := a.up.write(p, a.written)
		if n += k; err != nil {
			return n, err
		}
	}
	return n, nil
}

// Peek is for clients only.
func (a *applet) Peek([]byte) (int, error) { return 0, conn.ErrUnsupported }

func (a *applet) SetReadTimeout(d time.Duration)  { a.read = d }
func (a *applet) SetWriteTimeout(d time.Duration) { a.written = d }

// SetReadDeadlineAt is not needed: nothing has to come from an applet by a moment.
func (a *applet) SetReadDeadlineAt(int64) {}

func (a *applet) Interrupt() {
	a.up.fail(conn.ErrAborted)
	a.down.fail(conn.ErrAborted)
	a.answered.Signal()
}

// Resume does nothing: an applet that was interrupted has to end.
func (a *applet) Resume() {}

// Watch and Unwatch are for clients only.
func (a *applet) Watch(conn.WatchMode, func()) {}

// Unwatch ends nothing.
func (a *applet) Unwatch() {}

func (a *applet) appendRequest(dst []byte, r *http.Request) []byte {
	r.Out = http.Framed
	return dst
}

func (a *applet) appendResponse(dst []byte, _ *http.Response) []byte { return dst }

func (a *applet) finish(head, body []byte, _ *http.Fields) error {
	_, err := a.Writev(head, body, nil)
	a.up.end()
	return err
}

func (a *applet) closeWrite() error {
	a.up.end()
	return nil
}

func (a *applet) trailers() *http.Fields { return nil }

func (a *applet) here() bool {
	n, over := a.down.state()
	return n > 0 || over
}

func (a *applet) over() bool {
	n, over := a.down.state()
	return n == 0 && over
}

func (a *applet) socket() *conn.Conn { return nil }
