package stream

import (
	"sync"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http1"
	"gohap/runtime/http2"
	"gohap/stats"
)

// Engine is what all sessions of a graph share. It is made once the graph is
// compiled and is safe for concurrent use.
type Engine struct {
	graph   *core.Graph
	buffers *conn.Buffers
	streams conn.Pool[stream]
	// messages are lent to streams.
	messages conn.Pool[messages]
	carried  sync.Pool
	cachings conn.Pool[caching]
	// http are the codec options of a proxy, by accept-invalid-http-*.
	http, lenient http1.Options
	h2            http2.Options

	// begun counts the streams: %rt.
	begun atomic.Uint64
	// Active counts the client connections: %ac and CurrConns.
	Active stats.Gauge
	// Process counts what "show info" tells; set before traffic.
	Process *stats.Process
	// ServeStats makes the answer to a request for a proxy's statistics page.
	// It is set before traffic.
	ServeStats func(s *core.Stream, p *core.Proxy, body []byte)
	// ServeMetrics makes the answer of the service prometheus-exporter. It is set
	// before traffic.
	ServeMetrics func(s *core.Stream)

	connRate, sessRate, tlsRate pacer
	frontRate                   map[*core.Proxy]*pacer

	stopping atomic.Bool
	sessions registry
	running  running
	captured atomic.Uint64 // messages kept for "show errors"
}

// New returns the engine of a compiled graph.
func New(g *core.Graph) *Engine {
	t := g.Global.Tune
	e := &Engine{graph: g, buffers: conn.NewBuffers(t.BufSize)}
	e.http = http1.Options{BufSize: t.BufSize, MaxRewrite: t.MaxRewrite, MaxFields: t.MaxHeaders, AcceptPayload: g.Global.AcceptPayload}
	e.lenient = e.http
	e.lenient.AcceptInvalid = true
	e.setPace(g)
	e.h2 = http2.Options{
		TableSize: t.H2TableSize, Window: t.H2Window, MaxStreams: t.H2Streams, FrameSize: t.H2FrameSize,
		BufSize: t.BufSize, MaxRewrite: t.MaxRewrite, MaxFields: t.MaxHeaders - 1, Buffers: e.buffers,
	}
	e.h2.Prepare()
	e.streams.New = func() *stream {
		st := &stream{messages: &noMessages}
		st.Exchange = &core.NoExchange
		st.Reset()
		return st
	}
	e.carried.New = func() any { return new(carried) }
	for _, p := range g.Proxies {
		for _, f := range p.Filters {
			f.Begin(g, e)
		}
	}
	return e
}

// Stop says that no connection shall be kept for another request: keep-alive
// ends with the response under way. Clients that are silent get idleGrace to
// send a request, which is still served: one that is on its way when the
// connection closes would be lost.
func (e *Engine) Stop() {
	e.stopping.Store(true)
	e.graph.Stopping.Store(true)
	spread := e.graph.Global.CloseSpread
	if spread == 0 {
		conn.AfterFunc(idleGrace, func() { e.sessions.interruptIdle(-1) })
		return
	}
	// "close-spread-time": a sixteenth of them at a time.
	const steps = 16
	for i := range steps {
		conn.AfterFunc(idleGrace+spread*time.Duration(i)/steps, func() { e.sessions.interruptIdle(i) })
	}
}

// idleGrace is how long an idle client of a stopping process keeps its
// connection. A client in full swing sends its next request long before.
const idleGrace = 300 * time.Millisecond

// Kill ends every session at once.
func (e *Engine) Kill() { e.sessions.kill() }

// Wait blocks until there is no session, and the system has all that they wrote.
func (e *Engine) Wait() {
	for e.sessions.n.Load() > 0 {
		e.sessions.empty.Wait(0)
	}
	conn.Settle()
}
