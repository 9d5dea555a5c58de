package health

import (
	"testing"
	"testing/synctest"
	"time"
)

// A checked server begins in the state of its `init-state`, changes as fast from it
// as that says, and begins anew after maintenance.
func TestInit(t *testing.T) {
	for _, c := range []struct {
		init               InitState
		begin, pass, fail  string // at first, after a good check, after a bad one
		passes, fails      string // after two
		usable, passUsable bool
	}{
		{InitUp, "UP 1/3", "UP", "DOWN", "UP", "DOWN", true, true},
		{InitFullyUp, "UP", "UP", "UP 2/3", "UP", "UP 1/3", true, true},
		{InitDown, "DOWN 1/2", "UP", "DOWN", "UP", "DOWN", false, true},
		{InitFullyDown, "DOWN", "DOWN 1/2", "DOWN", "UP", "DOWN", false, false},
	} {
		begin := func() *Server {
			b := New(Options{}).Backend(BackendConfig{Name: "b"})
			return b.Server(ServerConfig{Name: "s", Weight: 1, Check: &Check{Init: c.init, Pace: Pace{Rise: 2, Fall: 3}}}, nil)
		}
		for name, s := range map[string]*Server{"at first": begin(), "after maintenance": begin(), "in a new graph": begin()} {
			want := func(what string, f func(), status string, usable bool) {
				t.Helper()
				if f(); s.Stats().Status != status || s.Usable() != usable {
					t.Errorf("%d %s, %s: %s, usable %v; want %s, %v", c.init, name, what, s.Stats().Status, s.Usable(), status, usable)
				}
			}
			again := func() {
				switch name {
				case "after maintenance":
					s.Disable()
					s.Ready()
				case "in a new graph":
					old := begin()
					old.Disable()
					v := old.Export()
					v.Admin = 0
					s = begin()
					s.Disable()
					s.Ready()
				default:
					s = begin()
				}
			}
			want("begins", again, c.begin, c.usable)
			want("a check passes", s.pass, c.pass, c.passUsable)
			want("another", s.pass, c.passes, true)
			want("begins again", again, c.begin, c.usable)
			want("a check fails", s.fail, c.fail, c.fail[0] == 'U')
			want("another", s.fail, c.fails, c.fails[0] == 'U')
		}
	}
}

// What follows a server that begins down begins down, and what checks see counts.
func TestInitDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		s := New(Options{Dialer: l})
		b := s.Backend(BackendConfig{Name: "b"})
		check := checked("a", 200*ms)
		check.Init = InitFullyDown
		srv := b.Server(ServerConfig{Name: "s", Weight: 1, Check: check}, nil)
		tracker := b.Server(ServerConfig{Name: "t", Weight: 1}, nil)
		if err := tracker.Track(srv); err != nil {
			t.Fatal(err)
		}
		if srv.Usable() || tracker.Usable() {
			t.Error("up before a check")
		}
		s.Start()
		time.Sleep(2 * time.Second)
		if !srv.Usable() || !tracker.Usable() {
			t.Error("down after checks that passed")
		}
		srv.Disable()
		srv.Ready()
		if srv.Usable() || tracker.Usable() {
			t.Error("up after maintenance")
		}
		s.Stop()
	})
}
