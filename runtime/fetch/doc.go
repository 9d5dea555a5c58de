// Package fetch holds the sample fetches (configuration.txt 7.3), a file for
// each close family. Importing it registers them.
package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// plain wraps a fetch that takes no arguments and needs no compiling.
func plain(f core.Fetch) func(*registry.Compiler, []registry.Arg) (core.Fetch, error) {
	return func(*registry.Compiler, []registry.Arg) (core.Fetch, error) { return f, nil }
}
