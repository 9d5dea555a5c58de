package conn

import (
	"bytes"
	"runtime"
	"time"
)

// stallAfter is how long a task may keep a loop to itself before that is reported.
const stallAfter = time.Second

// guardLoops watches over the loops, for as long as the process lives.
func guardLoops() {
	const step = stallAfter / 4
	seen := map[*loop]stall{}
	var r rest
	for range time.Tick(step) {
		turns := uint32(0)
		for _, l := range *loops.all.Load() {
			s := seen[l]
			s.look(l, step)
			seen[l] = s
			turns += s.turn
		}
		if c := config.Load(); r.begins(turns) && c != nil && c.OnQuiet != nil {
			c.OnQuiet()
		}
	}
}

// rest tells when the loops come to rest.
type rest struct {
	turns uint32 // of all, when last seen
	busy  uint32 // of them, since they rested
}

// few is how much is run, between two looks and since the last rest, by loops that are
// not busy.
const few = 32

func (r *rest) begins(turns uint32) bool {
	run := turns - r.turns
	r.turns = turns
	if run > few || r.busy <= few {
		r.busy += run
		return false
	}
	r.busy = 0
	return true
}

// stall is what is known about a loop that does not get on.
type stall struct {
	turn  uint32
	since time.Duration
}

func (s *stall) look(l *loop, step time.Duration) {
	turn := l.turn.Load()
	if turn != s.turn || l.asleep.Load() {
		*s = stall{turn: turn}
		l.stuck.Store(false)
		return
	}
	l.stuck.Store(true)
	before := s.since
	s.since += step
	if before < stallAfter && s.since >= stallAfter {
		if c := config.Load(); c != nil && c.OnStall != nil {
			c.OnStall(l.index, s.since, runningStacks())
		}
	}
}

// runningStacks gives the stacks of the tasks that do not wait.
func runningStacks() []byte {
	all := make([]byte, 1<<20)
	all = all[:runtime.Stack(all, true)]
	var out []byte
	for g := range bytes.SplitSeq(all, []byte("\n\n")) {
		head, _, _ := bytes.Cut(g, []byte("\n"))
		if bytes.Contains(g, []byte("(*task).main(")) && !bytes.Contains(head, []byte("[coroutine")) {
			out = append(append(out, g...), '\n')
		}
	}
	return out
}
