package stream

import (
	"sync/atomic"

	"gohap/runtime/compress"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http1"
	"gohap/runtime/queue"
)

// stream is one request and its response, or a TCP session. The embedded
// core.Stream is what rules and logs see of it.
type stream struct {
	core.Stream
	session *session
	engine  *Engine

	*messages

	// line is where log lines are built; kept for the next stream.
	line []byte
	// res holds what was read from the server.
	res buffer

	// server is the connection in use; serverLink is the same for other tasks,
	// which may only interrupt it.
	server     serverConn
	serverLink sharedLink
	// slot is the server whose place the stream holds, nil for none.
	slot *core.Server
	// listed is the server in whose StreamSet the stream stands, counted the
	// one whose counters know it.
	listed, counted *core.Server
	// toStore are the stick table's entries to be made.
	toStore []toStore
	// avoid is the server that just failed.
	avoid *core.Server

	place place // in the engine's list
	// waiter is the stream's place in queues, made when it first has to wait.
	waiter atomic.Pointer[queue.Waiter[*core.Server]]
	cancel conn.Cancel
	relay  conn.Relay
	// onLeave and onRelayEnd are bound once.
	onLeave    func()
	onRelayEnd func(*conn.Relay, conn.End)

	// clientGone says that the client left while the stream waited; ended is
	// the cause given to End.
	clientGone atomic.Bool
	ended      atomic.Uint32

	// tried counts the attempts that failed.
	tried int
	// inBackend says that the backend's counters know the stream.
	inBackend bool
	// persistent says that a cookie or use-server chose the server, balanced
	// that the balancer did.
	persistent, balanced bool
	// packing is the compression that the client would understand, upPacking that
	// of the request's body on its way to the server.
	packing, upPacking compress.Algorithm
	// requestSent says that the request's head went to a server, replied that
	// bytes of a response went to the client.
	requestSent, replied bool
	// closeClient and closeServer forbid another message on the connection.
	closeClient, closeServer bool
	// http says that the stream is a request: its frontend, or the backend that
	// a TCP session came to, speaks HTTP.
	http bool
	// noL7Retry forbids retries once a request was sent.
	noL7Retry bool
	// clientEOF and serverEOF say that rules which waited for data met the end.
	clientEOF, serverEOF bool
	// abandoned says that the client left before its request was whole.
	abandoned bool
	// logged says that the log line was written or is not wanted.
	logged bool
	// watching says that the client is watched.
	watching bool
	// tracing: what happens is told on standard error.
	tracing bool
	// filtering: a proxy that the stream passes has filters to be asked; met: they know
	// of its server.
	filtering, met bool
	// bodyTaken: the request's body was read to its end and thrown away.
	bodyTaken bool
	// unheard: it ended without a word to the client, which may send its request
	// again; counters of responses do not know it.
	unheard bool

	// Moments in milliseconds on conn.Now's clock, 0 for not yet: start of the
	// stream, first byte of the request, its head complete, place on a server,
	// connected, response head complete.
	startTick, requestTick, headTick, queueTick, connectTick, responseTick int64
	// inSize and outSize are the sizes of what was received from the client and
	// sent to it beside bodies and relayed bytes.
	inSize, outSize int64
}

// messages is the part of a stream that forwards messages. It is larger than the
// rest, and of no use to a stream that only relays bytes any more.
type messages struct {
	said core.Exchange
	// caching is the stream's part in caches, nil for none.
	caching *caching
	// head is where heads are built; kept for the next stream.
	head []byte
	// params are those of the request that its FastCGI application gets beside what all
	// get.
	params []scriptParam
	// bodySize is the size of that request's body where no header tells it.
	bodySize int
	// up and down forward the bodies of the request and of the response.
	up, down                  body
	requestBody, responseBody http1.ChunkReader
	// upload is the task that forwards the rest of a request's body beside the
	// response; upFault is how it ended, to be read after it was joined.
	upload    conn.Task
	uploading bool
	upFault   fault
	// cookieOf is the server that the client's cookie named.
	cookieOf *core.Server
	// lastDate and firstDate are the dates in that cookie, in seconds, 0 for none.
	lastDate, firstDate int64
	// bridgeFault is what broke a bridge first; bridgeDown says that it is set.
	bridgeFault fault
	bridgeDown  atomic.Bool
}

// noMessages is what a stream has in place of messages when it has laid them down:
// nothing is under way. Nobody may write to it.
var noMessages messages

// takeMessages gives the stream what it needs for messages, unless it has it.
func (st *stream) takeMessages() {
	if st.messages == &noMessages {
		st.messages = st.engine.messages.Get(st.session.Conn)
		st.Exchange = &st.said
	}
}

// layMessages gives that away. Only streams without a message do so.
func (st *stream) layMessages() {
	m := st.messages
	m.said.Reset()
	st.messages, st.Exchange = &noMessages, &core.NoExchange
	st.engine.messages.Put(st.session.Conn, m)
}

// newStream takes a stream from the pool and begins it.
func (s *session) newStream() *stream {
	st := s.engine.streams.Get(s.Conn)
	st.session, st.engine = s, s.engine
	st.takeMessages()
	st.Session = &s.Session
	if s.tracked != nil {
		st.Tracked, s.tracked = *s.tracked, nil
	}
	st.Control = st
	st.Frontend, st.Backend = s.Frontend, s.Frontend
	st.http = s.http
	st.Timeout = s.Frontend.Timeout
	st.res.pool, st.res.near = s.engine.buffers, s.Conn
	st.startTick = st.now()
	st.Log.Start = s.Conn.Wall()
	st.filtering = len(s.Frontend.Filters) > 0
	if st.tracing = len(s.Frontend.Traces) > 0; st.tracing {
		st.traceBegin()
	}
	return st
}

// free resets the stream and gives it back to the pool. What is kept are the
// memories of its slices.
func (st *stream) free() {
	e, c := st.engine, st.session.Conn
	st.Tracked.Release()
	if st.place.taken {
		e.running.remove(st)
	}
	if st.caching != nil {
		st.layCaching()
	}
	st.res.release()
	st.res.near = nil
	if st.messages != &noMessages {
		st.up.reset()
		st.down.reset()
		st.upFault, st.uploading = fault{}, false
		if cap(st.head) > maxKeptHead {
			st.head = nil
		}
		st.cookieOf, st.lastDate, st.firstDate = nil, 0, 0
		if st.bridgeDown.Load() {
			st.bridgeFault = fault{}
			st.bridgeDown.Store(false)
		}
	}
	st.Reset()
	st.session, st.server = nil, serverConn{}
	st.slot, st.listed, st.counted, st.avoid = nil, nil, nil, nil
	if st.clientGone.Load() || st.ended.Load() != 0 {
		st.clientGone.Store(false)
		st.ended.Store(0)
		st.cancel.Reset()
	}
	st.tried = 0
	st.toStore = st.toStore[:0]
	st.inBackend, st.persistent, st.balanced = false, false, false
	st.packing, st.upPacking = compress.None, compress.None
	st.requestSent, st.replied = false, false
	st.closeClient, st.closeServer, st.noL7Retry = false, false, false
	st.bodyTaken, st.unheard, st.met = false, false, false
	st.clientEOF, st.serverEOF, st.logged = false, false, false
	st.abandoned = false
	st.inSize, st.outSize = 0, 0
	st.relay.Client, st.relay.Server = nil, nil
	st.requestTick, st.headTick, st.queueTick, st.connectTick, st.responseTick = 0, 0, 0, 0, 0
	if cap(st.line) > maxKeptHead {
		st.line = nil
	}
	e.streams.Put(c, st)
}

// maxKeptHead bounds the memory that a pooled stream keeps.
const maxKeptHead = 32 << 10

// now is conn.Now on the clock of the client's connection.
func (st *stream) now() int64 { return st.session.Conn.Now() }
