package stream

import (
	"sync"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// pacer spaces out what may happen only so often a second: "rate-limit sessions",
// "maxconnrate" and "maxsessrate". Up to a second's worth may come at once. The
// zero value has no limit.
type pacer struct {
	limit int64 // a second

	mu sync.Mutex
	// due is when the next event would happen if all were evenly spaced.
	due int64 // µs
}

// wait returns how long the event that would happen now, in milliseconds, has to
// wait.
func (p *pacer) wait(now int64) time.Duration {
	if p.limit <= 0 {
		return 0
	}
	now *= 1000
	p.mu.Lock()
	defer p.mu.Unlock()
	p.due = max(p.due, now) + 1_000_000/p.limit
	return max(0, time.Duration(p.due-now-1_000_000)*time.Microsecond)
}

// pace holds up a listener whose frontend, or the process, gets connections
// faster than the configuration allows. What waits meanwhile waits in the
// kernel.
func (e *Engine) pace(fe *core.Proxy) {
	now := conn.Now()
	d := max(e.connRate.wait(now), e.sessRate.wait(now))
	if fe.SessionRate > 0 {
		d = max(d, e.frontRate[fe].wait(now))
	}
	if d > 0 {
		conn.Sleep(d, nil)
	}
}

// setPace reads the limits of a graph.
func (e *Engine) setPace(g *core.Graph) {
	e.connRate.limit, e.sessRate.limit = int64(g.Global.MaxConnRate), int64(g.Global.MaxSessRate)
	e.frontRate = map[*core.Proxy]*pacer{}
	for _, p := range g.Proxies {
		if p.SessionRate > 0 {
			e.frontRate[p] = &pacer{limit: int64(p.SessionRate)}
		}
	}
}
