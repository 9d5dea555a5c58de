package conn

import (
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Side names one of the two connections of a relay.
type Side uint8

const (
	NoSide Side = iota
	ClientSide
	ServerSide
)

// Relay moves bytes between a client and a server, both ways at the same time,
// until both have closed or something fails. A stream embeds one, fills in the
// exported fields and returns Tunnel(&r) from its handler. It can be used again
// after Done.
//
// A side that ends, or stays silent for too long, ends only its own direction:
// the other side is told by a FIN and may go on until it ends or times out itself.
// An error, or a side that takes nothing for too long, ends both.
type Relay struct {
	Client, Server *Conn

	ToServer, ToClient Flow

	// Inactivity timeouts of the two sides; zero is none. A side is active when
	// bytes come from it or go to it. Once a connection is closed in one direction
	// its Fin timeout, where set, counts instead. For a tunnel ("timeout tunnel")
	// both sides get that one.
	ClientTimeout, ServerTimeout time.Duration
	ClientFin, ServerFin         time.Duration
	// EndOnTimeout has a silent side end the whole relay, not its direction only.
	EndOnTimeout bool
	// EndOnClose has the client's end of stream end the whole relay: the server is
	// not told by a FIN.
	EndOnClose bool

	Buffers *Buffers

	// Done hears how it ended. Both connections are still open; the engine closes
	// the client's afterwards, the server's is the stream's to close or abort.
	// (HAProxy resets the server's where the client's broke, unless the server had
	// closed first.)
	Done func(r *Relay, e End)

	mu    sync.Mutex
	end   End
	ended bool // by finish
	half  bool // one direction has ended in good order
	left  atomic.Int32
	other *otherWay
}

// otherWay is the task for one of the directions where the other has that of the
// caller.
type otherWay struct {
	Task
	forward func() // bound once
}

// Flow is one direction of a relay.
type Flow struct {
	// Pending was read from the source before and goes first. The relay only
	// reads it, until the first bytes from the source have been forwarded.
	Pending []byte
	// Closed: the source's end of stream was read already.
	Closed bool
	Splice SpliceMode
	// OnFirst, where not nil, is called once, when the first bytes have been
	// forwarded. It must not block.
	OnFirst func()

	bytes atomic.Uint64
	move  mover
	r     *Relay
	from  Side // the source's
	begun bool
	loopFlow
}

// Bytes counts what this direction has forwarded so far, Pending included. Any
// task may look.
func (f *Flow) Bytes() uint64 { return f.bytes.Load() }

// End says how a relay ended.
type End struct {
	// First is the side that closed, or failed, first.
	First Side
	// Err is nil where both sides have closed in good order. Otherwise it is what
	// went wrong first: ErrTimeout, ErrReset, ErrAborted (Stop, or Interrupt on one
	// of the connections) or another of this package's errors.
	Err error
	// Side is where Err happened.
	Side Side
	// Writing tells whether Err came from sending to Side, not from receiving.
	Writing bool
}

// Stop ends a running relay from another task; End.Err is ErrAborted.
func (r *Relay) Stop() {
	r.finish(End{Err: ErrAborted})
}

// Run moves the bytes and gives how it ended, without calling Done. A handler
// that can should return Tunnel instead, which does not keep a stack.
func (r *Relay) Run() End {
	r.begin()
	if r.other == nil {
		r.other = &otherWay{forward: func() { r.ToClient.forward() }}
	}
	r.other.Go(r.other.forward)
	r.ToServer.forward()
	r.other.Join()
	return r.conclude()
}

func (r *Relay) begin() {
	r.mu.Lock()
	r.end, r.ended, r.half = End{}, false, false
	r.mu.Unlock()
	r.ToServer.prepare(r, r.Server, r.Client, ClientSide)
	r.ToClient.prepare(r, r.Client, r.Server, ServerSide)
	r.Client.setTimeouts(r.ClientTimeout)
	r.Server.setTimeouts(r.ServerTimeout)
}

func (f *Flow) prepare(r *Relay, dst, src *Conn, from Side) {
	f.bytes.Store(0)
	f.r, f.from = r, from
	f.move.dst, f.move.src = dst, src
	f.begun, f.loopFlow = false, loopFlow{}
}

// conclude comes after both directions have ended.
func (r *Relay) conclude() End {
	if r.ended {
		r.Client.Resume()
		r.Server.Resume()
	}
	return r.end
}

func (r *Relay) run() { r.tell(r.Run()) }

func (r *Relay) tell(e End) {
	if r.Done != nil {
		r.Done(r, e)
	}
}

// finish records what went wrong and stops both directions.
func (r *Relay) finish(e End) {
	r.note(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.ended = true
	r.Client.Interrupt()
	r.Server.Interrupt()
}

// note records that a side has ended, in good order or not. What went wrong first
// counts.
func (r *Relay) note(e End) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return // what fails now only fails because the relay was stopped
	}
	if r.end.First == NoSide {
		r.end.First = e.Side
	}
	if r.end.Err == nil && e.Err != nil {
		r.end.Err, r.end.Side, r.end.Writing = e.Err, e.Side, e.Writing
	}
}

// forward runs the direction to its end. A flow that a loop has call it again
// gives false instead of waiting for its source.
func (f *Flow) forward() (over bool) {
	r := f.r
	if !f.begun {
		f.begun = true
		if len(f.Pending) > 0 {
			n, err := f.move.dst.Write(f.Pending)
			f.count(n)
			f.Pending = nil
			if err != nil {
				r.finish(End{Err: Cause(err), Side: f.from.other(), Writing: true})
				return true
			}
		}
		f.move.start(f.move.dst, f.move.src, r.Buffers, f.Splice, -1)
	}
	if f.Closed {
		r.note(End{Side: f.from})
	} else if over, failed := f.pump(); !over || failed {
		return over
	}
	if r.EndOnClose && f.from == ClientSide {
		r.finish(End{Side: f.from})
		return true
	}
	if !f.last() {
		f.move.dst.CloseWrite()
		r.halfClosed(r.Client, r.ClientFin)
		r.halfClosed(r.Server, r.ServerFin)
	}
	return true
}

// pump moves bytes until the source ends, in good order or not, or falls silent.
func (f *Flow) pump() (over, failed bool) {
	r := f.r
	defer f.move.stop()
	for {
		var n int
		var werr error
		parked, rerr := f.await()
		if parked {
			return false, false
		}
		if rerr == nil {
			n, rerr, werr = f.move.load(math.MaxInt64)
			f.count(n)
		}
		switch {
		case werr != nil:
			r.finish(End{Err: Cause(werr), Side: f.from.other(), Writing: true})
			return true, true
		case rerr == io.EOF:
			r.note(End{Side: f.from})
			return true, false
		case rerr == ErrTimeout && r.EndOnTimeout:
			r.finish(End{Side: f.from, Err: ErrTimeout})
			return true, true
		case rerr == ErrTimeout:
			r.note(End{Side: f.from, Err: ErrTimeout})
			return true, false
		case rerr != nil:
			r.finish(End{Err: Cause(rerr), Side: f.from})
			return true, true
		}
	}
}

// count records that n bytes were forwarded.
func (f *Flow) count(n int) {
	if n > 0 && f.bytes.Add(uint64(n)) == uint64(n) && f.OnFirst != nil {
		f.OnFirst()
	}
}

func (s Side) other() Side { return ClientSide + ServerSide - s }

// halfClosed has the timeout for half-closed connections count from now on, also
// for an operation that waits already.
func (r *Relay) halfClosed(c *Conn, fin time.Duration) {
	if fin > 0 {
		c.setTimeouts(fin)
		c.r.restart()
	}
}

func (c *Conn) setTimeouts(d time.Duration) {
	c.SetReadTimeout(d)
	c.SetWriteTimeout(d)
}
