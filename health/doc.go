// Package health knows the state of every server: whether it may take traffic,
// with which weight, and why. It runs the health checks and agent checks that
// move this state, counts the errors that traffic observes, takes the
// administrator's orders, and writes the messages that tell about all of it
// (configuration.txt, section 5.2; management.txt, section 9.3).
//
// # How the runtime uses it
//
// A graph has one [Scheduler]. The compile step adds its backends and servers:
//
//	sched := health.New(health.Options{SpreadChecks: 5, Notifier: n})
//	be := sched.Backend(health.BackendConfig{Name: "app", ...})
//	s := be.Server(health.ServerConfig{Name: "s1", Check: &health.Check{...}}, hooks)
//
// and, once all servers exist, resolves `track` with [Server.Track]. The state
// of a new server is that of the configuration: up until proven otherwise, with
// health such that the first failing check takes it down, or in maintenance.
//
// When the new graph takes over, and before its Start, the runtime copies the
// state of the servers that the old graph knew too, by their names:
//
//	for each server of the new graph:
//		if old := oldGraph.server(backend + "/" + name); old != nil {
//			s.Import(old.Export())
//		}
//	oldSched.Stop()    // waits for the checks in flight
//	sched.Start()
//
// [Scheduler.Start] spreads the first checks over the intervals; [Scheduler.Stop]
// ends all checks. Servers that come and go while traffic flows are added and
// removed the same way: be.Server, then [Server.Start]; [Server.Remove].
//
// What a request needs is read without a lock: [Server.Usable], [Server.Weight].
// What traffic learns about a server goes in through [Server.Observe], which is
// one atomic load for a success. Everything else takes the scheduler's lock,
// which is never held while a check waits for the network.
//
// [Hooks] is what the runtime does for a server when its state changes, and
// [Notifier] is where messages go: the runtime writes [Event.Message] to stderr
// and [Event.Log] to the backend's log targets.
package health
