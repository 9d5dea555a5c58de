package health

import "time"

// Saved is the state of a server that a new graph takes over, or that the
// server-state file keeps. It is plain data.
type Saved struct {
	State       State
	Admin       Admin // inherited conditions are left to the new graph
	UserWeight  int
	Weight      int  // the configured weight that UserWeight departed from
	Disabled    bool // `disabled`, that Admin departed from
	CheckHealth int  // -1 without a check
	CheckRise   int
	AgentHealth int // -1 without an agent
	AgentRise   int
	CheckOff    bool
	AgentOff    bool
	Check       Result
	Agent       Result
	Changed     time.Time
	Downtime    time.Duration
	Downs       int
	Fails       int
	HANA        int
}

// Export returns the server's state.
func (s *Server) Export() Saved {
	s.lock()
	defer s.unlock()
	v := Saved{
		State: s.state, Admin: s.admin &^ (InheritedMaint | InheritedDrain),
		UserWeight: s.userWeight, Weight: s.config.Weight, Disabled: s.config.Disabled,
		CheckHealth: -1, AgentHealth: -1,
		Changed: s.changed, Downtime: s.downtime,
		Downs: s.downs, Fails: s.checkFails, HANA: s.hanaFails,
	}
	if c := s.check; c != nil {
		v.CheckHealth, v.CheckRise, v.CheckOff, v.Check = c.health, c.pace.Rise, !c.enabled, c.last
	}
	if c := s.agent; c != nil {
		v.AgentHealth, v.AgentRise, v.AgentOff, v.Agent = c.health, c.pace.Rise, !c.enabled, c.last
	}
	return v
}

// Import takes over a state, without messages and before the scheduler starts.
// Where the configuration has changed its mind, it prevails: about the weight,
// about `disabled`, about rise and fall.
func (s *Server) Import(v Saved) {
	s.lock()
	defer s.unlock()
	if v.Weight == s.config.Weight {
		s.userWeight = v.UserWeight
	}
	s.downtime, s.downs, s.checkFails, s.hanaFails = v.Downtime, v.Downs, v.Fails, v.HANA
	s.check.restore(v.CheckHealth, v.CheckRise, v.CheckOff, v.Check)
	s.agent.restore(v.AgentHealth, v.AgentRise, v.AgentOff, v.Agent)
	admin := v.Admin &^ (InheritedMaint | InheritedDrain)
	if v.Disabled != s.config.Disabled {
		admin &^= ForcedMaint | ConfigMaint
		if s.config.Disabled {
			admin |= ForcedMaint | ConfigMaint
		}
	}
	s.admin = admin
	if s.tracked != nil {
		s.follow()
		return
	}
	s.resume(v)
	s.reweigh()
	for _, t := range s.trackers {
		t.follow()
	}
}

// resume derives the operational state from the old one and from what the
// conditions and the checks allow.
func (s *Server) resume(v Saved) {
	s.state = v.State
	if v.Admin&Maint != 0 && s.check != nil {
		s.check.health = s.check.start // in maintenance it means nothing
	}
	switch {
	case s.admin&Maint != 0:
		s.state = Stopped
		s.pauseChecks()
	case !s.check.allows() || !s.agent.allows():
		s.state = Stopped
	case s.state == Stopped && (v.Admin&Maint != 0 || v.CheckHealth >= 0 || s.check != nil):
		// What kept it down is over: all but an administrator's order.
		s.state = Running
	case s.state == Starting && s.config.SlowStart <= 0:
		s.state = Running
	}
	s.changed = v.Changed
	if s.state != v.State {
		s.changed = time.Now()
	}
	if s.state == Starting {
		s.warmUp()
	}
}

// restore takes over the counters of a checker. A server that was up stays up
// when rise and fall have changed, and one that was down stays down.
func (c *checker) restore(health, oldRise int, off bool, last Result) {
	if c == nil || health < 0 {
		return
	}
	c.enabled, c.last = !off, last
	if health >= oldRise {
		c.health = min(c.pace.Rise+health-oldRise, c.top())
	} else {
		c.health = min(health, c.pace.Rise-1)
	}
}
