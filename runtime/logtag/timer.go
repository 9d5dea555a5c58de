package logtag

import (
	"strconv"
	"time"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	timer("Th", "The time that the handshakes of the connection took (PROXY protocol, TLS).", registry.AnyMode,
		func(l *core.LogRecord) time.Duration { return l.Handshake })
	timer("Ti", "The time that the client was idle before the request.", registry.HTTPMode,
		func(l *core.LogRecord) time.Duration { return l.Idle })
	timer("TR", "The time from the request's first byte to the end of its headers.", registry.HTTPMode,
		func(l *core.LogRecord) time.Duration { return l.RequestTime })
	timer("Tq", "The time from accept, or from the previous request, to the end of the request's headers.", registry.HTTPMode, waited)
	timer("Tw", "The time spent in queues.", registry.AnyMode,
		func(l *core.LogRecord) time.Duration { return l.QueueTime })
	timer("Tc", "The time that the connection to the server took.", registry.AnyMode,
		func(l *core.LogRecord) time.Duration { return l.ConnectTime })
	timer("Tr", "The time that the server took to answer, up to the end of the headers.", registry.HTTPMode,
		func(l *core.LogRecord) time.Duration { return l.ResponseTime })
	timer("Td", "The time from the response's headers to the end of the data.", registry.AnyMode, data)
	total("Ta", "The time from the request's first byte to the end.", registry.HTTPMode,
		func(l *core.LogRecord) time.Duration { return l.DataTime })
	total("Tt", "The time from accept, or from the previous request, to the end.", registry.AnyMode,
		func(l *core.LogRecord) time.Duration { return l.Total })
	total("Tu", "The time from accept to the end, as a user sees it: without the idle time.", registry.AnyMode, user)
}

// timer adds a variable for a duration in milliseconds; -1 did not happen.
func timer(name, doc string, mode registry.Modes, of func(*core.LogRecord) time.Duration) {
	add(name, doc, mode, func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
		return appendMillis(dst, of(&s.Log))
	})
}

// total adds a variable for a duration that ends with the stream: under option
// logasap the line may come before, which a plus sign tells.
func total(name, doc string, mode registry.Modes, of func(*core.LogRecord) time.Duration) {
	add(name, doc, mode, func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
		return appendMillis(appendSoFar(dst, s), of(&s.Log))
	})
}

func appendSoFar(dst []byte, s *core.Stream) []byte {
	if s.Frontend.Is(core.OptLogASAP) {
		return append(dst, '+')
	}
	return dst
}

func appendMillis(dst []byte, d time.Duration) []byte {
	if d < 0 {
		return append(dst, "-1"...)
	}
	return strconv.AppendInt(dst, d.Milliseconds(), 10)
}

// waited is Th + Ti + TR, when there was a request.
func waited(l *core.LogRecord) time.Duration {
	if l.RequestTime < 0 {
		return -1
	}
	return max(l.Handshake, 0) + max(l.Idle, 0) + l.RequestTime
}

// user is the total without the idle time.
func user(l *core.LogRecord) time.Duration {
	if l.Total < 0 {
		return -1
	}
	return l.Total - max(l.Idle, 0)
}

// data is what remains of the total once the transfer began, -1 if it did not.
func data(l *core.LogRecord) time.Duration {
	if l.ConnectTime < 0 || l.RequestTime >= 0 && l.ResponseTime < 0 {
		return -1
	}
	t := l.Total - max(l.Handshake, 0) - max(l.Idle, 0) - max(l.RequestTime, 0) -
		max(l.QueueTime, 0) - l.ConnectTime - max(l.ResponseTime, 0)
	return max(t, 0)
}
