package balance

// Algorithm is the first word of a `balance` line.
type Algorithm uint8

// The algorithms. Those from Source to Hash map a key to a server; the caller
// extracts the key (see the functions URIKey and DomainKey), and a nil
// key stands for "not in this request": the servers then take turns.
const (
	RoundRobin Algorithm = iota // the default
	StaticRR
	LeastConn
	First
	Random
	Source // key: the client's address, 4 or 16 bytes
	URI
	URLParam
	Hdr
	RDPCookie
	Hash // balance hash <expr>; key: the sample's bytes
)

var algorithms = [...]string{
	"roundrobin", "static-rr", "leastconn", "first", "random", "source",
	"uri", "url_param", "hdr", "rdp-cookie", "hash",
}

// String is the name as the configuration and the statistics write it.
func (a Algorithm) String() string {
	if int(a) < len(algorithms) {
		return algorithms[a]
	}
	return "unknown"
}

// Keyed says whether the algorithm maps a key to a server.
func (a Algorithm) Keyed() bool { return a >= Source }

// Function is the hash function of `hash-type`.
type Function uint8

// The functions; SDBM is the default.
const (
	SDBM Function = iota
	DJB2
	WT6
	CRC32
)

// Preserve is what keyed algorithms do when the server that a key means is full:
// `hash-preserve-affinity`.
type Preserve uint8

// The words of that line; Always is the default.
const (
	// PreserveAlways has sessions wait for their server.
	PreserveAlways Preserve = iota
	// PreserveMaxConn lets another server have them that takes them at once.
	PreserveMaxConn
	// PreserveMaxQueue does so once the server's queue is full as well.
	PreserveMaxQueue
)

// given says whether a session that means s goes elsewhere.
func (p Preserve) given(s Server) bool {
	switch p {
	case PreserveMaxConn:
		return busy(s)
	case PreserveMaxQueue:
		return busy(s) && s.MaxQueue() > 0 && s.Queued() >= s.MaxQueue()
	}
	return false
}

// Config is a backend's choice of algorithm. The zero value is round robin.
type Config struct {
	Algorithm Algorithm

	// Consistent, Function and Avalanche are the arguments of `hash-type`.
	// Without that line the hash is map-based, with SDBM and no avalanche;
	// `hash-type consistent` without a function has Avalanche set, see
	// DefaultAvalanche.
	Consistent bool
	Function   Function
	Avalanche  bool

	// Draws is the argument of random(), 0 for the default of 2.
	Draws int
	// BalanceFactor is `hash-balance-factor` in percent, 0 for none, else
	// above 100. It bounds a server's load in consistent and random hashing.
	BalanceFactor int
	// Preserve is `hash-preserve-affinity`.
	Preserve Preserve
	// AllBackups is `option allbackups`.
	AllBackups bool
}

// Dynamic says whether weights may change while servers are up, and therefore
// whether slow start has an effect.
func (c *Config) Dynamic() bool {
	switch c.Algorithm {
	case StaticRR:
		return false
	case RoundRobin, LeastConn, First, Random:
		return true
	}
	return c.Consistent
}
