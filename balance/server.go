package balance

// WeightScale is the unit of [Server.Weight]: a server with `weight 1` that has
// finished its slow start has an effective weight of WeightScale.
const WeightScale = 16

// Server is what an algorithm asks of a server. The methods are called from any
// goroutine, some of them for each request and under the balancer's lock: they
// must be plain (atomic) reads, must not block and must not call the balancer.
type Server interface {
	// ID is the server's number in its backend: `id`, or else its position
	// counted from 1. It places the server on the consistent hash's ring and
	// orders the servers for `balance first`. It never changes.
	ID() int
	// Weight is the effective weight in units of 1/WeightScale, 0 to 4096.
	// A server of weight 0 is not picked.
	Weight() int
	// Usable says whether new sessions may be sent to the server: it is
	// neither down, nor stopping, nor drained, nor in maintenance.
	Usable() bool
	// Backup says whether this is a `backup` server.
	Backup() bool
	// Served is the number of sessions that the server is working on.
	Served() int
	// Queued is the number of sessions in the server's own queue.
	Queued() int
	// MaxConn is how many sessions the server takes at once at the moment
	// (after minconn, fullconn and slow start), 0 for any number.
	MaxConn() int
	// MaxQueue is the length that the server's queue may have, 0 for any.
	MaxQueue() int
}

// busy says whether a new session would have to wait for s: rotating algorithms
// then look for another server first.
func busy(s Server) bool {
	m := s.MaxConn()
	return m > 0 && (s.Queued() > 0 || s.Served() >= m)
}
