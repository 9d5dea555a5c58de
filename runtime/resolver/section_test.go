package resolver

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gohap/runtime/resolver/testdns"
)

// world is a section whose name servers are functions, within a bubble of
// virtual time.
type world struct {
	*Section
	t *testing.T

	mu    sync.Mutex
	zones []testdns.Zone // of each name server
	asked []string       // "0 A app.example"
	told  []string
	sent  int
	spoil func(n int, query, answer []byte) []byte
}

// newWorld makes a section with a name server for each zone.
func newWorld(t *testing.T, change func(*Config), zones ...string) *world {
	c := DefaultConfig("d")
	c.Hold = Hold{NX: 4 * time.Second, Refused: 5 * time.Second, Timeout: 6 * time.Second, Other: 7 * time.Second, Valid: 2 * time.Second, Obsolete: 3 * time.Second}
	c.Retry = 100 * time.Millisecond
	if change != nil {
		change(&c)
	}
	for i := range zones {
		c.Nameservers = append(c.Nameservers, &Nameserver{Name: fmt.Sprintf("n%d", i)})
	}
	w := &world{Section: New(c), t: t}
	w.dial = func(n *nameserver) (link, error) { return &wire{w, n}, nil }
	w.set(zones...)
	return w
}

func (w *world) set(zones ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.zones = nil
	for _, z := range zones {
		w.zones = append(w.zones, testdns.ParseZone(z))
	}
}

type wire struct {
	w *world
	n *nameserver
}

func (l *wire) close() {}

func (l *wire) send(query []byte) error {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	question, answer := l.w.zones[l.n.index].Answer(true, query)
	if question == "" {
		return errors.New("no query")
	}
	l.w.asked = append(l.w.asked, fmt.Sprintf("%d %s", l.n.index, question))
	if answer != nil && l.w.spoil != nil {
		answer = l.w.spoil(l.n.index, query, answer)
	}
	if answer != nil {
		l.w.sent++ // answers come in the order of the questions
		time.AfterFunc(time.Duration(l.n.index+1)*time.Millisecond+time.Duration(l.w.sent%100)*time.Microsecond, func() { l.n.deliver(answer) })
	}
	return nil
}

// questions returns what was asked since the last call.
func (w *world) questions() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := strings.Join(w.asked, ", ")
	w.asked = nil
	return s
}

// expect compares what servers were told since the last call.
func (w *world) expect(want ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.told, want) {
		w.t.Errorf("told\n\t%s\nwant\n\t%s", strings.Join(w.told, "\n\t"), strings.Join(want, "\n\t"))
	}
	w.told = nil
}

// wait lets time pass.
func wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// srv is a server that writes down what becomes of it.
type srv struct {
	w      *world
	name   string
	ip     netip.Addr
	lost   bool
	port   uint16
	weight int
}

func (s *srv) tell(format string, args ...any) {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.w.told = append(s.w.told, s.name+" "+fmt.Sprintf(format, args...))
}

func (s *srv) Addr() netip.Addr { return s.ip }

func (s *srv) Move(to netip.Addr, by string) {
	s.ip = to
	s.tell("at %s by %s", to, by)
}

func (s *srv) Found(name string, answer bool) {
	if s.lost {
		s.lost = false
		s.tell("up by %s %v", name, answer)
	}
}

func (s *srv) Lost(why string) {
	if !s.lost {
		s.tell("lost: %s", why)
	}
	s.lost, s.ip = true, netip.Addr{}
}

func (s *srv) Rename(name string) { s.tell("is %q", name) }

func (s *srv) Place(port uint16, weight int) {
	if s.port != port || weight >= 0 && s.weight != weight {
		s.tell("port %d weight %d", port, weight)
		s.port = port
		if weight >= 0 {
			s.weight = weight
		}
	}
}

// host makes a server without an address that prefers IPv4.
func (w *world) host(name string) *Host {
	return &Host{Server: &srv{w: w, name: name, lost: true}, Group: "b", IPv4: true}
}

func run(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func TestAddressChanges(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "app.example A 127.0.0.2")
		w.Follow(w.host("s"), "App.Example.", "", 0)
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		w.expect("s at 127.0.0.2 by d/n0", "s up by app.example true")
		if q := w.questions(); q != "0 A app.example" {
			t.Error(q)
		}
		w.set("app.example A 127.0.0.3")
		wait(2900 * time.Millisecond)
		w.expect() // the old record lives on
		wait(time.Second)
		w.expect("s at 127.0.0.3 by d/n0")
		w.questions()
		wait(3 * time.Second)
		w.expect()
		if q := w.questions(); q != strings.TrimSuffix(strings.Repeat("0 A app.example, ", 3), ", ") {
			t.Errorf("%s: want a question a second", q)
		}
		if v := w.Stats()[0].Counters.Values(); v[0] != v[2] || v[3] != 2 {
			t.Errorf("counters %v", v)
		}
	})
}

// TestHold fails in each way, after a good answer: the server is lost once its
// time is over.
func TestHold(t *testing.T) {
	for _, c := range []struct {
		zone, why string
		after     time.Duration
	}{
		{"", "DNS NX status", 4 * time.Second},
		{"app.example RCODE 5", "DNS refused status", 5 * time.Second},
		{"app.example DROP", "DNS timeout status", 6 * time.Second},
		{"app.example RCODE 2", "unspecified DNS error", 7 * time.Second},
		{"app.example TC\napp.example SRV 1 1 1 x", "unspecified DNS error", 7 * time.Second},
	} {
		t.Run(c.why, func(t *testing.T) {
			run(t, func(t *testing.T) {
				w := newWorld(t, nil, "app.example A 127.0.0.2")
				w.Follow(w.host("s"), "app.example", "", 0)
				w.Start()
				defer w.Close()
				wait(10 * time.Millisecond)
				w.expect("s at 127.0.0.2 by d/n0", "s up by app.example true")
				w.set(c.zone)
				wait(c.after - 20*time.Millisecond)
				w.expect()
				wait(2 * time.Second)
				w.expect("s lost: " + c.why)
				w.set("app.example A 127.0.0.2")
				wait(2 * time.Second)
				w.expect("s at 127.0.0.2 by d/n0", "s up by app.example true")
			})
		})
	}
}

// TestTries has every question answered with an error, and then none.
func TestTries(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "")
		w.Follow(w.host("s"), "nx.example", "", 0)
		w.Start()
		defer w.Close()
		wait(50 * time.Millisecond)
		if q := w.questions(); q != "0 A nx.example, 0 AAAA nx.example" {
			t.Errorf("first try: %s", q)
		}
		wait(950 * time.Millisecond)
		if q := w.questions(); q != "0 A nx.example, 0 AAAA nx.example, 0 A nx.example, 0 AAAA nx.example" {
			t.Errorf("further tries: %s", q)
		}
		w.set("nx.example DROP")
		wait(900 * time.Millisecond)
		if q := w.questions(); q != "0 A nx.example, 0 A nx.example, 0 A nx.example" {
			t.Errorf("without answers: %s", q)
		}
		if n := w.Stats()[0].Counters.Timeout.Load(); n != 3 {
			t.Errorf("%d timeouts, want 3", n)
		}
	})
}

// TestFirstValid has name servers disagree: a valid answer beats an error that
// came before, and of two valid ones the second is outdated.
func TestFirstValid(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "", "app.example A 127.0.0.2", "app.example A 127.0.0.3")
		w.Follow(w.host("s"), "app.example", "", 0)
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		w.expect("s at 127.0.0.2 by d/n1", "s up by app.example true")
		v := [3][len(CounterNames)]uint64{}
		for i, n := range w.Stats() {
			v[i] = n.Counters.Values()
		}
		if v[0][7] != 1 || v[1][2] != 1 || v[1][3] != 1 || v[2][14] != 1 {
			t.Errorf("counters %v", v)
		}
	})
}

func TestFamilies(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "four.example A 127.0.0.2\nsix.example AAAA ::2\nmany.example A 10.1.0.1\nmany.example A 10.2.0.1\nmany.example A 10.3.0.1")
		six := w.host("six")
		six.IPv4 = false
		w.Follow(six, "four.example", "", 0)
		w.Follow(w.host("four"), "six.example", "", 0)
		net := w.host("net")
		net.Nets = []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16")}
		w.Follow(net, "many.example", "", 0)
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		slices.Sort(w.told)
		w.expect("four at ::2 by d/n0", "four up by six.example true", "net at 10.2.0.1 by d/n0", "net up by many.example true",
			"six at 127.0.0.2 by d/n0", "six up by four.example true")
	})
}

// TestTemplate has servers of one backend share a name.
func TestTemplate(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "two.example A 127.0.0.2\ntwo.example A 127.0.0.3")
		hosts := []*Host{w.host("t1"), w.host("t2"), w.host("t3"), w.host("u1"), w.host("dup")}
		hosts[3].Group = "other"
		hosts[4].Group, hosts[4].AllowDup = "other", true
		for _, h := range hosts {
			w.Follow(h, "two.example", "", 0)
		}
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		w.expect("t1 at 127.0.0.2 by d/n0", "t1 up by two.example true", "t2 at 127.0.0.3 by DNS cache", "t2 up by two.example true",
			"u1 at 127.0.0.2 by DNS cache", "u1 up by two.example true", "dup at 127.0.0.3 by DNS cache", "dup up by two.example true")
		w.set("two.example A 127.0.0.3")
		wait(5 * time.Second)
		w.expect("t1 lost: No IP for server ", "u1 lost: No IP for server ") // dup has what u1 might have
		w.set("two.example A 127.0.0.3\ntwo.example A 127.0.0.4")
		wait(2 * time.Second)
		w.expect("t1 at 127.0.0.4 by d/n0", "t1 up by two.example true", "u1 at 127.0.0.4 by DNS cache", "u1 up by two.example true")
	})
}

// TestRefresh looks a name up before its time.
func TestRefresh(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, func(c *Config) { c.Resolve, c.Hold.Obsolete = time.Hour, 0 }, "app.example A 127.0.0.2")
		h := w.host("s")
		w.Refresh(h) // nothing to do yet
		w.Follow(h, "app.example", "", 0)
		w.Start()
		defer w.Close()
		wait(time.Minute)
		w.expect("s at 127.0.0.2 by d/n0", "s up by app.example true")
		w.set("app.example A 127.0.0.3")
		wait(time.Minute)
		w.expect()
		w.Refresh(h)
		w.Refresh(h)
		wait(time.Second)
		w.expect("s at 127.0.0.3 by d/n0")
		if q := w.questions(); q != "0 A app.example, 0 A app.example" {
			t.Error(q)
		}
		wait(time.Hour)
		if q := w.questions(); q != "0 A app.example" {
			t.Errorf("%s after an hour", q)
		}
	})
}
