package api

import (
	_ "embed"
	"strings"
	"sync"
)

// haproxyCommands lists the commands that HAProxy 2.6 has and gohap lacks, one
// a line.
//
//go:embed haproxy-commands.txt
var haproxyCommands string

var lacking = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(haproxyCommands) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			m[line] = true
		}
	}
	return m
})

// unsupported returns the command of HAProxy's that words begin with and that
// does not exist here; "" when they mean nothing there either.
func unsupported(words []string) string {
	for n := min(maxWords, len(words)); n > 0; n-- {
		if name := strings.Join(words[:n], " "); lacking()[name] {
			return name
		}
	}
	return ""
}
