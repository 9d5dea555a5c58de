package stats

import "sync/atomic"

// Responses counts HTTP responses by class: index 1 to 5 for 1xx to 5xx, index
// 0 for anything else.
type Responses [6]atomic.Uint64

// Count counts a response with the given status.
func (r *Responses) Count(status int) {
	class := status / 100
	if class < 1 || class > 5 {
		class = 0
	}
	r[class].Add(1)
}

// load returns plain values in the same order.
func (r *Responses) load() (v [6]uint64) {
	for i := range r {
		v[i] = r[i].Load()
	}
	return v
}

// Compression counts what the HTTP compressor did with response bodies.
type Compression struct {
	BytesIn   atomic.Uint64 // submitted to it
	BytesOut  atomic.Uint64 // emitted by it
	Bypassed  atomic.Uint64 // passed by for a limit of CPU, memory or bandwidth
	Responses atomic.Uint64 // compressed responses
}

// TLS counts handshakes.
type TLS struct {
	Sessions         atomic.Uint64 // established
	Reused           atomic.Uint64 // of these, resumed ones
	FailedHandshakes atomic.Uint64
}

// H1 counts the traffic of the HTTP/1 codec on one side of a proxy.
type H1 struct {
	Connections     atomic.Uint64
	Streams         atomic.Uint64
	BytesIn         atomic.Uint64
	BytesOut        atomic.Uint64
	SplicedBytesIn  atomic.Uint64 // moved by splice(2); part of BytesIn
	SplicedBytesOut atomic.Uint64 // moved by splice(2); part of BytesOut
}

// H2 counts the traffic of the HTTP/2 codec on one side of a proxy.
type H2 struct {
	HeadersReceived   atomic.Uint64 // frames, as are the following four
	DataReceived      atomic.Uint64
	SettingsReceived  atomic.Uint64
	RstStreamReceived atomic.Uint64
	GoAwayReceived    atomic.Uint64
	ConnectionErrors  atomic.Uint64 // protocol errors detected on a connection
	StreamErrors      atomic.Uint64 // protocol errors detected on a stream
	RstStreamSent     atomic.Uint64 // on a detected error
	GoAwaySent        atomic.Uint64 // on a detected error
	Connections       atomic.Uint64
	Streams           atomic.Uint64
}

// Open holds the connections and streams that each codec has open. They are
// kept a shard each, so one shard's value may be negative when a connection
// ends on another one than it began on; only the sum means something.
type Open struct {
	H1Connections, H1Streams atomic.Int64
	H2Connections, H2Streams atomic.Int64
}
