package logtag

import (
	"time"

	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/registry"
)

func init() {
	date("t", "When the client was accepted, in local time with milliseconds.", registry.AnyMode, accepted, logs.AppendDate)
	date("T", "When the client was accepted, in UTC.", registry.AnyMode, accepted, logs.AppendGMT)
	date("Tl", "When the client was accepted, in local time with its offset.", registry.AnyMode, accepted, logs.AppendLocal)
	date("tr", "When the request began, in local time with milliseconds.", registry.HTTPMode, requested, logs.AppendDate)
	date("trg", "When the request began, in UTC.", registry.HTTPMode, requested, logs.AppendGMT)
	date("trl", "When the request began, in local time with its offset.", registry.HTTPMode, requested, logs.AppendLocal)
	add("Ts", "When the client was accepted, in seconds since 1970.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			return appendNumber(dst, s.Log.Start.Unix(), f)
		})
	add("ms", "The milliseconds within the second in which the client was accepted.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			if f&registry.Hex != 0 {
				return appendHex(dst, uint64(s.Log.Start.Nanosecond()/1e6), 2)
			}
			return logs.AppendMillis(dst, s.Log.Start)
		})
}

func date(name, doc string, mode registry.Modes, of func(*core.LogRecord) time.Time, form func([]byte, time.Time) []byte) {
	add(name, doc, mode, func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
		return form(dst, of(&s.Log))
	})
}

func accepted(l *core.LogRecord) time.Time { return l.Start }

// requested is when the request's first byte came.
func requested(l *core.LogRecord) time.Time {
	return l.Start.Add(max(l.Handshake, 0) + max(l.Idle, 0))
}
