package api

import (
	"fmt"
	"slices"
	"strings"

	"gohap/parser/diag"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "help", Usage: "[<command>]", Manual: "9.3",
			Doc: "list the commands, all or those like <command>"},
		Level: lowest, Last: true, Run: (*Call).help,
	})
}

// help lists all commands, or those that its arguments may mean.
func (c *Call) help() {
	c.Info("The following commands are valid at this level:\n")
	c.list(c.Args)
}

// unknown answers a command that does not exist.
func (c *Call) unknown(words []string) {
	switch {
	case len(words) == 0:
		c.Info("Unknown command. Please enter one of the following commands only:\n")
	case unsupported(words) != "":
		c.Fail("'" + unsupported(words) + "' is a HAProxy command that gohap does not support yet.\n")
		return
	default:
		c.Info("Unknown command, but maybe one of the following ones is a better match:\n")
	}
	c.list(words)
}

// list shows what words may mean, and always the last commands.
func (c *Call) list(words []string) {
	meant := similar(words, c.expert)
	for _, cmd := range listed(c.expert) {
		if cmd.Last || len(words) == 0 || slices.Contains(meant, cmd.Name) {
			name := cmd.Name
			if cmd.Shown != "" {
				name = cmd.Shown
			}
			fmt.Fprintf(c, "  %-40s: %s\n", strings.TrimRight(name+" "+cmd.Usage, " "), cmd.Doc)
		}
	}
}

// proposals is how many commands are shown for a word that begins none.
const proposals = 5

// similar returns the names of the commands that share most leading words with
// words. If these go on with a word that none of them has, it is the few that
// come nearest.
func similar(words []string, expert bool) []string {
	names, shared := []string{}, 0
	for _, cmd := range listed(expert) {
		have := strings.Fields(cmd.Name)
		n := 0
		for n < min(len(have), len(words)) && have[n] == words[n] {
			n++
		}
		if n > shared {
			names, shared = nil, n
		}
		if n == shared {
			names = append(names, cmd.Name)
		}
	}
	if shared == len(words) || len(names) <= proposals {
		return names
	}
	text := strings.Join(words, " ")
	var near []string
	for len(near) < proposals {
		best := diag.Suggest(text, names)
		if best == "" {
			break
		}
		near = append(near, best)
		names = slices.DeleteFunc(names, func(n string) bool { return n == best })
	}
	return near
}
