package api

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/ring"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show events", Usage: "[<sink>] [-w] [-n]", Manual: "9.3",
			Doc: "list the rings, or show the lines in one (-w: and those to come, -n: only those)"},
		Level: lowest, Run: (*Call).showEvents,
	})
}

func (c *Call) showEvents() {
	rings := c.process.Graph().Rings
	name := c.Arg(0)
	if name == "" {
		c.Printf("Supported events sinks are listed below. Add -w(wait), -n(new). Any key to stop\n")
		for i, f := range []string{"stdout", "stderr"} {
			c.Printf("    %-10s : type=fd, 0 dropped, standard output (fd#%d)\n", f, i+1)
		}
		for _, r := range rings.All {
			c.Printf("    %-10s : type=buffer, %d dropped, %s\n", r.Name, r.Dropped(), r.Description)
		}
		return
	}
	r := rings.Find(name)
	switch {
	case name == "stdout" || name == "stderr":
		c.Fail("Nothing to report for this sink")
		return
	case r == nil:
		c.Fail("No such event sink")
		return
	}
	var wait, fresh bool
	for _, word := range c.Args[1:] {
		switch word {
		case "-w":
			wait = true
		case "-n":
			fresh = true
		case "-wn", "-nw":
			wait, fresh = true, true
		default:
			c.Fail("unknown option")
			return
		}
	}
	c.follow(r, wait, fresh)
}

// follow shows the lines of a ring. Those that are overwritten before a slow client
// has taken them are not shown: nobody waits for it.
func (c *Call) follow(r *core.Ring, wait, fresh bool) {
	reader := r.Reader(c.client.Interrupt)
	defer reader.Close()
	if fresh {
		reader.Seek()
	}
	for {
		if !c.drain(reader) || !wait || c.in.Buffered() > 0 {
			return
		}
		if reader.Arm() && !c.idle(reader) {
			return
		}
	}
}

// drain shows what is there. It reports false when the client is lost.
func (c *Call) drain(reader *ring.Reader) bool {
	var line []byte
	for {
		var ok bool
		if line, ok = reader.Next(line[:0]); !ok {
			return c.out.Flush() == nil
		}
		c.out.Write(line)
		if c.out.WriteByte('\n') != nil {
			return false
		}
	}
}

// idle waits for news in the ring, for which the armed reader interrupts the
// connection, and reports whether there is some: not if the client says anything,
// or goes away. What it says is dropped.
func (c *Call) idle(reader *ring.Reader) bool {
	var key [256]byte
	c.client.SetReadTimeout(0)
	n, err := c.client.Read(key[:])
	news := reader.Disarm()
	c.client.Resume()
	c.client.SetReadTimeout(c.timeout)
	return n == 0 && err != nil && news
}
