package health

// checks are the server's check and agent as they are now.
func (s *Server) checks() (*Check, *Agent) {
	s.lock()
	defer s.unlock()
	return s.config.Check, s.config.Agent
}

// SetCheckTarget has later health checks connect to t (`set server addr`,
// `check-addr`, `check-port`). It fails for a server without a check.
func (s *Server) SetCheckTarget(t Target) bool {
	s.lock()
	defer s.unlock()
	if s.config.Check == nil {
		return false
	}
	c := *s.config.Check // one that runs goes on with the old one
	c.Target = t
	s.config.Check = &c
	return true
}

// SetAgentTarget has later agent checks connect to t and begin with what send
// says (`agent-addr`, `agent-port`, `agent-send`). It fails for a server without
// an agent.
func (s *Server) SetAgentTarget(t Target, send string) bool {
	s.lock()
	defer s.unlock()
	if s.config.Agent == nil {
		return false
	}
	a := *s.config.Agent
	a.Target, a.Send = t, send
	s.config.Agent = &a
	return true
}
