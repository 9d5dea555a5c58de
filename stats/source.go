package stats

import (
	"fmt"
	"iter"
	"slices"
)

// A Proxy is one proxy of a snapshot and its rows.
type Proxy struct {
	Name string
	ID   uint64
	Mode string
	Desc string // "description"; shown by "stats show-desc"

	// A proxy has a Frontend, a Backend, or both ("listen"); the other is nil.
	Frontend  *Row
	Listeners []Row // only under "option socket-stats"
	Servers   []Row // in configuration order
	Backend   *Row

	// Latency holds quantiles of the backend's total times; HAProxy has none.
	Latency Latency
}

// Rows yields the rows that f wants, in the order of "show stat".
func (p *Proxy) Rows(f *Filter) iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		if p.Frontend != nil && f.Want(p.Frontend) && !yield(p.Frontend) {
			return
		}
		for i := range p.Listeners {
			if r := &p.Listeners[i]; f.Want(r) && !yield(r) {
				return
			}
		}
		for i := range p.Servers {
			if r := &p.Servers[i]; f.Want(r) && !yield(r) {
				return
			}
		}
		if p.Backend != nil && f.Want(p.Backend) {
			yield(p.backend(f))
		}
	}
}

// backend returns the backend's row. Where servers are hidden, its status says
// how many of how many are usable.
func (p *Proxy) backend(f *Filter) *Row {
	if f == nil || !f.Up && !f.NoMaint {
		return p.Backend
	}
	up := 0
	for i := range p.Servers {
		if !p.Servers[i].State().Down() {
			up++
		}
	}
	r := *p.Backend
	r.Status = fmt.Sprintf("%s (%d/%d)", r.Status, up, len(p.Servers))
	return &r
}

// A Source describes the running process. The runtime implements it.
type Source interface {
	// Proxies yields the proxies in the order in which "show stat" lists them,
	// without disabled and internal ones. A proxy for which f.WantProxy is false
	// is skipped. A *Proxy and all that it points to are valid until the next
	// one is yielded, so that a source may use one over and over.
	Proxies(f *Filter) iter.Seq[*Proxy]

	// Info describes the process.
	Info() *Info
}

// A Snapshot is a list of proxies that lives on its own. It is a [Source] too,
// which tests and tools use.
type Snapshot struct {
	List    []Proxy
	Process Info
}

// Proxies implements [Source].
func (s *Snapshot) Proxies(f *Filter) iter.Seq[*Proxy] {
	return func(yield func(*Proxy) bool) {
		for i := range s.List {
			p := &s.List[i]
			if f.WantProxy(p.Name, p.ID) && !yield(p) {
				return
			}
		}
	}
}

// Info implements [Source].
func (s *Snapshot) Info() *Info { return &s.Process }

// Collect copies what f wants of a source's proxies, with its Info, into a
// snapshot that stays as it is.
func Collect(src Source, f *Filter) *Snapshot {
	s := &Snapshot{Process: *src.Info()}
	for p := range src.Proxies(f) {
		c := *p
		if p.Frontend != nil {
			r := *p.Frontend
			c.Frontend = &r
		}
		if p.Backend != nil {
			r := *p.Backend
			c.Backend = &r
		}
		c.Listeners = slices.Clone(p.Listeners)
		c.Servers = slices.Clone(p.Servers)
		s.List = append(s.List, c)
	}
	return s
}
