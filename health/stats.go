package health

import (
	"strconv"
	"time"
)

// CheckStats are the statistics of a health check or an agent check.
type CheckStats struct {
	Running bool // in flight: the word of the status gets "* " before it
	Last    Result
	Health  int
	Rise    int
	Fall    int
}

// Stats are a server's figures in the statistics.
type Stats struct {
	Status   string // such as "UP 1/3" or "MAINT (via b/s)"
	Weight   int    // effective, in units of `weight`
	Active   bool   // an active server, else a backup
	State    State
	Admin    Admin
	Checked  bool // has a check that runs: else the columns about it are empty
	Fails    int  // failed checks
	Downs    int  // transitions to down
	HANA     int  // failures seen on traffic
	Changed  time.Time
	Downtime time.Duration // until now
	Throttle int           // percent of slow start, -1 without
	Tracked  string        // backend/server, "" for none

	// Check and Agent are nil where there is none, where it is stopped, and
	// the check in maintenance.
	Check, Agent *CheckStats
}

// Stats returns the server's figures.
func (s *Server) Stats() Stats {
	s.lock()
	defer s.unlock()
	t := Stats{
		Status: s.status(), Active: !s.config.Backup,
		Weight: (s.Weight() + weightScale - 1) / weightScale,
		State:  s.state, Admin: s.admin, Checked: s.check != nil && s.check.enabled,
		Fails: s.checkFails, Downs: s.downs, HANA: s.hanaFails,
		Changed: s.changed, Downtime: s.downtime, Throttle: -1,
	}
	if s.state == Stopped {
		t.Downtime += time.Since(s.changed)
	}
	if p, ok := s.throttle(); ok {
		t.Throttle = p
	}
	if s.tracked != nil {
		t.Tracked = s.tracked.path()
	}
	if s.admin&Maint == 0 {
		t.Check = s.check.stats()
	}
	t.Agent = s.agent.stats()
	return t
}

func (c *checker) stats() *CheckStats {
	if c == nil || !c.enabled {
		return nil
	}
	return &CheckStats{
		Running: c.running, Last: c.last, Health: c.health,
		Rise: c.pace.Rise, Fall: c.pace.Fall,
	}
}

// status words the state as the statistics do. A tracking server shows the
// counters of the one at the end of the chain.
func (s *Server) status() string {
	switch {
	case s.admin&ResolveMaint != 0:
		return "MAINT (resolution)"
	case s.admin&InheritedMaint != 0:
		return "MAINT (via " + s.tracked.path() + ")"
	case s.admin&Maint != 0:
		return "MAINT"
	}
	r := s.root()
	agentUp := r.agent.allows()
	c := r.check
	if c != nil && !c.enabled {
		c = nil
	}
	if s.state == Stopped {
		switch {
		case !agentUp:
			return "DOWN (agent)"
		case c != nil && c.health > 0 && !c.up():
			return "DOWN" + fraction(c)
		}
		return "DOWN"
	}
	partial := ""
	if c != nil && c.health < c.top() {
		partial = fraction(c)
	}
	switch {
	case s.admin&Drain != 0:
		if r.agent != nil && r.agent.enabled {
			return "DRAIN (agent)"
		}
		return "DRAIN" + partial
	case s.state == Stopping:
		return "NOLB" + partial
	case r.check == nil && s.tracked == nil, c == nil:
		return "no check"
	}
	return "UP" + partial
}

func fraction(c *checker) string {
	n, of := c.score()
	return " " + strconv.Itoa(n) + "/" + strconv.Itoa(of)
}
