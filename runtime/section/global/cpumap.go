package global

import (
	"math/bits"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(directive("cpu-map", "3.1", "The processors that threads are bound to.",
		[]string{"cpu-map 1/all 0-3", "cpu-map auto:1/1-4 0-3", "cpu-map 1/1- 0-", "cpu-map 1/odd 0 2", "cpu-map 1 0"},
		[]string{"cpu-map", "cpu-map 1", "cpu-map x 0", "cpu-map 0 0", "cpu-map 1/65 0", "cpu-map 1/1 x", "cpu-map 1/1 1024", "cpu-map auto:1/1 0-3"},
		cpuMap))
}

// cpuMap reads which threads of which groups run on which processors. There is one
// group; others may be mentioned, as they are in files for HAProxy.
func cpuMap(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 3 || st.Words[2].Text == "" {
		c.Alert(&st.Words[0], "cpu-map expects a process number  ('all', 'odd', 'even', a number from 1 to 64 or a range),  "+
			"followed by a list of CPU ranges with numbers from 0 to 63.")
		return
	}
	w := &st.Words[1]
	text, auto := strings.CutPrefix(w.Text, "auto:")
	group, thread, divided := strings.Cut(text, "/")
	if !divided {
		thread = "all"
	}
	groups, err := value.ThreadSet(group, value.MaxThreads)
	var threads uint64
	if err == nil {
		threads, err = value.ThreadSet(thread, value.MaxThreads)
	}
	if err != nil {
		c.Alert(w, "cpu-map : %s", err)
		return
	}
	cpus, n, ok := processors(c, st.Words[2:])
	if !ok {
		return
	}
	if auto && n != bits.OnesCount64(groups) && n != bits.OnesCount64(threads) {
		c.Alert(w, "cpu-map : PROC/THREAD range and CPU sets must have the same size to be automatically bound")
		return
	}
	if groups&1 == 0 {
		return
	}
	g := c.Global()
	if g.CPUMap == nil {
		g.CPUMap = make([]conn.CPUSet, value.MaxThreads)
	}
	next := 0
	for t := range g.CPUMap {
		switch {
		case threads&(1<<t) == 0:
		case !auto:
			g.CPUMap[t] = cpus
		default:
			// The lowest processor that is not given away; the last threads may get none.
			for next < value.MaxCPUs && !cpus.Has(next) {
				next++
			}
			g.CPUMap[t] = conn.CPUSet{}
			if next < value.MaxCPUs {
				g.CPUMap[t].Add(next)
			}
			next++
		}
	}
}

// processors reads sets of processors and gives how many they have.
func processors(c *registry.Compiler, words []ast.Word) (set conn.CPUSet, n int, ok bool) {
	for i := range words {
		w := &words[i]
		low, high, rest, err := value.CPURange(w.Text)
		if err != nil {
			c.Alert(w, "cpu-map : %s", err)
			return set, 0, false
		}
		if rest != "" {
			c.Warn(w, "cpu-map : '%s' after the CPU range in '%s' is ignored; sets are divided by blanks.", rest, w.Text)
		}
		for cpu := low; cpu <= high; cpu++ {
			if !set.Has(cpu) {
				set.Add(cpu)
				n++
			}
		}
	}
	return set, n, true
}
