package health

import "time"

// transit moves the server to another operational state. why is what the
// message says after the state, such as ", changed from CLI".
//
// In maintenance the state stays Stopped, and nothing moves it.
func (s *Server) transit(next State, why string) {
	if s.admin&Maint != 0 || next == s.state {
		return
	}
	if next == Running && s.state == Stopped && s.config.SlowStart > 0 {
		next = Starting
	}
	prev, hadServers := s.state, !s.backend.down()
	wasUsable := s.Usable() && s.Weight() > 0
	now := time.Now()
	if prev == Stopped {
		s.downtime += now.Sub(s.changed)
	}
	s.state, s.changed = next, now
	s.reweigh()
	switch next {
	case Stopped:
		s.downs++
		s.stopWarmup()
		s.endSessions()
		level := Alert
		if !wasUsable {
			level = Notice
		}
		s.alert(StateChanged, level, "is DOWN"+why+s.left(s.hooks.Requeue()))
	case Stopping:
		s.stopWarmup()
		s.notify(StateChanged, Notice, "is stopping"+why+s.online(s.hooks.Requeue()))
	default:
		if next == Starting {
			s.warmUp()
		}
		s.comeUp()
		n := 0
		if s.Usable() {
			n = s.hooks.Grab()
		}
		s.alert(StateChanged, Notice, "is UP"+why+s.online(n))
	}
	s.remindDrain()
	s.mournServers(hadServers)
	if next == Starting {
		next = Running // a tracker has a slow start of its own, or none
	}
	for _, t := range s.trackers {
		t.transit(next, s.via())
	}
}

// endSessions applies `on-marked-down`.
func (s *Server) endSessions() {
	if s.config.ShutdownSessions {
		s.hooks.Shutdown(ShutdownDown)
	}
}

// comeUp applies `on-marked-up`, which a server without weight does not.
func (s *Server) comeUp() {
	if s.config.ShutdownBackupSessions && !s.config.Backup && s.Usable() && s.Weight() > 0 {
		s.hooks.Shutdown(ShutdownUp)
	}
}

// mournServers tells when the backend has lost its last usable server.
func (s *Server) mournServers(hadServers bool) {
	b := s.backend
	if !hadServers || !b.down() {
		return
	}
	kind := "backend"
	if b.config.Listen {
		kind = "proxy"
	}
	b.sched.emit(Event{
		Kind: ServersMissing, Backend: b,
		Message: kind + " '" + b.config.Name + "' has no server available!", Level: Alert,
		Log: kind + " " + b.config.Name + " has no server available!", LogLevel: Emerg,
	})
}
