package health

// SetHealth forces what the health check says: up, stopping or down (`set
// server health`). It fails for a server that tracks another or is in
// maintenance, where nothing would change.
func (s *Server) SetHealth(next State) bool {
	s.lock()
	defer s.unlock()
	if s.tracked != nil {
		return false
	}
	if c := s.check; c != nil {
		if next == Stopped {
			c.health = 0
		} else {
			c.health = c.top()
		}
	}
	s.transit(next, ", changed from CLI")
	return true
}

// SetAgent forces what the agent says (`set server agent`). It fails for a
// server without one.
func (s *Server) SetAgent(up bool) bool {
	s.lock()
	defer s.unlock()
	c := s.agent
	if c == nil || !c.enabled {
		return false
	}
	if up {
		c.health = c.top()
		if s.check.allows() {
			s.transit(Running, ", changed from CLI")
		}
	} else {
		c.health = 0
		s.transit(Stopped, ", changed from CLI")
	}
	return true
}

// EnableCheck starts and stops the health check (`enable health`, `disable
// health`). It fails for a server that has none.
func (s *Server) EnableCheck(on bool) bool { return s.enable(s.check, on) }

// EnableAgent starts and stops the agent check (`enable agent`, `disable
// agent`). It fails for a server that has none.
func (s *Server) EnableAgent(on bool) bool { return s.enable(s.agent, on) }

func (s *Server) enable(c *checker, on bool) bool {
	s.lock()
	defer s.unlock()
	if c == nil {
		return false
	}
	c.enabled = on
	if on {
		s.backend.sched.hurry(c, c.pace.FastInter)
	}
	return true
}
