package resolver

import (
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
		if n := len(w.names); n != 1 {
			t.Errorf("%d names are kept, want that of the host only", n)
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
