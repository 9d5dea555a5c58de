package health

import (
	"slices"
	"testing"
)

// TestResolution has names give addresses and not, with other reasons for
// maintenance and without, in the words that HAProxy has for it.
func TestResolution(t *testing.T) {
	var rec recorder
	s := New(Options{Notifier: &rec})
	b := s.Backend(BackendConfig{Name: "b"})
	one := b.Server(ServerConfig{Name: "one", Weight: 1}, nil)
	two := b.Server(ServerConfig{Name: "two", Weight: 1}, nil)
	tracker := b.Server(ServerConfig{Name: "tracker", Weight: 1}, nil)
	if err := tracker.Track(one); err != nil {
		t.Fatal(err)
	}
	one.StartUnresolved()
	if one.Usable() || tracker.Usable() || one.Stats().Status != "MAINT (resolution)" || tracker.Stats().Status != "MAINT (via b/one)" {
		t.Errorf("at the start: %s, tracker %s", one.Stats().Status, tracker.Stats().Status)
	}
	const left = ". 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue."
	for _, c := range []struct {
		do   func() bool
		want bool
		said []string
	}{
		{func() bool { return one.Resolved("app.example") }, true, []string{
			"Server b/one ('app.example') is UP/READY (resolves again).", "Server b/tracker is UP/READY (leaving maintenance)."}},
		{func() bool { return one.Resolved("app.example") }, false, nil},
		{func() bool { two.Unresolved("DNS NX status"); return two.Usable() }, false, []string{
			"Server b/two is going DOWN for maintenance (DNS NX status). 2 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue."}},
		{func() bool { two.Unresolved("DNS timeout status"); return two.Usable() }, false, nil},
		{func() bool { two.Disable(); return two.Usable() }, false, nil},
		{func() bool { return two.Resolved("two.example") }, true, []string{
			"Server b/two ('two.example') resolves again but remains in maintenance."}},
		{func() bool { two.Unresolved("No IP for server "); return two.Usable() }, false, nil},
		{func() bool { two.Ready(); return two.Usable() }, false, []string{
			"Server b/two is leaving forced maintenance but remains in maintenance."}},
		{func() bool { return two.Resolved("two.example") && two.Usable() }, true, []string{
			"Server b/two ('two.example') is UP/READY (resolves again)."}},
		{func() bool { one.Unresolved("No IP for server "); return tracker.Usable() }, false, []string{
			"Server b/one is going DOWN for maintenance (No IP for server ). 2 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
			"Server b/tracker is going DOWN for maintenance via b/one" + left}},
	} {
		if got := c.do(); got != c.want {
			t.Errorf("%q: %v", c.said, got)
		}
		if said := rec.take(); !slices.Equal(said, c.said) {
			t.Errorf("said\n%q, want\n%q", said, c.said)
		}
	}
}
