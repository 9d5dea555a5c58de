package api

import (
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/lua"
)

// script runs the command that a script has registered for the words, where there is
// one.
func (c *Call) script(words []string) bool {
	for n := min(maxWords, len(words)); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		for _, cmd := range lua.Of(c.process.Graph()).Commands() {
			if cmd.Name != name {
				continue
			}
			if allows(c.level, core.Operator) {
				cmd.Run(c, words)
			} else {
				c.Fail("Permission denied\n")
			}
			return true
		}
	}
	return false
}
