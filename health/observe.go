package health

import "strconv"

// Observation is what a session has learned about its server.
type Observation uint8

// The observations. Those of layer 4 count under `observe layer4` and `observe
// layer7`, the others under the latter only.
const (
	L4Success       Observation = iota // connected
	L4Failure                          // could not connect
	HTTPSuccess                        // a response with a healthy status
	HTTPStatus                         // a status of 500 and above, save 501 and 505
	HTTPHeaders                        // a response whose head makes no sense
	HTTPResponse                       // a response that is refused as a whole
	HTTPReadError                      // the connection broke
	HTTPReadTimeout                    // no response in time
	HTTPClosed                         // closed before a response
)

var observations = [...]string{
	L4Failure:       "L4 unsuccessful connection",
	HTTPStatus:      "Wrong http response",
	HTTPHeaders:     "Invalid http response (headers)",
	HTTPResponse:    "Invalid http response",
	HTTPReadError:   "Read error (http)",
	HTTPReadTimeout: "Read timeout (http)",
	HTTPClosed:      "Close from server (http)",
}

// ObserveStatus is the observation that an HTTP response with the status makes.
func ObserveStatus(code int) Observation {
	if code < 500 || code == 501 || code == 505 {
		return HTTPSuccess
	}
	return HTTPStatus
}

// Observe tells what a session has learned. It may be called for each request:
// a success costs an atomic load, and all is ignored without `observe`.
func (s *Server) Observe(o Observation) {
	mode := s.config.Observe
	if mode == ObserveNothing || s.check == nil {
		return
	}
	if mode == ObserveLayer4 && o > L4Failure {
		return
	}
	if o == L4Success || o == HTTPSuccess {
		// A connection alone proves nothing to those who watch responses.
		if (o == HTTPSuccess || mode == ObserveLayer4) && s.errors.Load() != 0 {
			s.errors.Store(0)
		}
		return
	}
	limit := s.config.ErrorLimit
	if limit <= 0 {
		limit = 10
	}
	if int(s.errors.Add(1)) < limit {
		return
	}
	s.lock()
	defer s.unlock()
	if n := int(s.errors.Load()); n >= limit {
		s.errors.Store(0)
		s.suspect(n, observations[o])
	}
}

// suspect applies `on-error`.
func (s *Server) suspect(n int, last string) {
	c := s.check
	if c.paused() {
		return
	}
	mode := s.config.OnError
	if mode != FastInter && c.up() {
		switch {
		case mode == SuddenDeath && c.health > c.pace.Rise:
			c.health = c.pace.Rise + 1
		case mode == MarkDown:
			c.health = c.pace.Rise
		}
		s.hanaFails++
		c.report(Result{
			Status: HANA,
			Info:   "Detected " + strconv.Itoa(n) + " consecutive errors, last one was: " + last,
		})
	}
	s.backend.sched.hurry(c, c.pace.FastInter)
}
