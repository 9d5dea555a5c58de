package health

import "time"

// Disable puts the server in maintenance: it gets no sessions and no checks
// (`disable server`, `set server state maint`). It ends drain.
func (s *Server) Disable() { s.command(ForcedMaint, ForcedDrain) }

// Ready ends maintenance and drain (`set server state ready`).
func (s *Server) Ready() { s.command(0, ForcedMaint|ForcedDrain) }

// Drain lets the server keep its sessions and its persistent users, but get no
// others (`set server state drain`). It ends maintenance.
func (s *Server) Drain() { s.command(ForcedDrain, ForcedMaint) }

// Enable ends maintenance, but not drain (`enable server`).
func (s *Server) Enable() { s.command(0, ForcedMaint) }

// StartUnresolved has the server begin in maintenance, because its name gives no
// address yet. It comes before the scheduler starts, and says nothing.
func (s *Server) StartUnresolved() {
	s.lock()
	defer s.unlock()
	s.admin |= ResolveMaint
	s.state = Stopped
	if s.check != nil {
		s.check.health = 0
	}
	s.measure()
	s.backend.recount()
	for _, t := range s.trackers {
		t.follow()
	}
}

// StartAdded has a server that was added while traffic flows begin: in maintenance,
// unless enabled, and with checks that wait for EnableCheck and EnableAgent. It says
// nothing.
func (s *Server) StartAdded(enabled bool) {
	s.lock()
	defer s.unlock()
	for _, c := range s.checkers() {
		c.enabled = false
	}
	if !enabled {
		s.admin |= ForcedMaint
		s.state = Stopped
		if s.check != nil {
			s.check.health = 0
		}
	}
	s.measure()
	s.backend.recount()
}

// Unresolved puts the server in maintenance: its name gives no address any more.
// why is told.
func (s *Server) Unresolved(why string) {
	s.lock()
	defer s.unlock()
	s.setAdmin(s.admin|ResolveMaint, " ("+why+")")
}

// Resolved ends that, as name gives an address. It reports whether there was
// something to end.
func (s *Server) Resolved(name string) bool {
	s.lock()
	defer s.unlock()
	if s.admin&ResolveMaint == 0 {
		return false
	}
	s.resolved = name
	s.setAdmin(s.admin&^ResolveMaint, "")
	return true
}

func (s *Server) command(set, clear Admin) {
	s.lock()
	defer s.unlock()
	s.order(set, clear)
}

// order sets and clears administrative conditions.
func (s *Server) order(set, clear Admin) {
	if clear&ForcedMaint != 0 {
		clear |= ConfigMaint
	}
	if s.admin&Maint != 0 {
		// Drain changes silently under maintenance; its end tells the outcome.
		s.admin = s.admin&^(clear&Drain) | set&Drain
		s.tellTrackers()
	}
	s.setAdmin(s.admin&^clear|set, "")
}

// setAdmin applies a new set of conditions. why names a tracked server that the
// change comes from.
func (s *Server) setAdmin(next Admin, why string) {
	prev := s.admin
	if next == prev {
		return
	}
	switch {
	case prev&Maint == 0 && next&Maint != 0:
		s.enterMaint(next, why)
	case prev&Maint != 0 && next&Maint == 0:
		s.leaveMaint(next)
	case prev&Maint != 0:
		s.stayMaint(next)
	case prev&Drain == 0 && next&Drain != 0:
		s.enterDrain(next, why)
	case prev&Drain != 0 && next&Drain == 0:
		s.leaveDrain(next)
	default:
		s.stayDrain(next)
	}
}

func (s *Server) enterMaint(next Admin, why string) {
	hadServers, wasUsable, wasUp := !s.backend.down(), s.Usable() && s.Weight() > 0, s.state.up()
	s.admin = next
	if wasUp {
		s.state = Stopped
		s.changed = time.Now()
		s.downs++
	}
	s.stopWarmup()
	s.pauseChecks()
	s.reweigh()
	s.endSessions()
	n := s.hooks.Requeue()
	switch {
	case !wasUp:
		s.notify(AdminChanged, Notice, "was DOWN and now enters maintenance"+why+".")
	case wasUsable:
		s.notify(AdminChanged, Alert, "is going DOWN for maintenance"+why+s.left(n))
	default:
		s.notify(AdminChanged, Notice, "is going DOWN for maintenance"+why+s.left(n))
	}
	s.mournServers(hadServers)
	s.tellTrackers()
}

// leaveMaint ends the last condition of maintenance. The server is taken for
// healthy unless it is to begin otherwise, but the first failing check takes it
// down again; a tracking server
// takes the state of the one it tracks.
func (s *Server) leaveMaint(next Admin) {
	prev := s.admin
	s.admin = next
	s.state, s.changed = Running, time.Now()
	if r := s.root(); r != s {
		s.state = r.state
	} else if s.check.startsDown() || s.agent != nil && s.agent.enabled && s.agent.health == 0 {
		s.state = Stopped
	} else if s.config.SlowStart > 0 {
		s.state = Starting
		s.warmUp()
	}
	s.resumeChecks()
	s.reweigh()
	if s.Usable() {
		s.comeUp()
		s.hooks.Grab()
	}
	up, mode, kind := "UP", "/READY", "maintenance"
	if s.state == Stopped {
		up = "DOWN"
	}
	if next&Drain != 0 {
		mode = "/DRAIN"
	}
	if prev&ForcedMaint != 0 {
		kind = "forced maintenance"
	}
	if prev&ResolveMaint != 0 {
		s.notify(AdminChanged, Notice, "('"+s.resolved+"') is "+up+mode+" (resolves again).")
	} else {
		s.notify(AdminChanged, Notice, "is "+up+mode+" (leaving "+kind+").")
	}
	s.remindDrain()
	s.tellTrackers()
}

// stayMaint swaps one condition of maintenance for another.
func (s *Server) stayMaint(next Admin) {
	prev := s.admin
	s.admin = next
	switch {
	case prev&ResolveMaint != 0 && next&ResolveMaint == 0:
		s.notify(AdminChanged, Notice, "('"+s.resolved+"') resolves again but remains in maintenance.")
	case prev&ForcedMaint == next&ForcedMaint && prev&InheritedMaint == 0:
	case prev&ForcedMaint != 0 && next&ForcedMaint == 0 && next&InheritedMaint != 0:
		s.notify(AdminChanged, Notice,
			"is leaving forced maintenance but remains in maintenance"+s.tracked.via()+".")
	case prev&ForcedMaint != 0 && next&ForcedMaint == 0:
		s.notify(AdminChanged, Notice, "is leaving forced maintenance but remains in maintenance.")
	case prev&InheritedMaint != 0 && next&InheritedMaint == 0 && next&ForcedMaint != 0:
		s.notify(AdminChanged, Notice, "remains in forced maintenance.")
	}
}

func (s *Server) enterDrain(next Admin, why string) {
	hadServers := !s.backend.down()
	s.admin = next
	s.changed = s.startCounting()
	s.reweigh()
	n := s.hooks.Requeue()
	end := s.online
	if s.state == Stopped {
		end = s.left
	}
	s.alert(AdminChanged, Notice, "enters drain state"+why+end(n))
	s.mournServers(hadServers)
	s.tellTrackers()
}

func (s *Server) leaveDrain(next Admin) {
	prev := s.admin
	s.admin = next
	s.changed = s.startCounting()
	s.reweigh()
	if s.Usable() {
		s.comeUp()
		s.hooks.Grab()
	}
	up, kind := "UP", "drain"
	if s.state == Stopped {
		up = "DOWN"
	}
	if prev&ForcedDrain != 0 || prev&InheritedDrain != 0 {
		kind = "forced drain"
	}
	s.notify(AdminChanged, Notice, "is "+up+" (leaving "+kind+").")
	s.tellTrackers()
}

func (s *Server) stayDrain(next Admin) {
	s.admin = next
	s.remindDrain()
	s.tellTrackers()
}

// startCounting closes the account of the time spent down.
func (s *Server) startCounting() time.Time {
	now := time.Now()
	if s.state == Stopped {
		s.downtime += now.Sub(s.changed)
	}
	return now
}

// remindDrain tells after another change that the server is still drained.
func (s *Server) remindDrain() {
	switch {
	case s.admin&ForcedDrain != 0:
		s.notify(AdminChanged, Notice, "remains in forced drain mode.")
	case s.admin&InheritedDrain != 0:
		s.notify(AdminChanged, Notice,
			"is leaving forced drain but remains in drain mode"+s.tracked.via()+".")
	}
}

// tellTrackers passes maintenance and drain, or their end, to the trackers.
func (s *Server) tellTrackers() {
	for _, t := range s.trackers {
		t.setAdmin(t.inherited(s), s.via())
	}
}

// inherited is the conditions of s once it has taken those of t.
func (s *Server) inherited(t *Server) Admin {
	a := s.admin &^ (InheritedMaint | InheritedDrain)
	if t.admin&Maint != 0 {
		a |= InheritedMaint
	}
	if t.admin&Drain != 0 {
		a |= InheritedDrain
	}
	return a
}
