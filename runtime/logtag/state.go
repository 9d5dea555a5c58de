package logtag

import (
	"strconv"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	add("ST", "The status of the response to the client; -1 without one.", registry.AnyMode,
		func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
			return strconv.AppendInt(dst, int64(s.Log.Status), 10)
		})
	add("ts", "Who ended the stream and in which phase: two letters.", registry.AnyMode,
		func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
			return append(dst, letter(s.Log.Cause), letter(s.Log.State))
		})
	add("tsc", "As ts, and two letters on what happened to the persistence cookie.", registry.HTTPMode,
		func(dst []byte, s *core.Stream, _ registry.FormatFlags) []byte {
			return append(dst, letter(s.Log.Cause), letter(s.Log.State), letter(s.Log.Persist), letter(s.Log.Operation))
		})
}

func letter(c byte) byte {
	if c == 0 {
		return '-'
	}
	return c
}
