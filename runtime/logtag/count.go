package logtag

import (
	"os"
	"strconv"
	"sync"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	count("U", "The bytes that the client sent.", func(s *core.Stream) int64 { return s.Log.BytesIn })
	count("ac", "The connections of the whole process when the line was made.", func(s *core.Stream) int64 { return load(s).ActConn })
	count("fc", "The connections of the frontend when the line was made.", func(s *core.Stream) int64 { return load(s).FeConn })
	count("bc", "The streams in the backend when the line was made.", func(s *core.Stream) int64 { return load(s).BeConn })
	count("sc", "The streams on the server when the line was made.", func(s *core.Stream) int64 { return load(s).SrvConn })
	count("sq", "The streams that waited for the server before this one.", func(s *core.Stream) int64 { return int64(s.Log.ServerQueue) })
	count("bq", "The streams that waited in the backend before this one.", func(s *core.Stream) int64 { return int64(s.Log.BackendQueue) })
	add("B", "The bytes sent to the client.", registry.AnyMode, func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
		return strconv.AppendInt(appendSoFar(dst, s), s.Log.BytesOut, 10)
	})
	add("rc", "How often the connection to a server was tried again; with a plus sign if another server got the stream in the end.",
		registry.AnyMode, func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
			if s.Log.Redispatched {
				dst = append(dst, '+')
			}
			return strconv.AppendInt(dst, int64(s.Log.Retries), 10)
		})
	add("rt", "The number of the stream within the process, from 0.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			return appendNumber(dst, int64(s.Log.Number), f)
		})
	add("lc", "The number of the log line within the frontend, from 0.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			return appendNumber(dst, int64(s.Frontend.State.Logged.Load()), f)
		})
	add("pid", "The process's number.", registry.AnyMode, func(dst []byte, _ *core.Stream, f registry.FormatFlags) []byte {
		return appendNumber(dst, int64(pid()), f)
	})
}

// pid is asked for when the first line is made: in the process that serves.
var pid = sync.OnceValue(os.Getpid)

func count(name, doc string, of func(*core.Stream) int64) {
	add(name, doc, registry.AnyMode, func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
		return strconv.AppendInt(dst, of(s), 10)
	})
}

// load is the record of a stream with the numbers of connections in it. They are
// kept when the stream ends; until then rules see those of the moment.
func load(s *core.Stream) *core.LogRecord {
	if s.Log.Total < 0 && s.Control != nil {
		s.Control.MeasureLoad()
	}
	return &s.Log
}

// appendNumber appends a number that the X flag turns to hexadecimal.
func appendNumber(dst []byte, n int64, f registry.FormatFlags) []byte {
	if f&registry.Hex != 0 {
		return appendHex(dst, uint64(n), 4)
	}
	return strconv.AppendInt(dst, n, 10)
}
