// Package match holds the match methods of ACLs (configuration.txt 7.1.1 to
// 7.1.6), a file for each family. Patterns are compiled to whatever finds them
// fastest: hash sets, sorted ranges and networks, or regexps. Importing the
// package registers them.
package match

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// any returns a matcher that holds when one of ms does.
func anyOf(ms []registry.Matcher) registry.Matcher {
	if len(ms) == 1 {
		return ms[0]
	}
	return func(s *core.Stream, p *core.Sample) bool {
		for _, m := range ms {
			if m(s, p) {
				return true
			}
		}
		return false
	}
}
