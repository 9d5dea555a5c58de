package logtag

import (
	"os"
	"sync"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	add("H", "The machine's name.", registry.AnyMode, func(dst []byte, _ *core.Stream, f registry.FormatFlags) []byte {
		return appendText(dst, hostname(), f)
	})
	add("f", "The frontend's name.", registry.AnyMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		return appendText(dst, s.Frontend.Name, f)
	})
	add("ft", "The frontend's name, with a tilde behind it for a client that speaks TLS.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			if s.Session.TLS == nil {
				return appendText(dst, s.Frontend.Name, f)
			}
			dst = appendEscaped(quote(dst, f), s.Frontend.Name, f)
			return quote(append(dst, '~'), f)
		})
	add("b", "The backend's name; the frontend's as long as no backend was chosen.", registry.AnyMode,
		func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
			return appendText(dst, s.Backend.Name, f)
		})
	add("s", "The server's name, or what took its place.", registry.AnyMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		switch {
		case s.Server != nil:
			return appendText(dst, s.Server.Name, f)
		case s.Log.Service != "":
			return appendText(dst, s.Log.Service, f)
		}
		return appendText(dst, "<NOSRV>", f)
	})
	add("ID", "The stream's unique id (unique-id-format).", registry.AnyMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		if s.Frontend.Mode == core.HTTP && !s.RequestParsed {
			return appendNothing(dst, f)
		}
		return appendText(dst, s.UniqueID(), f)
	})
}

var hostname = sync.OnceValue(func() string {
	name, _ := os.Hostname()
	return name
})
