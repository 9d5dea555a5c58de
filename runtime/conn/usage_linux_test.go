package conn

import "testing"

// TestTaskUsage counts the turns of a task and, where that is asked for, their time.
func TestTaskUsage(t *testing.T) {
	for _, on := range []bool{false, true} {
		Profile(on)
		onLoop(t, 0, func() {
			if u := TaskUsage(); u.Calls != 1 || u.CPU != 0 || (u.Latency > 0) != on {
				t.Errorf("profiled %v: begins with %+v", on, u)
			}
			var e Event
			var k Task
			k.Go(e.Signal)
			e.Wait(0)
			k.Join()
			if u := TaskUsage(); u.Calls < 2 || (u.CPU > 0) != on {
				t.Errorf("profiled %v: %+v after a wait", on, u)
			}
		})
	}
	Profile(false)
	if u := TaskUsage(); u != (Usage{Calls: 1}) {
		t.Errorf("on no loop: %+v", u)
	}
}
