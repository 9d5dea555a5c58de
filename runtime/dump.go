package runtime

import (
	"fmt"
	"io"

	"gohap/runtime/core"
)

// dumpProxy writes the lines that SIGHUP logs about a proxy and its servers.
func (i *Instance) dumpProxy(w io.Writer, p *core.Proxy) {
	for _, s := range p.Fleet().Servers {
		up := "DOWN"
		if s.Health.Usable() {
			up = "UP"
		}
		t := s.Stats.Sum()
		fmt.Fprintf(w, "SIGHUP: Server %s/%s is %s. Conn: %d act, %d pend, %d tot.\n",
			p.Name, s.Name, up, s.Stats.Current.Load(), s.Queue.Len(), t.Sessions.Load())
	}
	switch {
	case p.BE == nil:
		fmt.Fprintf(w, "SIGHUP: Proxy %s has no servers. Conn: act(FE+BE): %d+0, 0 pend (0 unass), tot(FE+BE): %d+0.\n",
			p.Name, p.FE.Current.Load(), frontendConns(p))
	default:
		var current int64
		if p.FE != nil {
			current = p.FE.Current.Load()
		}
		what := "has no servers."
		if p.Health != nil && len(p.Fleet().Servers) > 0 {
			n := p.Health.Counts()
			what = "has no server available !"
			if n.Active+n.Backup > 0 {
				what = fmt.Sprintf("has %d active servers and %d backup servers available.", n.Active, n.Backup)
			}
		}
		fmt.Fprintf(w, "SIGHUP: Proxy %s %s Conn: act(FE+BE): %d+%d, %d pend (%d unass), tot(FE+BE): %d+%d.\n",
			p.Name, what, current, p.BE.Current.Load(), p.BE.Queue.Load(), p.BE.Queue.Load(), frontendConns(p), backendConns(p))
	}
}
