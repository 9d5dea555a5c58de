// Package balance chooses the server of a backend that takes a request
// (configuration.txt, section 4.2, "balance" and "hash-type").
//
// # How the runtime uses it
//
// The compile step makes one [Balancer] for each backend with [New], over the
// backend's servers in the order of the configuration. A server is whatever
// implements [Server]; the balancer knows it by its index in that slice and
// hands that index back, so that a stream goes from a pick to its server with
// one slice access.
//
//	b := balance.New(balance.Config{Algorithm: balance.Source}, servers)
//	...
//	i := b.Pick(addr, balance.None)   // addr: 4 or 16 bytes of the client
//	switch i {
//	case balance.NoServer:            // nothing usable: 503, termination SC
//	case balance.AllFull:             // wait in the backend's queue
//	default:
//		s := servers[i]
//		s.served.Add(1)
//		b.Moved(i)                // and again when the connection is over
//	}
//
// Whoever changes what the balancer depends on tells it afterwards: [Balancer.Update]
// after a change of usability, weight or backup role (rare: health checks,
// administration, slow start), [Balancer.Moved] after a change of the sessions
// served or queued (each request; a no-op for most algorithms).
//
// A redispatch passes the server that has just failed as avoid. It is then
// chosen again only when there is no other.
//
// A balancer holds no reference to a configuration. A new graph builds its own;
// the rotation starts anew, as it does in HAProxy after a reload.
//
// # Cost
//
// Picking allocates nothing. The map-based, consistent and random algorithms
// read an immutable table through an atomic pointer and take no lock; round
// robin and leastconn hold a mutex of the backend for the time of a heap move.
package balance
