package health

import "time"

// checker is the state of a server's health check or agent check.
type checker struct {
	server  *Server
	agent   bool
	pace    Pace
	timeout time.Duration // `timeout check`

	// health counts from 0 (down) to top (up): below Rise the server is down.
	health  int
	start   int  // where health begins
	enabled bool // not stopped by the administrator
	running bool
	last    Result

	// Owned by the scheduler.
	due   time.Time
	index int // in the queue, -1 when not waiting
}

func newChecker(s *Server, p Pace) *checker {
	return &checker{
		server: s, pace: p, health: p.Rise, start: p.Rise, enabled: true, index: -1,
		last: Result{Status: Init},
	}
}

// defaults fills in what the configuration leaves out.
func (p Pace) defaults(rise, fall int) Pace {
	if p.Inter <= 0 {
		p.Inter = 2 * time.Second
	}
	if p.FastInter <= 0 {
		p.FastInter = p.Inter
	}
	if p.DownInter <= 0 {
		p.DownInter = p.Inter
	}
	if p.Rise <= 0 {
		p.Rise = rise
	}
	if p.Fall <= 0 {
		p.Fall = fall
	}
	return p
}

// top is the health of a server whose checks have all passed.
func (c *checker) top() int { return c.pace.Rise + c.pace.Fall - 1 }

// up says whether the checks take the server for healthy.
func (c *checker) up() bool { return c.health >= c.pace.Rise }

// begin gives the checker the state that its server is to begin in.
func (c *checker) begin(i InitState) {
	switch i {
	case InitFullyUp:
		c.start = c.top()
	case InitDown:
		c.start = c.pace.Rise - 1
	case InitFullyDown:
		c.start = 0
	}
	c.health = c.start
}

// startsDown says whether a server that begins is down until a check passes.
func (c *checker) startsDown() bool { return c != nil && c.enabled && c.start < c.pace.Rise }

// interval is the time from one check to the next in the present state.
func (c *checker) interval() time.Duration {
	switch {
	case c.health == 0:
		return c.pace.DownInter
	case c.health < c.top():
		return c.pace.FastInter
	}
	return c.pace.Inter
}

// paused says whether no check may start at the moment. An agent goes on in
// maintenance, for it may end it.
func (c *checker) paused() bool {
	return !c.enabled || c.server.removed || !c.agent && c.server.admin&Maint != 0
}

// score is the health as the statistics show it, such as 1/3.
func (c *checker) score() (n, of int) {
	if c.up() {
		return c.health - c.pace.Rise + 1, c.pace.Fall
	}
	return c.health, c.pace.Rise
}

// allows says whether the checker lets its server be up.
func (c *checker) allows() bool { return c == nil || !c.enabled || c.up() }

// pauseChecks forgets the results of the check when maintenance begins.
func (s *Server) pauseChecks() {
	if s.check != nil {
		s.check.health = 0
	}
}

// resumeChecks takes the server for what it begins as, healthy unless the
// configuration says otherwise, until checks have been made.
func (s *Server) resumeChecks() {
	if s.check != nil {
		s.check.health = s.check.start
		if s.check.enabled {
			s.backend.sched.hurry(s.check, s.check.pace.FastInter)
		}
	}
}
