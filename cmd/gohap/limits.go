package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// defaultMaxDescriptors bounds what the process takes where nothing is
// configured and the system sets no sensible limit.
const defaultMaxDescriptors = 1 << 20

// spareDescriptors are for what nobody counts, and threadDescriptors for each
// thread: HAProxy's figures, so that limits that fit it still fit.
const (
	spareDescriptors  = 10
	threadDescriptors = 3
	statsMaxConn      = 10 // unless "stats maxconn" says otherwise
)

// fixedDescriptors is how many descriptors are needed whatever the traffic.
func fixedDescriptors(e engine) int {
	g := e.Settings()
	threads := g.NbThread
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	n := spareDescriptors + threadDescriptors*threads + e.Descriptors()
	switch {
	case len(g.StatsSockets) == 0:
	case g.StatsMaxConn > 0:
		n += g.StatsMaxConn
	default:
		n += statsMaxConn
	}
	return n
}

// limit settles how many connections and descriptors there may be. Without
// "maxconn" it is what the limit on descriptors allows, two for a connection;
// with it, that limit is raised.
//
// -m cannot be a limit on the address space, which the Go runtime reserves
// generously: it is the size from which on memory is reclaimed eagerly.
func (p *process) limit(e engine) bool {
	if p.opts.memMB > 0 {
		debug.SetMemoryLimit(int64(p.opts.memMB) << 20)
	}
	g := e.Settings()
	if p.opts.maxConn > 0 {
		g.MaxConn = p.opts.maxConn
	}
	var boot unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &boot); err != nil {
		boot.Cur, boot.Max = 1024, 1024
	}
	have := int(min(uint64(boot.Max), math.MaxInt32))
	fixed := fixedDescriptors(e)
	if g.MaxConn == 0 {
		allowed := min(have, defaultMaxDescriptors)
		if g.FDHardLimit > 0 {
			allowed = min(have, g.FDHardLimit)
		}
		g.MaxConn = max((allowed-fixed)/2, 1)
		if p.opts.verbose || p.opts.debug {
			fmt.Fprintf(p.say.out, "Note: setting global.maxconn to %d.\n", g.MaxConn)
		}
	}
	need := g.MaxConn*2 + fixed
	if g.UlimitN == 0 {
		g.UlimitN = need
	}
	return p.raise(g.UlimitN, need, have, g.MaxConn, g.StrictLimits)
}

// raise sets the limit on descriptors, where it is too low. The Go runtime has
// raised the soft limit to the hard one already. Without strict limits the
// process goes on with what it has.
func (p *process) raise(want, need, have, maxConn int, strict bool) bool {
	if want <= have {
		return true
	}
	limit := rlimit(want, want)
	if unix.Setrlimit(unix.RLIMIT_NOFILE, &limit) == nil {
		return true
	}
	if strict {
		p.say.mainAlert("Cannot raise FD limit to %d, limit is %d.", want, have)
		return false
	}
	p.say.warning("[%s.main()] Cannot raise FD limit to %d, limit is %d.", p.opts.name(), want, have)
	if have < need {
		p.say.mainAlert("FD limit (%d) too low for maxconn=%d/maxsock=%d. Please raise 'ulimit-n' to %d or more to avoid any trouble.",
			have, maxConn, need, need)
	}
	return true
}
