package resolver

import "sync/atomic"

// Counters are what a name server has done so far.
type Counters struct {
	Sent, SendError, Valid, Update, CNAME, CNAMEError, AnyErr, NX, Timeout,
	Refused, Other, Invalid, TooBig, Truncated, Outdated atomic.Uint64
}

// CounterNames are the names of the counters in the order of [Counters.Values],
// as "show resolvers" spells them.
var CounterNames = [...]string{"sent", "snd_error", "valid", "update", "cname", "cname_error", "any_err", "nx", "timeout",
	"refused", "other", "invalid", "too_big", "truncated", "outdated"}

func (c *Counters) all() [len(CounterNames)]*atomic.Uint64 {
	return [...]*atomic.Uint64{&c.Sent, &c.SendError, &c.Valid, &c.Update, &c.CNAME, &c.CNAMEError, &c.AnyErr, &c.NX, &c.Timeout,
		&c.Refused, &c.Other, &c.Invalid, &c.TooBig, &c.Truncated, &c.Outdated}
}

// Values returns the counters.
func (c *Counters) Values() (v [len(CounterNames)]uint64) {
	for i, n := range c.all() {
		v[i] = n.Load()
	}
	return v
}

// Clear sets all to zero.
func (c *Counters) Clear() {
	for _, n := range c.all() {
		n.Store(0)
	}
}

// count notes an answer.
func (c *Counters) count(s Status) {
	switch s {
	case Valid:
		c.Valid.Add(1)
	case NX:
		c.NX.Add(1)
	case Refused:
		c.Refused.Add(1)
	case Timeout:
		c.Timeout.Add(1)
	case Other:
		c.Other.Add(1)
	case Empty:
		c.AnyErr.Add(1)
	case CNAMEError:
		c.CNAMEError.Add(1)
	case Truncated:
		c.Truncated.Add(1)
	case TooBig:
		c.TooBig.Add(1)
	case Invalid:
		c.Invalid.Add(1)
	}
}
