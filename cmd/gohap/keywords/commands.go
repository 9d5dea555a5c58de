package keywords

import (
	"bufio"
	"fmt"
	"slices"

	"gohap/runtime/api"
)

// master are the commands of the master's socket.
var master = []string{
	"@!<pid>", "@<relative pid>", "@master", "experimental-mode", "expert-mode", "help", "mcli-debug-mode", "operator",
	"prompt", "quit", "reload", "show cli level", "show cli sockets", "show proc", "show version", "user",
}

// commands lists those of the runtime API, and who takes them.
func commands(w *bufio.Writer) {
	worker := api.Commands.Names()
	all := slices.Concat(master, worker)
	slices.Sort(all)
	for _, name := range slices.Compact(all) {
		w.WriteString(name + " ")
		if slices.Contains(master, name) {
			w.WriteString("[MASTER] ")
		}
		if slices.Contains(worker, name) {
			w.WriteString("[WORKER] ")
		}
		if c, ok := api.Commands.Find(name); ok && c.Experimental {
			w.WriteString("[EXPERIM] ")
		} else if ok && c.Expert {
			w.WriteString("[EXPERT] ")
		}
		fmt.Fprintln(w)
	}
}
