package health

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// traffic is a server with sessions, which notes what happens to them.
type traffic struct {
	NoHooks
	sessions, queued int
	calls            []string
}

func (h *traffic) note(format string, args ...any) {
	h.calls = append(h.calls, fmt.Sprintf(format, args...))
}

func (h *traffic) Changed()                  { h.note("changed") }
func (h *traffic) Load() (int, int)          { return h.sessions, h.queued }
func (h *traffic) Shutdown(r ShutdownReason) { h.note("shutdown %d", r) }
func (h *traffic) LimitSessions(n int)       { h.note("limit %d", n) }
func (h *traffic) Unreachable()              { h.note("unreachable") }

func (h *traffic) Requeue() int {
	n := h.queued
	h.queued = 0
	h.note("requeue")
	return n
}

func (h *traffic) Grab() int {
	h.note("grab")
	return 2
}

func TestHooks(t *testing.T) {
	h := &traffic{sessions: 4, queued: 3}
	var rec recorder
	s := New(Options{Notifier: &rec}).Backend(BackendConfig{Name: "b"}).Server(ServerConfig{
		Name: "s", Weight: 10, Agent: &Agent{}, ShutdownSessions: true, ShutdownBackupSessions: true,
	}, h)
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() { s.SetHealth(Stopped) }, "changed, shutdown 0, requeue"},
		{func() { s.SetHealth(Running) }, "changed, shutdown 1, grab"},
		{func() { s.SetWeight(3) }, "changed"},
		{func() { s.SetWeight(3) }, ""},
		{func() { s.Drain() }, "changed, requeue"},
		{func() { s.Ready() }, "changed, shutdown 1, grab"},
		{func() { s.Disable() }, "changed, shutdown 0, requeue"},
		{func() { s.SetHealth(Running) }, ""},
		{func() { s.Enable() }, "changed, shutdown 1, grab"},
		{func() {
			s.lock()
			defer s.unlock()
			s.agent.obey(parseAnswer("50% maxconn:7"))
		}, "changed, limit 7"},
	} {
		h.calls = nil
		step.do()
		if got := strings.Join(h.calls, ", "); got != step.want {
			t.Errorf("%s, want %s", got, step.want)
		}
	}
	want := []string{
		"Server b/s is DOWN, changed from CLI. 0 active and 0 backup servers left. 4 sessions active, 3 requeued, 0 remaining in queue.",
		"backend b has no server available!",
		"Server b/s is UP, changed from CLI. 1 active and 0 backup servers online. 2 sessions requeued, 0 total in queue.",
	}
	if got := rec.take(); !slices.Equal(got[:3], want) {
		t.Errorf("messages %q", got[:3])
	}
}
