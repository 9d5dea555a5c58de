package conn

import (
	"sync/atomic"
	"time"
)

// counter is written by one thread.
type counter struct{ n atomic.Uint64 }

func (c *counter) add(n uint64) { c.n.Store(c.n.Load() + n) }

// Activities tells of the threads of all shards; nothing where Go's scheduler does
// their work.
func Activities() []Activity {
	p := loops.all.Load()
	if p == nil || portable() {
		return nil
	}
	var all []Activity
	for _, l := range (*p)[:min(len(*p), Threads())] {
		c := &l.counters
		all = append(all, Activity{
			Thread: l.tid, Conns: l.conns.Load(), Rounds: c.rounds.n.Load(), Events: c.heard.n.Load(), Turns: uint64(l.turn.Load()),
			Asleep: l.asleep.Load(), Stuck: l.stuck.Load(),
			Profiled: Usage{Calls: int64(c.calls.n.Load()), CPU: time.Duration(c.cpu.n.Load()), Latency: time.Duration(c.late.n.Load())},
		})
	}
	return all
}

// Descriptors lists the sockets that loops watch.
func Descriptors() []Descriptor {
	var all []Descriptor
	for i := range table {
		part := table[i].Load()
		if part == nil {
			continue
		}
		for k := range part {
			d := part[k].Load()
			if d == nil {
				continue
			}
			shard := -1
			if l := d.loop.Load(); l != nil {
				shard = l.index
			}
			all = append(all, Descriptor{FD: d.fd, Shard: shard, Conn: d.c})
		}
	}
	return all
}

// RunningTasks gives the stacks of the tasks that run right now.
func RunningTasks() []byte { return runningStacks() }
