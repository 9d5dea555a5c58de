package health

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

const ms = time.Millisecond

// checked is a check of the address with an interval.
func checked(addr string, inter time.Duration) *Check {
	return &Check{Target: Target{Address: addr}, Pace: Pace{Inter: inter}}
}

// TestFirstChecks pins when the first checks of servers run to what haproxy
// does with the same intervals.
func TestFirstChecks(t *testing.T) {
	for _, c := range []struct {
		inters []time.Duration
		spread time.Duration
		want   []string
	}{
		{[]time.Duration{1000 * ms, 4000 * ms, 1000 * ms, 400 * ms}, 0,
			[]string{"0 1000 2000", "1000", "500 1500", "750 1150 1550 1950"}},
		{[]time.Duration{1000 * ms, 4000 * ms, 1000 * ms, 400 * ms}, 800 * ms,
			[]string{"0 1000 2000", "200", "400 1400", "600 1000 1400 1800"}},
		{[]time.Duration{500 * ms, 500 * ms, 500 * ms, 500 * ms, 500 * ms}, 0,
			[]string{"0 500 1000 1500 2000", "100 600 1100 1600 2100", "200 700 1200 1700", "300 800 1300 1800", "400 900 1400 1900"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab()
			s := New(Options{Dialer: l, MaxSpreadChecks: c.spread})
			b := s.Backend(BackendConfig{Name: "b"})
			for i, d := range c.inters {
				b.Server(ServerConfig{Name: fmt.Sprint(i), Weight: 1, Check: checked(fmt.Sprint(i), d)}, nil)
			}
			s.Start()
			time.Sleep(2100*ms + 50*time.Microsecond)
			s.Stop()
			for i, want := range c.want {
				if got := l.times(fmt.Sprint(i)); got != want {
					t.Errorf("%v: server %d checked at %s, want %s", c.inters, i, got, want)
				}
			}
		})
	}
}

func TestIntervals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		var rec recorder
		s := New(Options{Dialer: l, Notifier: &rec})
		c := checked("a", 1000*ms)
		c.FastInter, c.DownInter = 200*ms, 3000*ms
		srv := s.Backend(BackendConfig{Name: "b"}).Server(ServerConfig{Name: "s", Weight: 1, Check: c}, nil)
		s.Start()
		time.Sleep(1500 * ms) // 0 and 1000, up
		l.set("a", "refuse")
		time.Sleep(1000 * ms) // 2000 fails, 2200 and 2400 more: down
		if srv.Usable() || srv.Stats().Status != "DOWN" {
			t.Errorf("after three failures: %s", srv.Stats().Status)
		}
		l.set("a", "")
		time.Sleep(3000 * ms) // 5400 passes
		if got := srv.Stats().Status; got != "DOWN 1/2" {
			t.Errorf("after one success: %s", got)
		}
		time.Sleep(200 * ms) // 5600 passes: up
		if got := srv.Stats().Status; got != "UP" {
			t.Errorf("after two successes: %s", got)
		}
		time.Sleep(1100 * ms)
		s.Stop()
		if want, got := "0 1000 2000 2200 2400 5400 5600 6600", l.times("a"); got != want {
			t.Errorf("checked at %s, want %s", got, want)
		}
		want := []string{
			`Server b/s is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.`,
			`backend b has no server available!`,
			`Server b/s is UP, reason: Layer4 check passed, check duration: 0ms. 1 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.`,
		}
		if got := rec.take(); !slices.Equal(got, want) {
			t.Errorf("messages %q", got)
		}
	})
}

func TestTimeouts(t *testing.T) {
	for _, c := range []struct {
		inter, connect, check time.Duration
		mode                  string
		want                  Status
		after                 time.Duration
	}{
		{2000 * ms, 5000 * ms, 0, "hang", L4TOut, 2000 * ms},
		{2000 * ms, 500 * ms, 0, "hang", L4TOut, 2000 * ms},
		{2000 * ms, 500 * ms, 300 * ms, "hang", L4TOut, 500 * ms},
		{2000 * ms, 5000 * ms, 300 * ms, "hang", L4TOut, 2000 * ms},
		{2000 * ms, 5000 * ms, 300 * ms, "", L7TOut, 300 * ms},
		{2000 * ms, 5000 * ms, 0, "", L7TOut, 2000 * ms},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab()
			l.set("a", c.mode)
			var h traffic
			s := New(Options{Dialer: l})
			check := checked("a", c.inter)
			check.ConnectTimeout, check.Timeout = c.connect, c.check
			check.Probe = httpchk(&Request{}, &Response{})
			srv := s.Backend(BackendConfig{Name: "b"}).Server(ServerConfig{Name: "s", Weight: 1, Check: check}, &h)
			h.calls = nil
			s.Start()
			time.Sleep(c.after + ms)
			r := srv.Stats().Check.Last
			s.Stop()
			if told := slices.Contains(h.calls, "unreachable"); told != (c.want == L4TOut) {
				t.Errorf("%+v: told that it cannot be reached: %v", c, told)
			}
			if r.Status != c.want || r.Duration != c.after {
				t.Errorf("%+v: %v after %v", c, r.Status, r.Duration)
			}
		})
	}
}

// TestOneAtATime hangs all servers: none is checked twice at once, and no more
// than the bound together.
func TestOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		s := New(Options{Dialer: l, Concurrency: 3})
		b := s.Backend(BackendConfig{Name: "b"})
		for i := range 10 {
			addr := fmt.Sprint(i)
			l.set(addr, "hang")
			b.Server(ServerConfig{Name: addr, Weight: 1, Check: checked(addr, 100*ms)}, nil)
		}
		s.Start()
		time.Sleep(time.Second)
		if _, most := l.counts(); most != 3 {
			t.Errorf("%d checks at once", most)
		}
		s.Stop()
		if open, _ := l.counts(); open != 0 {
			t.Errorf("%d checks left", open)
		}
	})
}

func TestSpreadChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		s := New(Options{Dialer: l, SpreadChecks: 20})
		s.Backend(BackendConfig{Name: "b"}).Server(ServerConfig{Name: "s", Weight: 1, Check: checked("a", 1000*ms)}, nil)
		s.Start()
		time.Sleep(time.Minute)
		s.Stop()
		different := false
		for i := range len(l.dials["a"]) - 1 {
			d := l.dials["a"][i+1] - l.dials["a"][i]
			if d < 800*ms || d > 1200*ms {
				t.Errorf("interval of %v", d)
			}
			different = different || d != 1000*ms
		}
		if !different {
			t.Error("no noise")
		}
	})
}
