package api

import (
	"os"
	"strings"
	"time"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	add := func(name, shown, usage, doc string, run func(*Call)) {
		Commands.Add(&Command{
			Keyword: registry.Keyword{Name: "debug dev " + name, Usage: usage, Manual: "9.3", Doc: doc},
			Level:   core.Admin, Expert: true, Shown: "debug dev " + shown, Run: run,
		})
	}
	add("exit", "exit  ", "[code]", "end the process at once", func(c *Call) { os.Exit(atoi(c.Arg(0)) & 255) })
	add("panic", "panic", "", "crash the process", func(*Call) {
		// Those of a task or of this client's goroutine would be caught.
		go panic("debug dev panic")
		select {}
	})
	add("delay", "delay ", "[ms]", "keep this client waiting", func(c *Call) { time.Sleep(pause(c)) })
	add("loop", "loop  ", "[ms]", "keep a processor busy", func(c *Call) {
		for end := time.Now().Add(pause(c)); time.Now().Before(end); {
		}
	})
	add("log", "log   ", "[msg] ...", "send a line to the log targets of the global section",
		func(c *Call) { c.process.Log(strings.Join(c.Args, " ")) })
	add("write", "write ", "[size]", "answer with so many bytes", func(c *Call) {
		switch n := atoi(c.Arg(0)); {
		case c.Arg(0) == "":
			c.Fail("Missing output size.\n")
		case n >= c.options.BufSize:
			c.Fail("Output too large, must be <tune.bufsize.\n")
		case n > 0:
			c.Printf("%s", strings.Repeat(".", n))
		}
	})
}

// longest is how long a command may keep a thread.
const longest = 10 * time.Minute

// pause is the time in milliseconds that the first argument gives.
func pause(c *Call) time.Duration {
	return min(time.Duration(max(atoi(c.Arg(0)), 0))*time.Millisecond, longest)
}
