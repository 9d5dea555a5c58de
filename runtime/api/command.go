package api

import (
	"sort"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Command is one command of the runtime API.
type Command struct {
	// Keyword names the command, by one word or several; Usage is what "help"
	// shows behind the name.
	registry.Keyword
	// Level is what a client needs at least. The zero value is operator.
	Level core.Level
	// Shown is how "help" spells the command where that is not its name.
	Shown string
	// Hidden keeps the command out of "help".
	Hidden bool
	// Experimental asks for the experimental mode of the connection.
	Experimental bool
	// Expert asks for the expert mode of the connection.
	Expert bool
	// Last lists the command behind all others.
	Last bool
	// Run does it. It may wait for the client alone, and holds no lock then.
	Run func(c *Call)
}

// Commands are all commands that a worker knows.
var Commands = registry.NewTable[*Command]("command")

// maxWords is how many words the longest command's name has.
const maxWords = 4

// find returns the command that words begin with, and how many of them are its
// name.
func find(words []string) (*Command, int) {
	for n := min(maxWords, len(words)); n > 0; n-- {
		if c, ok := Commands.Find(strings.Join(words[:n], " ")); ok {
			return c, n
		}
	}
	return nil, 0
}

// listed returns the commands that "help" shows, in its order; those for experts to
// experts only.
func listed(expert bool) []*Command {
	var all []*Command
	for _, c := range Commands.All() {
		if !c.Hidden && !c.Experimental && (!c.Expert || expert) {
			all = append(all, c)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return !all[i].Last && all[j].Last })
	return all
}

// allows reports whether a client of level have may do what needs level need.
func allows(have, need core.Level) bool {
	rank := [...]int{core.User: 0, core.Operator: 1, core.Admin: 2}
	return rank[have] >= rank[need]
}
