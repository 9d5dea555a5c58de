package conn

import "golang.org/x/sys/unix"

// pin has the thread of a loop run on the processors that are meant for it. Where
// the machine has none of those, the thread stays free, as HAProxy's do.
func (l *loop) pin() {
	c := config.Load()
	if c == nil || l.index >= len(c.CPUs) || c.CPUs[l.index] == (CPUSet{}) {
		return
	}
	var set unix.CPUSet
	for n := range len(c.CPUs[l.index]) * 64 {
		if c.CPUs[l.index].Has(n) {
			set.Set(n)
		}
	}
	unix.SchedSetaffinity(0, &set)
}
