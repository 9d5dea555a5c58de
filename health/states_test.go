package health

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// toggle is a server that can be switched off: it then answers with 500.
type toggle struct{ off atomic.Bool }

func (s *toggle) serve(c net.Conn) {
	if s.off.Load() {
		say("HTTP/1.0 500 Off\r\n\r\n")(c)
	} else {
		say("HTTP/1.0 200 On\r\n\r\n")(c)
	}
}

// farm is the same three backends in haproxy and here: a server with checks
// and a slow rise, one without, a backup, trackers in both backends and a
// disabled one.
type farm struct {
	t        *testing.T
	h        *haproxy
	events   journal
	servers  map[string]*Server
	backends []*Backend
	web      [3]toggle
}

func newFarm(t *testing.T) *farm {
	f := &farm{t: t, events: make(journal, 1000), servers: make(map[string]*Server)}
	addrs := [3]string{serve(t, f.web[0].serve), serve(t, f.web[1].serve), serve(t, f.web[2].serve)}
	f.h = startHAProxy(t, fmt.Sprintf(`
backend b
 option httpchk
 server s1 %[1]s check inter 150 weight 10
 server s2 %[2]s check inter 150
 server bk %[3]s check inter 150 backup
 server t1 %[1]s track s1
 server n1 %[1]s disabled
listen x
 bind unix@%[4]s.x
 server t2 %[1]s track b/s1
 server t3 %[1]s track t2`, addrs[0], addrs[1], addrs[2], t.TempDir()+"/s"))
	sched := New(Options{Notifier: f.events})
	check := func(i int) *Check {
		return &Check{Probe: httpchk(&Request{}, &Response{}), Target: Target{Address: addrs[i]}, Pace: Pace{Inter: 150 * time.Millisecond}}
	}
	b := sched.Backend(BackendConfig{Name: "b"})
	x := sched.Backend(BackendConfig{Name: "x", Listen: true})
	f.backends = []*Backend{b, x}
	add := func(b *Backend, c ServerConfig) *Server {
		if c.Weight == 0 {
			c.Weight = 1
		}
		s := b.Server(c, nil)
		f.servers[s.path()] = s
		return s
	}
	s1 := add(b, ServerConfig{Name: "s1", Check: check(0), Weight: 10})
	add(b, ServerConfig{Name: "s2", Check: check(1)})
	add(b, ServerConfig{Name: "bk", Check: check(2), Backup: true})
	t1 := add(b, ServerConfig{Name: "t1"})
	add(b, ServerConfig{Name: "n1", Disabled: true})
	t2, t3 := add(x, ServerConfig{Name: "t2"}), add(x, ServerConfig{Name: "t3"})
	for _, p := range [][2]*Server{{t1, s1}, {t2, s1}, {t3, t2}} {
		if err := p[0].Track(p[1]); err != nil {
			t.Fatal(err)
		}
	}
	sched.Start()
	t.Cleanup(sched.Stop)
	return f
}

// order gives the same order to both.
func (f *farm) order(line string) {
	f.t.Helper()
	if answer := f.h.command(line); answer != "" {
		f.t.Fatalf("%s: %s", line, answer)
	}
	w := strings.Fields(line)
	switch strings.Join(w[:2], " ") {
	case "disable server":
		f.servers[w[2]].Disable()
	case "enable server":
		f.servers[w[2]].Enable()
	case "set weight":
		var n int
		fmt.Sscan(w[3], &n)
		f.servers[w[2]].SetWeight(n)
	case "disable health", "enable health":
		f.servers[w[2]].EnableCheck(w[0] == "enable")
	case "set server":
		s := f.servers[w[2]]
		switch strings.Join(w[3:], " ") {
		case "state ready":
			s.Ready()
		case "state drain":
			s.Drain()
		case "state maint":
			s.Disable()
		case "health up":
			s.SetHealth(Running)
		case "health down":
			s.SetHealth(Stopped)
		case "health stopping":
			s.SetHealth(Stopping)
		default:
			f.t.Fatal(line)
		}
	}
}

// TestStatesLikeHAProxy walks servers through their states in haproxy and here,
// and compares what is logged about it. An order is followed by the number of
// lines that haproxy logs about it.
func TestStatesLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	f := newFarm(t)
	for _, step := range []struct {
		order string
		lines int
	}{
		{"off 0", 5},
		{"on 0", 4},
		{"set server b/s1 state drain", 5},
		{"set server b/s1 state maint", 4},
		{"set server b/s1 state drain", 8},
		{"set server b/s1 state ready", 4},
		{"set weight b/s1 0", 0},
		{"set weight b/s1 7", 0},
		{"disable server b/t1", 1},
		{"disable server b/s1", 4},
		{"enable server b/s1", 4},
		{"enable server b/t1", 1},
		{"set server b/t1 state drain", 1},
		{"disable server b/s1", 5},
		{"set server b/s1 state ready", 5},
		{"set server b/t1 state ready", 1},
		{"enable server b/n1", 1},
		{"set server b/n1 health down", 1},
		{"disable server b/n1", 1},
		{"disable health b/s1", 0},
		{"set server b/s1 health stopping", 5},
		{"set server b/s1 health up", 4},
		{"set server b/s1 health down", 5},
		{"disable server x/t2", 2},
		{"enable server x/t2", 2},
		{"set server b/s1 state drain", 4},
		{"set server b/s1 health up", 8},
		{"set server b/s1 state ready", 4},
		{"disable server b/s2", 1},
		{"disable server b/bk", 1},
		{"disable server b/s1", 6},
		{"disable server b/s1", 0},
		{"set server b/s1 state ready", 4},
		{"enable server b/bk", 1},
		{"disable server b/s1", 5},
		{"set server b/s1 state drain", 8},
		{"set server b/s1 state maint", 4},
	} {
		switch {
		case strings.HasPrefix(step.order, "off "):
			f.web[step.order[4]-'0'].off.Store(true)
		case strings.HasPrefix(step.order, "on "):
			f.web[step.order[3]-'0'].off.Store(false)
		default:
			f.order(step.order)
		}
		for range step.lines {
			want, got := f.h.log(), f.events.next(t)
			if got != want {
				t.Errorf("%s:\n got %s\nwant %s", step.order, got, want)
			}
		}
		f.compareStats(step.order)
	}
	// What is left over until a last order.
	f.order("set server b/bk state drain")
	for last := false; !last; {
		want, got := f.h.log(), f.events.next(t)
		if got != want {
			t.Errorf("at the end:\n got %s\nwant %s", got, want)
		}
		last = strings.Contains(want, "b/bk enters drain state")
	}
}

// compareStats waits until the statistics agree: checks go on meanwhile.
func (f *farm) compareStats(after string) {
	f.t.Helper()
	for try := 0; ; try++ {
		want, got := f.want(), f.got()
		if got == want {
			return
		}
		if try == 100 {
			f.t.Errorf("after %s:\n got %s\nwant %s", after, got, want)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// want is what haproxy's statistics say.
func (f *farm) want() string {
	lines := strings.Split(f.h.command("show stat"), "\n")
	names := strings.Split(strings.TrimPrefix(lines[0], "# "), ",")
	t := ""
	for _, l := range lines[1:] {
		v := make(map[string]string)
		for i, x := range strings.Split(l, ",") {
			v[names[i]] = x
		}
		path := v["pxname"] + "/" + v["svname"]
		if f.servers[path] != nil {
			t += fmt.Sprintf("%s %s weight %s fails %s downs %s health %s tracked %s check %s %s\n", path, v["status"], v["weight"],
				v["chkfail"], v["chkdown"], v["check_health"], v["tracked"], strings.TrimPrefix(v["check_status"], "* "), v["check_code"])
		} else if v["svname"] == "BACKEND" && (v["pxname"] == "b" || v["pxname"] == "x") {
			t += fmt.Sprintf("%s %s %s weight %s downs %s\n", path, v["act"], v["bck"], v["weight"], v["chkdown"])
		}
	}
	return t
}

// got is what our statistics say.
func (f *farm) got() string {
	t := ""
	for _, b := range f.backends {
		for _, s := range b.servers {
			v := s.Stats()
			fails, downs, health, check, code := "", "", "", "", ""
			if v.Checked {
				fails, downs = fmt.Sprint(v.Fails), fmt.Sprint(v.Downs)
			}
			if v.Check != nil {
				health, check = fmt.Sprint(v.Check.Health), v.Check.Last.Status.String()
				if v.Check.Last.Status >= L7OK {
					code = fmt.Sprint(v.Check.Last.Code)
				}
			}
			t += fmt.Sprintf("%s %s weight %d fails %s downs %s health %s tracked %s check %s %s\n", s.path(), v.Status, v.Weight,
				fails, downs, health, v.Tracked, check, code)
		}
		c := b.Counts()
		t += fmt.Sprintf("%s/BACKEND %d %d weight %d downs %d\n", b.Name(), c.Active, c.Backup, c.Weight, c.Downs)
	}
	return t
}
