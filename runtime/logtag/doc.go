// Package logtag holds the variables of log formats (configuration.txt 8.2.6),
// a file for each family. Importing it registers them. They append to the line
// that is being built and allocate nothing.
package logtag

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// appender appends a variable's value as the flags of its place ask for.
type appender func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte

// add registers a variable that has a meaning in the given modes.
func add(name, doc string, mode registry.Modes, a appender) {
	registry.LogTags.Add(&registry.LogTag{
		Keyword: registry.Keyword{
			Name: name, Manual: "8.2.6", Doc: doc,
			OK: []string{"%" + name, "%{+Q,+X,+E}" + name},
		},
		Mode: mode,
		Compile: func(_ *registry.Compiler, f registry.FormatFlags) registry.AppendFunc {
			return func(dst []byte, s *core.Stream) []byte { return a(dst, s, f) }
		},
	})
}
