package health

import "time"

// warmupSteps is in how many steps a slow start goes up.
const warmupSteps = 20

// reweigh computes the effective weight and usability anew and tells those who
// depend on them.
func (s *Server) reweigh() {
	if s.measure() {
		s.backend.recount()
		s.hooks.Changed()
	}
}

// measure computes the effective weight and usability, and says whether they
// have changed.
func (s *Server) measure() bool {
	usable := !s.removed && s.admin&(Maint|Drain) == 0 &&
		(s.state == Starting || s.state == Running)
	w := s.effectiveWeight()
	if usable == s.usable.Load() && int32(w) == s.weight.Load() {
		return false
	}
	s.usable.Store(usable)
	s.weight.Store(int32(w))
	return true
}

// effectiveWeight applies slow start to the user's weight, in sixteenths.
func (s *Server) effectiveWeight() int {
	if s.state != Starting {
		return s.userWeight * weightScale
	}
	s.warmth = min(int(s.sinceChange()*weightScale/s.config.SlowStart)+1, weightScale)
	if s.backend.config.Static {
		return s.userWeight * weightScale
	}
	return s.userWeight * s.warmth
}

// sinceChange is how long the state has lasted, in whole seconds, which is how
// HAProxy measures a slow start.
func (s *Server) sinceChange() time.Duration {
	return time.Since(s.changed).Truncate(time.Second)
}

// Throttle is how far a slow start has come in percent, and whether there is
// one. The runtime scales the server's maxconn by it.
func (s *Server) Throttle() (percent int, ok bool) {
	s.lock()
	defer s.unlock()
	return s.throttle()
}

func (s *Server) throttle() (int, bool) {
	if s.state != Starting {
		return 0, false
	}
	return s.warmth * 100 / weightScale, true
}

// warmUp raises the weight of a starting server step by step, in whole seconds.
func (s *Server) warmUp() {
	s.stopWarmup()
	step := (s.config.SlowStart/warmupSteps + time.Second - 1).Truncate(time.Second)
	s.warmup = time.AfterFunc(max(step, time.Second), func() {
		s.lock()
		defer s.unlock()
		if s.state != Starting || s.admin&Maint != 0 || s.removed {
			return
		}
		if s.sinceChange() >= s.config.SlowStart {
			s.transit(Running, "")
			return
		}
		s.reweigh()
		s.warmUp()
	})
}

func (s *Server) stopWarmup() {
	if s.warmup != nil {
		s.warmup.Stop()
		s.warmup = nil
	}
}

// SetWeight gives the server another weight, from 0 to 256.
func (s *Server) SetWeight(w int) {
	s.lock()
	defer s.unlock()
	s.setWeight(w)
}

func (s *Server) setWeight(w int) {
	hadServers := !s.backend.down()
	s.userWeight = min(max(w, 0), 256)
	s.reweigh()
	s.mournServers(hadServers)
}
