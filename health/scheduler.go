package health

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Scheduler runs the checks of all servers of a graph, and guards their state.
// Its methods may be called from any goroutine.
type Scheduler struct {
	options Options
	slots   chan struct{} // bounds the checks in flight

	mu      sync.Mutex
	servers []*Server // those with checks, in the order of the configuration
	queue   queue
	wake    *time.Timer
	started bool
	stop    context.CancelFunc
	ctx     context.Context
	flying  sync.WaitGroup
}

// New makes a scheduler without servers.
func New(o Options) *Scheduler {
	if o.Concurrency <= 0 {
		o.Concurrency = 1000
	}
	return &Scheduler{options: o, slots: make(chan struct{}, o.Concurrency)}
}

// fastest is the shortest interval that spreads the first checks: what runs
// more often than once a second spreads over its own interval.
const fastest = time.Second

// Start begins to check. The first checks are spread evenly: each check waits
// its share of its own interval or of the shortest interval of a second and
// above, whichever is longer.
func (s *Scheduler) Start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started {
		return
	}
	s.started = true
	s.ctx, s.stop = context.WithCancel(context.Background())
	var all []*checker
	shortest := time.Duration(0)
	for _, srv := range s.servers {
		for _, c := range srv.checkers() {
			all = append(all, c)
			if i := c.interval(); i >= fastest && (shortest == 0 || i < shortest) {
				shortest = i
			}
		}
	}
	now := time.Now()
	for n, c := range all {
		span := max(shortest, c.interval())
		if m := s.options.MaxSpreadChecks; m > 0 {
			span = min(span, m)
		}
		c.due = now.Add(span * time.Duration(n) / time.Duration(len(all)))
		s.queue.push(c)
	}
	s.arm()
}

// Stop ends the checks, interrupts those in flight and returns when they are
// gone. The state stays as it is.
func (s *Scheduler) Stop() {
	s.mu.Lock()
	if !s.started {
		s.mu.Unlock()
		return
	}
	s.started = false
	s.stop()
	s.queue.clear()
	if s.wake != nil {
		s.wake.Stop()
	}
	for _, srv := range s.servers {
		srv.stopWarmup()
	}
	s.mu.Unlock()
	s.flying.Wait()
}

// Start begins to check a server that was added while the scheduler runs.
func (s *Server) Start() {
	s.lock()
	defer s.unlock()
	sched := s.backend.sched
	for _, c := range s.checkers() {
		if sched.started && c.index < 0 && !c.running {
			c.due = time.Now()
			sched.queue.push(c)
		}
	}
	sched.arm()
}

// Remove ends the server's checks and takes it out of its backend. Its hooks
// are not called any more.
func (s *Server) Remove() {
	s.lock()
	defer s.unlock()
	s.removed = true
	s.hooks = NoHooks{}
	s.stopWarmup()
	sched := s.backend.sched
	for _, c := range s.checkers() {
		sched.queue.remove(c)
	}
	sched.servers = without(sched.servers, s)
	s.backend.servers = without(s.backend.servers, s)
	if s.tracked != nil {
		s.tracked.trackers = without(s.tracked.trackers, s)
	}
	s.reweigh()
	s.backend.recount()
}

func without(all []*Server, s *Server) []*Server {
	kept := make([]*Server, 0, len(all))
	for _, x := range all {
		if x != s {
			kept = append(kept, x)
		}
	}
	return kept
}

// checkers returns the server's own checks; a tracking server has none.
func (s *Server) checkers() []*checker {
	var all []*checker
	if s.tracked != nil {
		return nil
	}
	if s.check != nil {
		all = append(all, s.check)
	}
	if s.agent != nil {
		all = append(all, s.agent)
	}
	return all
}

// arm sets the timer for the next check that is due.
func (s *Scheduler) arm() {
	c := s.queue.first()
	if c == nil || !s.started {
		return
	}
	d := max(time.Until(c.due), 0)
	if s.wake == nil {
		s.wake = time.AfterFunc(d, s.dispatch)
	} else {
		s.wake.Reset(d)
	}
}

// dispatch starts the checks that are due.
func (s *Scheduler) dispatch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for c := s.queue.first(); c != nil && s.started && !c.due.After(now); c = s.queue.first() {
		s.queue.remove(c)
		if c.paused() {
			s.requeue(c)
			continue
		}
		c.running = true
		s.flying.Add(1)
		go s.fly(s.ctx, c)
	}
	s.arm()
}

// fly runs one check and takes in its result.
func (s *Scheduler) fly(ctx context.Context, c *checker) {
	defer s.flying.Done()
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		s.land(ctx, c, func() {})
		return
	}
	defer func() { <-s.slots }()
	if c.agent {
		a := c.ask(ctx)
		s.land(ctx, c, func() { c.obey(a) })
		return
	}
	r := c.examine(ctx)
	s.land(ctx, c, func() { c.report(r) })
}

// land ends a check: its result counts unless checks were stopped meanwhile.
func (s *Scheduler) land(ctx context.Context, c *checker, result func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.running = false
	if ctx.Err() != nil {
		return
	}
	if !c.paused() {
		result()
	}
	if !c.server.removed {
		s.requeue(c)
		s.arm()
	}
}

// requeue plans the next check, one interval from now, with some noise.
func (s *Scheduler) requeue(c *checker) {
	d := c.interval()
	if p := s.options.SpreadChecks; p > 0 {
		if noise := int64(d) * int64(p) / 100; noise > 0 {
			d += time.Duration(rand.Int64N(2*noise+1) - noise)
		}
	}
	c.due = time.Now().Add(d)
	s.queue.push(c)
}

// hurry makes the next check come after d, if it would come later.
func (s *Scheduler) hurry(c *checker, d time.Duration) {
	due := time.Now().Add(d)
	if c.index < 0 || !due.Before(c.due) {
		return
	}
	s.queue.remove(c)
	c.due = due
	s.queue.push(c)
	s.arm()
}
