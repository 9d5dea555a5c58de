package core

import (
	"gohap/parser/diag"
	"gohap/runtime/logs"
	"gohap/runtime/ring"
)

// Ring is a "ring" section (3.9), or a ring that every process has.
type Ring struct {
	*logs.Ring
	// Defined says that there is such a ring: log lines may name rings whose
	// sections are yet to come.
	Defined bool
	Pos     diag.Pos
	// Proxy has the servers that get the ring's lines, and the timeouts; nil for
	// rings without a section.
	Proxy *Proxy
}

// Rings are the rings of a configuration.
type Rings struct {
	// All are the defined ones in their order.
	All   []*Ring
	named map[string]*Ring
}

// bufSize is how many bytes the ring holds that every process has.
const bufSize = 1 << 20

// newRings makes the ring that every process has, which is empty unless a log line
// names it.
func newRings() *Rings {
	r := &Rings{named: map[string]*Ring{}}
	b := r.Named("buf0")
	b.Description, b.Format, b.MaxLen, b.Buffer = "in-memory ring buffer", logs.Timed, bufSize, ring.NewBuffer(bufSize)
	r.Define(b)
	return r
}

// Named finds a ring by its name. One that is not there yet is made, undefined.
func (r *Rings) Named(name string) *Ring {
	if r.named[name] == nil {
		r.named[name] = &Ring{Ring: &logs.Ring{Name: name, Description: name, Format: logs.Raw}}
	}
	return r.named[name]
}

// Find finds a defined ring, nil without one.
func (r *Rings) Find(name string) *Ring {
	if ring := r.named[name]; ring != nil && ring.Defined {
		return ring
	}
	return nil
}

// Define enters a ring that [Rings.Named] gave among the defined ones.
func (r *Rings) Define(ring *Ring) {
	ring.Defined = true
	r.All = append(r.All, ring)
}
