package e2e

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// world is everything that one run of a script can see. Its lock guards all
// endpoints; changed is broadcast whenever one of them changes.
type world struct {
	mu      sync.Mutex
	changed *sync.Cond
	clients map[string]*endpoint
	order   []*endpoint            // clients in order of connection
	servers map[string][]*endpoint // by listener name, in order of acceptance
	autos   map[string]*auto
	closed  bool
}

func newWorld() *world {
	w := &world{clients: map[string]*endpoint{}, servers: map[string][]*endpoint{}, autos: map[string]*auto{}}
	w.changed = sync.NewCond(&w.mu)
	return w
}

// await waits until ok holds. ok runs with the lock held. When every client
// connection is over, nothing more is to be expected from the proxy but what is
// on its way already, and the wait is cut short.
func (w *world) await(limit time.Duration, ok func() bool) bool {
	return w.wait(limit, true, ok)
}

func (w *world) wait(limit time.Duration, hurry bool, ok func() bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	end := time.Now().Add(limit)
	wake := time.AfterFunc(limit, w.wake)
	defer wake.Stop()
	hurried := !hurry
	for !ok() {
		if !hurried && w.over() {
			hurried = true
			const rest = 500 * time.Millisecond
			if soon := time.Now().Add(rest); soon.Before(end) {
				end = soon
				defer time.AfterFunc(rest, w.wake).Stop()
			}
		}
		if !time.Now().Before(end) {
			return false
		}
		w.changed.Wait()
	}
	return true
}

// over reports whether the proxy has ended every client connection.
func (w *world) over() bool {
	for _, c := range w.order {
		if c.end == "" || c.end == "us" {
			return false
		}
	}
	return len(w.order) > 0
}

func (w *world) wake() {
	w.mu.Lock()
	w.changed.Broadcast()
	w.mu.Unlock()
}

// endpoint is the test's side of one TCP connection with the proxy. A goroutine
// reads all that comes, so that the peer is never stuck on a full window.
type endpoint struct {
	w    *world
	name string
	conn *net.TCPConn // nil if it was reset before it was ours

	// Guarded by w.mu.
	buf     []byte // everything received
	seen    int    // how much of it the steps have consumed
	end     string // "" while open, then "fin", "rst", or "us" when we closed
	noticed bool   // a step has looked at the end
	usable  bool   // a step has sent one more request and got its response
}

func (w *world) newEndpoint(name string, conn *net.TCPConn) *endpoint {
	return &endpoint{w: w, name: name, conn: conn}
}

// read fills the endpoint until the connection ends.
func (e *endpoint) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := e.conn.Read(buf)
		e.w.mu.Lock()
		e.buf = append(e.buf, buf[:n]...)
		if err != nil && e.end == "" {
			switch {
			case errors.Is(err, io.EOF):
				e.end = "fin"
			case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
				e.end = "rst"
			default:
				e.end = "us"
			}
		}
		e.w.changed.Broadcast()
		e.w.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// send writes and gives up on a peer that takes nothing for a while. Errors
// show in what the endpoint reads.
func (e *endpoint) send(data []byte) {
	if e.conn == nil {
		return
	}
	e.conn.SetWriteDeadline(time.Now().Add(stepLimit))
	e.conn.Write(data)
}

// fin closes the sending direction.
func (e *endpoint) fin() {
	if e.conn != nil {
		e.conn.CloseWrite()
	}
}

// shut closes the connection: with a reset if hard.
func (e *endpoint) shut(hard bool) {
	e.w.mu.Lock()
	if e.end == "" {
		e.end = "us"
	}
	e.w.mu.Unlock()
	if e.conn == nil {
		return
	}
	if hard {
		e.conn.SetLinger(0)
	}
	e.conn.Close()
}

// auto makes a server answer every request by itself.
type auto struct {
	responses []string
	next      int
	close     bool
}

// take returns the next response; the last one repeats.
func (a *auto) take() string {
	r := a.responses[min(a.next, len(a.responses)-1)]
	a.next++
	return r
}

// serve answers the requests that arrive on e until it ends. It consumes what
// it answers.
func (e *endpoint) serve(a *auto) {
	for {
		e.w.mu.Lock()
		n := 0
		for {
			if n = requestLen(e.buf[e.seen:]); n > 0 || e.end != "" || e.w.closed {
				break
			}
			e.w.changed.Wait()
		}
		if n == 0 {
			e.w.mu.Unlock()
			return
		}
		e.seen += n
		response := a.take()
		e.w.mu.Unlock()
		e.send([]byte(response))
		if a.close {
			e.fin()
			return
		}
	}
}

// requestLen returns the length of the complete request at the start of buf,
// or 0 while it is incomplete.
func requestLen(buf []byte) int {
	head := bytes.Index(buf, []byte("\r\n\r\n"))
	if head < 0 {
		return 0
	}
	head += 4
	n, chunked, _ := framing(buf[:head])
	if chunked {
		_, used, done := dechunk(buf[head:])
		if !done {
			return 0
		}
		return head + used
	}
	if len(buf) < head+max(n, 0) {
		return 0
	}
	return head + max(n, 0)
}
