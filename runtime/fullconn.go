package runtime

import "gohap/runtime/core"

// settleLimits gives frontends without a maxconn that of -N or the process, and
// backends without a fullconn a tenth of what the frontends that may use them
// take together (4.2 "fullconn").
func (i *Instance) settleLimits() {
	for _, p := range i.graph.Proxies {
		if p.Has(core.Frontend) && p.MaxConn == 0 {
			p.MaxConn = i.graph.Global.MaxConn
			if n := i.options.MaxPerProxy; n > 0 {
				p.MaxConn = n
			}
		}
	}
	total := map[*core.Proxy]int{}
	for _, fe := range i.graph.Proxies {
		if !fe.Has(core.Frontend) {
			continue
		}
		for be := range i.used(fe) {
			total[be] += fe.MaxConn
		}
	}
	for _, p := range i.graph.Proxies {
		if p.Has(core.Backend) && p.FullConn == 0 {
			p.FullConn = max((total[p]+9)/10, 1)
		}
	}
}

// used is the set of backends that a frontend may send streams to. A dynamic
// use_backend may name any.
func (i *Instance) used(fe *core.Proxy) map[*core.Proxy]bool {
	set := map[*core.Proxy]bool{}
	if fe.Default != nil {
		set[fe.Default] = true
	}
	for _, r := range fe.Switch {
		if r.Dynamic == nil {
			set[r.Backend] = true
			continue
		}
		for _, be := range i.graph.Backends {
			set[be] = true
		}
	}
	return set
}
