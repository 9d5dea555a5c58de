package health

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestObserve(t *testing.T) {
	for _, c := range []struct {
		observe Observe
		on      OnError
		seen    []Observation
		status  string
		next    string // when checks run
		want    []string
	}{
		{ObserveLayer4, MarkDown, []Observation{L4Failure, L4Failure, L4Failure}, "DOWN", "0 1000", []string{
			`Server b/s is DOWN, reason: Health analyze, info: "Detected 3 consecutive errors, last one was: L4 unsuccessful connection". 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.`,
			"backend b has no server available!",
		}},
		{ObserveLayer4, SuddenDeath, []Observation{L4Failure, L4Failure, L4Failure}, "UP 1/3", "0 1000", nil},
		{ObserveLayer4, FailCheck, []Observation{L4Failure, L4Failure, L4Failure}, "UP 2/3", "0 1000", nil},
		{ObserveLayer4, FastInter, []Observation{L4Failure, L4Failure, L4Failure}, "UP", "0 1000", nil},
		{ObserveLayer4, MarkDown, []Observation{L4Failure, L4Failure, L4Success, L4Failure}, "UP", "0", nil},
		{ObserveLayer4, MarkDown, []Observation{HTTPStatus, HTTPStatus, HTTPStatus}, "UP", "0", nil},
		{ObserveNothing, MarkDown, []Observation{L4Failure, L4Failure, L4Failure}, "UP", "0", nil},
		{ObserveLayer7, MarkDown, []Observation{L4Success, HTTPStatus, L4Success, HTTPStatus, L4Success, HTTPReadTimeout}, "DOWN", "0 1000", []string{
			`Server b/s is DOWN, reason: Health analyze, info: "Detected 3 consecutive errors, last one was: Read timeout (http)". 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.`,
			"backend b has no server available!",
		}},
		{ObserveLayer7, MarkDown, []Observation{HTTPStatus, HTTPStatus, HTTPSuccess, HTTPStatus}, "UP", "0", nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab()
			var rec recorder
			s := New(Options{Dialer: l, Notifier: &rec})
			check := checked("a", time.Minute)
			check.FastInter = 500 * ms
			srv := s.Backend(BackendConfig{Name: "b"}).Server(ServerConfig{
				Name: "s", Weight: 1, Check: check, Observe: c.observe, OnError: c.on, ErrorLimit: 3,
			}, nil)
			s.Start()
			time.Sleep(500 * ms)
			for _, o := range c.seen {
				srv.Observe(o)
			}
			if got := srv.Stats().Status; got != c.status {
				t.Errorf("%v %v: %s, want %s", c.observe, c.seen, got, c.status)
			}
			if got := rec.take(); !slices.Equal(got, c.want) {
				t.Errorf("messages %q", got)
			}
			time.Sleep(600 * ms)
			s.Stop()
			if got := l.times("a"); got != c.next {
				t.Errorf("%v %v %v: checked at %s, want %s", c.observe, c.on, c.seen, got, c.next)
			}
		})
	}
}

func TestObserveStatus(t *testing.T) {
	for code, want := range map[int]Observation{
		100: HTTPSuccess, 200: HTTPSuccess, 404: HTTPSuccess, 499: HTTPSuccess, 501: HTTPSuccess,
		505: HTTPSuccess, 500: HTTPStatus, 502: HTTPStatus, 503: HTTPStatus, 599: HTTPStatus,
	} {
		if got := ObserveStatus(code); got != want {
			t.Errorf("%d: %v", code, got)
		}
	}
}

func TestObserveCost(t *testing.T) {
	s := New(Options{}).Backend(BackendConfig{}).Server(ServerConfig{
		Weight: 1, Check: &Check{}, Observe: ObserveLayer7,
	}, nil)
	if n := testing.AllocsPerRun(100, func() { s.Observe(HTTPSuccess); s.Observe(HTTPStatus) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
