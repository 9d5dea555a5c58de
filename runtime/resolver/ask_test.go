package resolver

import (
	"fmt"
	"testing"
	"time"
)

// ask asks for an address and waits; it returns how long that took.
func (w *world) ask(name string, v4 bool) (string, time.Duration) {
	done := make(chan struct{})
	a := &Ask{Done: func() { close(done) }}
	began := time.Now()
	if a.Start(w.Section, name, v4) {
		<-done
	}
	took := time.Since(began).Truncate(time.Millisecond)
	ip, ok := a.Result()
	if !ok {
		return "", took
	}
	return ip.String(), took
}

func TestAsk(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "app.example A 127.0.0.2\napp.example AAAA ::2\nsix.example AAAA ::6\nslow.example DROP\nkept.example A 127.0.0.3")
		w.Follow(w.host("s"), "kept.example", "", 0)
		w.Start()
		defer w.Close()
		wait(10 * time.Millisecond)
		w.questions()
		for _, c := range []struct {
			name  string
			v4    bool
			want  string
			after time.Duration
			asked string
		}{
			{"App.example", true, "127.0.0.2", time.Millisecond, "0 A app.example"},
			{"app.example", false, "::2", time.Millisecond, "0 AAAA app.example"},
			{"six.example", true, "::6", 2 * time.Millisecond, "0 A six.example, 0 AAAA six.example"},
			{"kept.example", true, "127.0.0.3", 0, ""},
			{"a..b", true, "", 0, ""},
			{"", true, "", 0, ""},
			{"slow.example", true, "", 300 * time.Millisecond, "0 A slow.example, 0 A slow.example, 0 A slow.example"},
		} {
			ip, took := w.ask(c.name, c.v4)
			if q := w.questions(); ip != c.want || took != c.after || q != c.asked {
				t.Errorf("%s: %q after %s, asked %s", c.name, ip, took, q)
			}
		}
		// Good answers last for two seconds.
		for _, want := range []string{"", "0 A app.example"} {
			if ip, _ := w.ask("app.example", true); ip != "127.0.0.2" {
				t.Error(ip)
			}
			if q := w.questions(); q != want {
				t.Errorf("asked %q, want %q", q, want)
			}
			w.Section.mu.Lock()
			if w.kept != len(w.names)-1 {
				t.Errorf("%d of %d names are kept", w.kept, len(w.names))
			}
			w.Section.mu.Unlock()
			wait(2 * time.Second)
			w.questions() // of the host
		}
		if n := len(w.names); n != 1 || w.kept != 0 {
			t.Errorf("%d names are left, want that of the host only", n)
		}
	})
}

// TestClose has nobody wait on when a section closes, or before it starts.
func TestClose(t *testing.T) {
	run(t, func(t *testing.T) {
		w := newWorld(t, nil, "slow.example DROP\napp.example A 127.0.0.2")
		if ip, took := w.ask("app.example", true); ip != "" || took != 0 {
			t.Errorf("%q after %s from a section that has not started", ip, took)
		}
		w.Start()
		time.AfterFunc(10*time.Millisecond, w.Close)
		if ip, took := w.ask("slow.example", true); ip != "" || took != 10*time.Millisecond {
			t.Errorf("%q after %s from a section that closes", ip, took)
		}
		w.questions()
		wait(time.Minute)
		if q := w.questions(); q != "" {
			t.Errorf("a closed section asks %s", q)
		}
		w.Start()
		if ip, _ := w.ask("app.example", true); ip != "127.0.0.2" {
			t.Errorf("%q after another start", ip)
		}
		w.Close()
	})
}

// TestKeptNames bounds the names that are kept, and has a host take one over.
func TestKeptNames(t *testing.T) {
	run(t, func(t *testing.T) {
		zone := ""
		for i := range maxKept + 10 {
			zone += fmt.Sprintf("n%d.example A 127.0.0.2\n", i)
		}
		w := newWorld(t, func(c *Config) { c.Hold.Valid = time.Hour }, zone)
		w.Start()
		for i := range maxKept + 10 {
			if ip, _ := w.ask(fmt.Sprintf("n%d.example", i), true); ip != "127.0.0.2" {
				t.Fatal(ip)
			}
		}
		if len(w.names) != maxKept || w.kept != maxKept {
			t.Errorf("%d names, %d kept, want %d", len(w.names), w.kept, maxKept)
		}
		w.Follow(w.host("s"), "n0.example", "", 0)
		wait(5 * time.Second)
		w.expect("s at 127.0.0.2 by d/n0", "s up by n0.example true")
		if w.kept != maxKept-1 {
			t.Errorf("%d kept", w.kept)
		}
		w.Close()
		if len(w.names) != 1 || w.kept != 0 {
			t.Errorf("%d names, %d kept after the end", len(w.names), w.kept)
		}
	})
}
