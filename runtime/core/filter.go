package core

import (
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
)

// FilterEvent is a moment in the life of a stream at which filters are asked
// (SPOE.txt 3.3).
type FilterEvent uint8

// The moments, in the order in which a stream meets them. NoEvent is none.
const (
	NoEvent FilterEvent = iota
	OnClientSession
	OnFrontendTCPRequest
	OnFrontendHTTPRequest
	OnBackendTCPRequest
	OnBackendHTTPRequest
	OnServerSession
	OnTCPResponse
	OnHTTPResponse
	FilterEvents // number of moments
)

var filterEventNames = [FilterEvents]string{
	"", "on-client-session", "on-frontend-tcp-request", "on-frontend-http-request", "on-backend-tcp-request",
	"on-backend-http-request", "on-server-session", "on-tcp-response", "on-http-response",
}

// String is the moment's name in configurations.
func (e FilterEvent) String() string { return filterEventNames[e] }

// Filter is something that takes part in the streams of a proxy.
type Filter interface {
	// Begin is called once, before traffic.
	Begin(g *Graph, d Dialer)
	// Wants reports whether the filter has anything to do at a moment.
	Wants(e FilterEvent) bool
	// At is called at such a moment, on the stream's task, which may wait there. The
	// stream's Response and Complete are set.
	At(s *Stream, e FilterEvent)
}

// Dialer connects to servers on behalf of the process itself.
type Dialer interface {
	// DialInner connects to a server of be, which it picks as for a session of fe,
	// waiting in queues and trying again as the backend is told to. shard is that of
	// the calling task. Nil says that it did not succeed.
	DialInner(fe, be *Proxy, shard int) Inner
}

// Inner is a connection to a server without a client.
type Inner interface {
	// Conn is the connection itself. Only tasks of the loop that has dialled it read
	// and write it.
	Conn() *conn.Conn
	// Close ends it, and what counters know of it.
	Close()
}

// Offload is what a stream remembers of a filter that asks others about it.
type Offload struct {
	Filter Filter
	// Frame is the number of the next question.
	Frame uint64
	// Off says that nothing more is to be asked about the stream.
	Off bool
	// Total is how long the stream has waited for answers.
	Total time.Duration
}

// filterState is what filters keep in a stream. Streams without filters have none.
type filterState struct {
	offloads []Offload
	// waitsFor is what the stream waits for, nil for nothing.
	waitsFor atomic.Pointer[conn.Event]
	stopped  atomic.Bool
}

func (s *Stream) filterState() *filterState {
	f := s.filters.Load()
	if f == nil {
		f = new(filterState)
		s.filters.Store(f)
	}
	return f
}

// forget empties f for the next stream; f may be nil.
func (f *filterState) forget() {
	if f != nil {
		clear(f.offloads)
		f.offloads = f.offloads[:0]
		f.stopped.Store(false)
	}
}

// Offload returns what the stream remembers of f, which is valid until the next call.
func (s *Stream) Offload(f Filter) *Offload {
	k := s.filterState()
	for i := range k.offloads {
		if k.offloads[i].Filter == f {
			return &k.offloads[i]
		}
	}
	k.offloads = append(k.offloads, Offload{Filter: f, Frame: 1})
	return &k.offloads[len(k.offloads)-1]
}

// WaitOn waits for e, which StopWaiting signals too. It reports false where d has
// passed; zero or less sets no limit.
func (s *Stream) WaitOn(e *conn.Event, d time.Duration) bool {
	k := s.filterState()
	k.waitsFor.Store(e)
	ok := e.Wait(d)
	k.waitsFor.Store(nil)
	return ok
}

// Stopped reports whether the stream was told to stop waiting.
func (s *Stream) Stopped() bool { return s.filterState().stopped.Load() }

// StopWaiting ends a [Stream.WaitOn] for good. It may be called from any task.
func (s *Stream) StopWaiting() {
	if k := s.filters.Load(); k != nil {
		k.stopped.Store(true)
		if e := k.waitsFor.Load(); e != nil {
			e.Signal()
		}
	}
}
