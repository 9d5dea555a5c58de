package resolver

import (
	"testing"
	"time"
)

const services = `
_http.example SRV 1 10 8081 a.example
_http.example SRV 1 300 8082 b.example
a.example A 127.0.0.11
b.example A 127.0.0.12
c.example A 127.0.0.13
`

func TestServices(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, services)
		for _, name := range []string{"v1", "v2", "v3"} {
			w.Follow(w.host(name), "_http.example", "", 0)
		}
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		w.expect(`v1 port 8081 weight 1`, `v1 is "a.example"`, `v2 port 8082 weight 2`, `v2 is "b.example"`,
			"v1 at 127.0.0.11 by d/n0", "v1 up by a.example true", "v2 at 127.0.0.12 by d/n0", "v2 up by b.example true")
		if q := w.questions(); q != "0 SRV _http.example, 0 A a.example, 0 A b.example" {
			t.Error(q)
		}
		// A record goes, one comes, one has another weight.
		w.set(`_http.example SRV 1 0 8082 b.example
_http.example SRV 1 10 8081 c.example
a.example A 127.0.0.11
b.example A 127.0.0.12
c.example A 127.0.0.13`)
		wait(1500 * time.Millisecond)
		w.expect("v2 port 8082 weight 0", "v3 port 8081 weight 1", `v3 is "c.example"`, "v3 at 127.0.0.13 by d/n0", "v3 up by c.example true")
		wait(3 * time.Second)
		w.expect("v1 lost: entry removed from SRV record", `v1 is ""`, "v1 port 0 weight -1")
		w.questions()
		wait(time.Second)
		if q := w.questions(); q != "0 SRV _http.example, 0 A b.example, 0 A c.example" {
			t.Errorf("%s: nobody needs a.example any more", q)
		}
		// The name is no more.
		w.set("b.example A 127.0.0.12\nc.example A 127.0.0.13")
		wait(3 * time.Second)
		w.expect()
		wait(3 * time.Second)
		w.expect("v2 lost: entry removed from SRV record", `v2 is ""`, "v2 port 0 weight -1",
			"v3 lost: entry removed from SRV record", `v3 is ""`, "v3 port 0 weight -1")
		w.set(services)
		wait(3 * time.Second)
		w.expect(`v1 port 8081 weight 1`, `v1 is "a.example"`, `v2 port 8082 weight 2`, `v2 is "b.example"`,
			"v1 at 127.0.0.11 by d/n0", "v1 up by a.example true", "v2 at 127.0.0.12 by d/n0", "v2 up by b.example true")
	})
}

// TestGlue has addresses come along with the records, and then not.
func TestGlue(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "_s.example SRV 1 10 8081 a.example\na.example A 127.0.0.11 GLUE")
		h := w.host("v")
		h.IgnoreWeight = true
		w.Follow(h, "_s.example", "", 0)
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		w.expect("v port 8081 weight -1", "v at 127.0.0.11 by DNS additional record", `v is "a.example"`, "v up by a.example false")
		w.set("_s.example SRV 1 10 8081 a.example\na.example A 127.0.0.12 GLUE")
		wait(time.Second)
		w.expect("v at 127.0.0.12 by DNS additional record")
		if q := w.questions(); q != "0 SRV _s.example, 0 SRV _s.example" {
			t.Error(q)
		}
		w.set("_s.example SRV 1 10 8081 a.example\na.example A 127.0.0.13")
		wait(5 * time.Second)
		w.expect("v at 127.0.0.13 by d/n0")
		// Without either, the name decides.
		w.set("_s.example SRV 1 10 8081 a.example")
		wait(6 * time.Second)
		w.expect("v lost: DNS NX status")
	})
}

// TestKnownService has a host stand again for the record that it stood for in an
// earlier process.
func TestKnownService(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, services)
		w.Follow(w.host("v1"), "_http.example", "b.example", 8082)
		w.Follow(w.host("v2"), "_http.example", "", 0)
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		w.expect(`v2 port 8081 weight 1`, `v2 is "a.example"`, "v1 port 8082 weight 2",
			"v2 at 127.0.0.11 by d/n0", "v2 up by a.example true", "v1 at 127.0.0.12 by d/n0", "v1 up by b.example true")
	})
}

func TestSetName(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "app.example A 127.0.0.2\nb.example A 127.0.0.12")
		h := w.host("s")
		w.Start()
		defer w.Close()
		w.SetName(h, "app.example")
		wait(10 * time.Millisecond)
		w.expect("s at 127.0.0.2 by d/n0", "s up by app.example true")
		w.SetName(h, "b.example")
		wait(10 * time.Millisecond)
		w.expect("s at 127.0.0.12 by d/n0")
		w.SetName(h, "nx.example")
		wait(3 * time.Second)
		w.expect()
		wait(3 * time.Second)
		w.expect("s lost: DNS NX status")
	})
}
