package stream

import (
	"sync"
	"sync/atomic"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// pacer spaces out what may happen only so often a second: "rate-limit sessions",
// "maxconnrate", "maxsessrate" and "maxsslrate". Up to a second's worth may come at
// once. The zero value has no limit.
type pacer struct {
	limit atomic.Int64 // a second

	mu sync.Mutex
	// due is when the next event would happen if all were evenly spaced.
	due int64 // µs
}

// wait returns how long the event that would happen now, in milliseconds, has to
// wait.
func (p *pacer) wait(now int64) time.Duration {
	limit := p.limit.Load()
	if limit <= 0 {
		return 0
	}
	now *= 1000
	p.mu.Lock()
	defer p.mu.Unlock()
	p.due = max(p.due, now) + 1_000_000/limit
	return max(0, time.Duration(p.due-now-1_000_000)*time.Microsecond)
}

// pace holds up a listener whose frontend, or the process, gets connections
// faster than the configuration allows. What waits meanwhile waits in the
// kernel.
func (e *Engine) pace(l *core.Listener) {
	fe := l.Proxy
	now := conn.Now()
	d := max(e.connRate.wait(now), e.sessRate.wait(now))
	if fe.SessionRate > 0 {
		d = max(d, e.frontRate[fe].wait(now))
	}
	if l.SSL != nil && l.SSL.On {
		d = max(d, e.tlsRate.wait(now))
	}
	if d > 0 {
		conn.Sleep(d, nil)
	}
}

// SetRates changes how many connections and sessions a second the process takes;
// zero sets no limit, and less leaves the limit alone.
func (e *Engine) SetRates(connections, sessions int) {
	if connections >= 0 {
		e.connRate.limit.Store(int64(connections))
	}
	if sessions >= 0 {
		e.sessRate.limit.Store(int64(sessions))
	}
}

// Rates are the limits in force.
func (e *Engine) Rates() (connections, sessions int64) {
	return e.connRate.limit.Load(), e.sessRate.limit.Load()
}

// setPace reads the limits of a graph.
func (e *Engine) setPace(g *core.Graph) {
	e.SetRates(g.Global.MaxConnRate, g.Global.MaxSessRate)
	e.tlsRate.limit.Store(int64(g.Global.MaxSSLRate))
	e.frontRate = map[*core.Proxy]*pacer{}
	for _, p := range g.Proxies {
		if p.SessionRate > 0 {
			e.frontRate[p] = new(pacer)
			e.frontRate[p].limit.Store(int64(p.SessionRate))
		}
	}
}
