package health

import "strconv"

// report takes in the result of a check and changes the server's state where it
// has to.
func (c *checker) report(r Result) {
	s := c.server
	before, status := c.health, c.last.Status
	c.last = r
	if r.Status == L4TOut {
		s.hooks.Unreachable()
	}
	verdict, mute := r.Status.Verdict(), false
	switch verdict {
	case Failed:
		if !c.agent {
			if c.up() {
				s.checkFails++
			}
		} else if r.Status < L7OK {
			mute = true // an agent that cannot be asked says nothing
			break
		}
		c.fail()
	case Passed, CondPassed:
		if verdict == CondPassed && !c.up() {
			c.fail()
			break
		}
		c.pass()
	default:
		return
	}
	why := ""
	if s.backend.config.LogHealthChecks {
		if before != c.health || status != r.Status {
			c.logResult(verdict)
		}
	} else {
		why = because(&c.last)
	}
	if !mute {
		c.conclude(verdict, why)
	}
}

// fail counts a failure: the server goes down once the tolerated ones are used.
func (c *checker) fail() {
	if c.health > c.pace.Rise {
		c.health--
	} else {
		c.health = 0
	}
}

// pass counts a success.
func (c *checker) pass() {
	if c.health < c.top() {
		c.health++
	}
	if c.up() {
		c.health = c.top()
	}
}

// conclude moves the server to the state that health check and agent agree on.
func (c *checker) conclude(v Verdict, why string) {
	s := c.server
	switch {
	case !c.up():
		s.transit(Stopped, why)
	case !s.check.allows() || !s.agent.allows():
	case v == CondPassed:
		if s.state == Running || s.state == Starting {
			s.transit(Stopping, why)
		}
	case s.state == Stopping && c.agent:
		// An agent's word does not outweigh a 404.
	case s.state != Starting:
		s.transit(Running, why)
	}
}

// logResult writes the line of `option log-health-checks`.
func (c *checker) logResult(v Verdict) {
	s := c.server
	t := "Health check for "
	if c.agent {
		t = "Agent check for "
	}
	if s.config.Backup {
		t += "backup "
	}
	t += "server " + s.path()
	switch v {
	case Failed:
		t += " failed"
	case CondPassed:
		t += " conditionally succeeded"
	default:
		t += " succeeded"
	}
	n, of := c.score()
	state := "UP"
	if !c.up() {
		state = "DOWN"
	} else if s.userWeight == 0 {
		state = "DRAIN"
	}
	t += because(&c.last) + ", status: " + strconv.Itoa(n) + "/" + strconv.Itoa(of) + " " + state + "."
	s.backend.sched.emit(Event{
		Kind: CheckLogged, Backend: s.backend, Server: s,
		Message: t, Level: Warn, Log: t, LogLevel: Notice, Mail: Info,
	})
}
