package spoe

import (
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/spop"
)

// The reasons for which an agent was not heard, as "option set-on-error" tells them.
// An agent's status comes on top of failedAgent.
const (
	noFailure     = 0
	failedTimeout = 1
	failedRoom    = 2
	failedTooBig  = 3
	failedAborted = 4
	failedStopped = 5
	failedAgent   = 256
)

// ask sends messages about s and does what the agent says. within bounds the wait
// beside the agent's own timeout, 0 for no such bound.
func (a *Agent) ask(s *core.Stream, messages []*Message, within time.Duration, kind, name string) {
	o := s.Offload(a)
	if o.Off || len(a.pools) == 0 {
		return
	}
	p := a.pool(s.Session.Shard)
	began := conn.Now()
	if p.errors.full(began, a.MaxErrRate) {
		return
	}
	q := questions.Get().(*question)
	q.reset(a.MaxFrame-spop.HeaderRoom, !a.Fragment)
	sent := false
	complete := s.Complete
	s.Complete = true // what is not there will not come
	for _, m := range messages {
		if m.Cond == nil || m.Cond.Holds(s) {
			sent = true
			q.message(s, m)
		}
	}
	s.Complete = complete
	if !sent {
		questions.Put(q)
		a.counters.processed.Add(1)
		return
	}
	q.stream, q.frame = s.Log.Number, o.Frame
	q.began = began
	failure := failedTooBig
	if !q.failed {
		q.encoded = conn.Now()
		failure = a.wait(s, p, q, within)
	}
	if failure == noFailure {
		a.apply(s, q.answer)
		q.applied = conn.Now()
		o.Frame++
	}
	a.finish(s, o, p, q, failure, kind, name)
}

// wait has q sent and waits for the answer. It returns why there is none.
func (a *Agent) wait(s *core.Stream, p *pool, q *question, within time.Duration) int {
	p.add(q)
	most, late := a.Processing, failedTimeout
	if within > 0 && (most == 0 || within < most) {
		most, late = within, failedStopped
	}
	left := most
	for {
		inTime := s.WaitOn(&q.done, left)
		if most > 0 {
			left = max(most-time.Duration(conn.Now()-q.began)*time.Millisecond, time.Millisecond)
		}
		if failure, over := p.result(q, inTime, s.Stopped()); over {
			if failure == failedTimeout {
				failure = late
			}
			return failure
		}
	}
}

// finish writes down how it went.
func (a *Agent) finish(s *core.Stream, o *core.Offload, p *pool, q *question, failure int, kind, name string) {
	now := conn.Now()
	took := time.Duration(now-q.began) * time.Millisecond
	o.Total += took
	a.setInt(s, a.ProcessTime, took.Milliseconds())
	a.setInt(s, a.TotalTime, o.Total.Milliseconds())
	if failure != noFailure {
		a.setInt(s, a.OnError, int64(failure))
		a.counters.errors.Add(1)
		p.errors.add(now)
		o.Off = !a.ContinueOnError
	}
	a.counters.processed.Add(1)
	a.log(s, q, failure, kind, name, now)
	if q.free() {
		questions.Put(q)
	}
}

func (a *Agent) setInt(s *core.Stream, v *core.Var, n int64) {
	if v == nil {
		return
	}
	p := s.Borrow()
	p.SetInt(n)
	v.Set(s, p)
	s.Return()
}
