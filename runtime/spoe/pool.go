package spoe

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/spop"
)

// pool is a shard's connections to an agent, and the questions that wait for one.
type pool struct {
	agent *Agent
	shard int
	// id is what agents know the pool by.
	id string

	connections, errors rate

	mu    sync.Mutex
	queue []*question
	idle  []*link
	// asked are the questions whose answer may come over any connection.
	asked map[key]*question
	// opening counts the connections that are not there yet, failed the attempts that
	// have failed since the last that has not.
	opening, failed int
}

func (p *pool) begin(a *Agent, shard int) {
	p.agent, p.shard, p.asked = a, shard, map[key]*question{}
	var u [16]byte
	rand.Read(u[:])
	u[6], u[8] = u[6]&15|0x40, u[8]&63|0x80
	p.id = fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// add puts a question into the queue, and calls a connection for it: one that has
// nothing else to do, or else one that can carry more, beside a new one.
func (p *pool) add(q *question) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, q)
	p.agent.counters.sending.Add(1)
	var best *link
	for _, l := range p.idle {
		if best == nil || l.load() <= best.load() {
			best = l
		}
	}
	if best != nil {
		best.called++
		best.work.Signal()
		if best.load() == 1 {
			return
		}
	}
	if p.opening == 0 || best == nil && p.opening < len(p.queue) {
		p.open()
	}
}

// open opens another connection, unless there were too many in this second. The lock
// is held.
func (p *pool) open() {
	now := conn.Now()
	if p.connections.full(now, p.agent.MaxConnRate) {
		return
	}
	p.connections.add(now)
	p.opening++
	p.agent.counters.links.Add(1)
	conn.Go(p.connect)
}

// connect opens a connection and serves it. An agent that does not want it is tried
// again as long as somebody waits, less and less often.
func (p *pool) connect() {
	for {
		l := p.dial()
		p.mu.Lock()
		if l != nil {
			p.opening--
			p.failed = 0
			p.settle(l)
			p.mu.Unlock()
			l.serve()
			return
		}
		p.failed++
		if len(p.queue) == 0 && len(p.asked) == 0 {
			p.opening--
			p.agent.counters.links.Add(-1)
			p.mu.Unlock()
			return
		}
		pause := min(time.Millisecond<<min(p.failed, 16), maxPause)
		p.mu.Unlock()
		conn.Sleep(pause, nil)
	}
}

// maxPause bounds the pause between two attempts to connect.
const maxPause = 500 * time.Millisecond

// next gives a connection a question to carry, nil for none.
func (p *pool) next(l *link) *question {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.called = 0
	if len(p.queue) == 0 || !l.takes() {
		return nil
	}
	q := p.queue[0]
	if p.queue = slices.Delete(p.queue, 0, 1); len(p.queue) == 0 && cap(p.queue) > maxKeptQueue {
		p.queue = nil
	}
	c := &p.agent.counters
	c.sending.Add(-1)
	c.waiting.Add(1)
	q.state, q.link, q.sent, q.written = carried, l, conn.Now(), false
	l.waiting[q.key()] = q
	if l.async {
		p.asked[q.key()] = q
	}
	p.settle(l)
	return q
}

// maxKeptQueue is how much room an empty queue keeps.
const maxKeptQueue = 1024

// written notes that a question's frames have been written.
func (p *pool) written(q *question) {
	p.mu.Lock()
	q.written = true
	p.mu.Unlock()
}

// settle enters l among the connections that take questions, or takes it out. The lock
// is held.
func (p *pool) settle(l *link) {
	takes := l.takes()
	if takes == l.idle {
		return
	}
	l.idle = takes
	if takes {
		p.idle = append(p.idle, l)
		p.agent.counters.idles.Add(1)
		if len(p.queue) > 0 {
			l.work.Signal()
		}
		return
	}
	p.idle = slices.DeleteFunc(p.idle, func(o *link) bool { return o == l })
	p.agent.counters.idles.Add(-1)
}

// drop forgets a question: nobody waits for its answer any more. The lock is held.
func (p *pool) drop(q *question) {
	c := &p.agent.counters
	switch q.state {
	case queued:
		p.queue = slices.DeleteFunc(p.queue, func(o *question) bool { return o == q })
		c.sending.Add(-1)
	case carried:
		l := q.link
		delete(l.waiting, q.key())
		if l.async {
			delete(p.asked, q.key())
		}
		c.waiting.Add(-1)
		p.settle(l)
	}
	q.state = over
}

// fail ends a question without an answer. The lock is held.
func (p *pool) fail(q *question, failure int) {
	p.drop(q)
	q.failure, q.answered = failure, conn.Now()
	q.done.Signal()
}

// answer ends a question with what f says. It reports whether there is such a
// question.
func (p *pool) answer(l *link, f *spop.Frame) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := key{f.Stream, f.ID}
	q := l.waiting[k]
	if q == nil && l.async {
		q = p.asked[k]
	}
	if q == nil {
		late := l.late
		l.late = false
		p.settle(l)
		return late
	}
	if f.Is(spop.Abort) && len(q.cuts) > 0 {
		p.fail(q, failedAborted)
		return true
	}
	p.drop(q)
	q.answer = append(q.answer[:0], f.Payload...)
	q.answered = conn.Now()
	q.done.Signal()
	if len(p.queue) > 0 {
		l.work.Signal()
	}
	return true
}

// result ends the wait for q, if it is over: by its answer, because the time is up, or
// because the stream is to stop.
func (p *pool) result(q *question, inTime, stopped bool) (failure int, end bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q.kept = q.written
	switch {
	case q.state == over:
		return q.failure, true
	case stopped:
		failure = failedStopped
	case !inTime:
		failure = failedTimeout
	default:
		return 0, false
	}
	if q.state == carried && !q.link.pipelining {
		q.link.late = true
	}
	p.drop(q)
	return failure, true
}

// closed takes a connection out and ends the questions that it carried. Where an
// answer may come over another connection, it is waited for as long as there is a
// bound to that.
func (p *pool) closed(l *link, s spop.Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.closing = true
	p.settle(l)
	p.agent.counters.links.Add(-1)
	for _, q := range l.waiting {
		if !l.async || p.agent.Processing == 0 {
			p.fail(q, failedAgent+int(s))
		}
	}
	if (len(p.queue) > 0 || len(p.asked) > 0) && len(p.idle) == 0 && p.opening == 0 {
		p.open()
	}
}
