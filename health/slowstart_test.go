package health

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestSlowStart pins weight and throttle to haproxy's, second by second.
func TestSlowStart(t *testing.T) {
	for _, c := range []struct {
		slow time.Duration
		want string
	}{
		{4 * time.Second, "7/6 32/31 57/56 82/81 100/-1 100/-1"},
		{5 * time.Second, "7/6 25/25 44/43 63/62 82/81 100/-1"},
		{30 * time.Second, "7/6 7/6 13/12 13/12 19/18 19/18 25/25 25/25 32/31"},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab()
			l.set("a", "refuse")
			var rec recorder
			s := New(Options{Dialer: l, Notifier: &rec})
			srv := s.Backend(BackendConfig{Name: "b"}).Server(ServerConfig{
				Name: "s", Weight: 100, SlowStart: c.slow, Check: checked("a", 200*ms),
			}, nil)
			s.Start()
			time.Sleep(100 * ms)
			l.set("a", "")
			time.Sleep(410 * ms)
			got := ""
			for range len(c.want) / 2 {
				v := srv.Stats()
				if got += fmt.Sprintf("%d/%d", v.Weight, v.Throttle); len(got) >= len(c.want) {
					break
				}
				got += " "
				time.Sleep(time.Second)
			}
			s.Stop()
			if got != c.want {
				t.Errorf("%v: %s, want %s", c.slow, got, c.want)
			}
			last := rec.take()
			want := "Server b/s is UP. 1 active and 0 backup servers online. 0 sessions requeued, 0 total in queue."
			if c.slow < 6*time.Second && !slices.Contains(last, want) {
				t.Errorf("no word of the end: %q", last)
			}
		})
	}
}
