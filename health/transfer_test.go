package health

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestTransfer moves the state of a server to a server of a new graph.
func TestTransfer(t *testing.T) {
	base := ServerConfig{Name: "s", Weight: 10}
	check := ServerConfig{Name: "s", Weight: 10, Check: &Check{Pace: Pace{Rise: 2, Fall: 3}}}
	with := func(c ServerConfig, f func(*ServerConfig)) ServerConfig { f(&c); return c }
	disabled := func(c *ServerConfig) { c.Disabled = true }
	for _, c := range []struct {
		name     string
		old, new ServerConfig
		do       func(*Server)
		status   string
		weight   int
	}{
		{"nothing happened", check, check, func(*Server) {}, "UP 1/3", 10},
		{"checked", check, check, func(s *Server) { s.pass(); s.fail() }, "UP 2/3", 10},
		{"down", check, check, func(s *Server) { s.fail() }, "DOWN", 10},
		{"going up", check, check, func(s *Server) { s.fail(); s.pass() }, "DOWN 1/2", 10},
		{"fall is less now", check, with(check, func(c *ServerConfig) { c.Check = &Check{Pace: Pace{Fall: 1}} }),
			func(s *Server) { s.pass(); s.fail() }, "UP", 10},
		{"rise is more now", check, with(check, func(c *ServerConfig) { c.Check = &Check{Pace: Pace{Rise: 5, Fall: 3}} }),
			func(s *Server) { s.pass(); s.fail() }, "UP 2/3", 10},
		{"no check any more", check, base, func(s *Server) { s.fail() }, "no check", 10},
		{"a check now", base, check, func(*Server) {}, "UP 1/3", 10},
		{"weight by hand", check, check, func(s *Server) { s.SetWeight(3) }, "UP 1/3", 3},
		{"weight by hand and by file", check, with(check, func(c *ServerConfig) { c.Weight = 20 }),
			func(s *Server) { s.SetWeight(3) }, "UP 1/3", 20},
		{"drained", check, check, (*Server).Drain, "DRAIN 1/3", 10},
		{"maintenance by hand", check, check, (*Server).Disable, "MAINT", 10},
		{"disabled by file now", check, with(check, disabled), func(*Server) {}, "MAINT", 10},
		{"enabled by file now", with(check, disabled), check, func(*Server) {}, "UP 1/3", 10},
		{"enabled by hand", with(check, disabled), with(check, disabled), (*Server).Enable, "UP 1/3", 10},
		{"down by hand", base, base, func(s *Server) { s.SetHealth(Stopped) }, "DOWN", 10},
		{"stopping", check, check, func(s *Server) { s.SetHealth(Stopping) }, "NOLB", 10},
	} {
		old := New(Options{}).Backend(BackendConfig{Name: "b"}).Server(c.old, nil)
		c.do(old)
		sched := New(Options{})
		b := sched.Backend(BackendConfig{Name: "b"})
		s := b.Server(c.new, nil)
		tracker := b.Server(base, nil)
		if err := tracker.Track(s); err != nil {
			t.Fatal(err)
		}
		s.Import(old.Export())
		v := s.Stats()
		if v.Status != c.status || v.Weight != c.weight {
			t.Errorf("%s: %s weight %d, want %s weight %d", c.name, v.Status, v.Weight, c.status, c.weight)
		}
		if tracker.Usable() != s.Usable() {
			t.Errorf("%s: the tracker does not follow", c.name)
		}
	}
}

func (s *Server) pass() { s.result(Result{Status: L4OK}) }
func (s *Server) fail() { s.result(Result{Status: L4Con}) }

func (s *Server) result(r Result) {
	s.lock()
	defer s.unlock()
	s.check.report(r)
}

func TestTrackLoop(t *testing.T) {
	b := New(Options{}).Backend(BackendConfig{Name: "b"})
	x, y := b.Server(ServerConfig{Name: "x"}, nil), b.Server(ServerConfig{Name: "y"}, nil)
	if x.Track(y) != nil || y.Track(x) == nil || x.Track(x) == nil {
		t.Error("loops of trackers are not found")
	}
}

// TestRemove takes a server out while it is being checked.
func TestRemove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		l.set("a", "hang")
		s := New(Options{Dialer: l})
		b := s.Backend(BackendConfig{Name: "b"})
		srv := b.Server(ServerConfig{Name: "s", Weight: 1, Check: checked("a", time.Second)}, nil)
		s.Start()
		time.Sleep(500 * ms)
		srv.Remove()
		time.Sleep(time.Minute)
		if got := l.times("a"); got != "0" {
			t.Errorf("checked at %s", got)
		}
		if c := b.Counts(); c.Active != 0 {
			t.Errorf("%+v", c)
		}
		late := b.Server(ServerConfig{Name: "l", Weight: 1, Check: checked("b", time.Second)}, nil)
		late.Start()
		time.Sleep(1500 * ms)
		s.Stop()
		if got := l.times("b"); got != "60500 61500" {
			t.Errorf("a server added later is checked at %s", got)
		}
	})
}
