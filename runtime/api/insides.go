package api

import (
	"strconv"
	"strings"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	view := func(name string, level core.Level, usage, doc string, run func(*Call)) *Command {
		return &Command{Keyword: registry.Keyword{Name: name, Usage: usage, Manual: "9.3", Doc: doc}, Level: level, Run: run}
	}
	Commands.Add(
		view("show startup-logs", core.Operator, "", "show what was said while the process started",
			func(c *Call) { c.Printf("%s", c.process.StartupLog()) }),
		view("show activity", lowest, "", "show what each thread has done", (*Call).showActivity),
		view("show threads", lowest, "", "show what each thread does now", (*Call).showThreads),
		view("show fd", core.Operator, "[num]", "list the sockets of the process, or show one", (*Call).showFD),
	)
}

func (c *Call) showActivity() {
	all := conn.Activities()
	now := time.Now()
	c.Printf("thread_id: 1 (1..%d)\ndate_now: %d.%06d\n", len(c.process.Accepted()), now.Unix(), now.Nanosecond()/1000)
	line := func(name string, n int, value func(i int) uint64) {
		total, each := uint64(0), ""
		for i := range n {
			total += value(i)
			each += strconv.FormatUint(value(i), 10) + " "
		}
		c.Printf("%s: %d", name, total)
		if n > 1 {
			c.Printf(" [ %s]", each)
		}
		c.Printf("\n")
	}
	if len(all) > 0 {
		line("ctxsw", len(all), func(i int) uint64 { return all[i].Turns })
		line("loops", len(all), func(i int) uint64 { return all[i].Rounds })
		line("poll_io", len(all), func(i int) uint64 { return all[i].Events })
	}
	accepted := c.process.Accepted()
	line("accepted", len(accepted), func(i int) uint64 { return accepted[i] })
}

func (c *Call) showThreads() {
	profiled := bit(c.process.Profiling() == "on")
	all := conn.Activities()
	for i, a := range all {
		mark := ' '
		if a.Stuck {
			mark = '>'
		}
		c.Printf("%c Thread %-2d: id=0x%x act=%d conns=%d\n      1/%-4d stuck=%d prof=%d harmless=%d\n",
			mark, i+1, a.Thread, bit(!a.Asleep), a.Conns, i+1, bit(a.Stuck), profiled, bit(a.Asleep))
		if i+1 < len(all) {
			c.Printf("\n")
		}
	}
	if running := conn.RunningTasks(); len(running) > 0 {
		c.Printf("\n%s", running)
	}
}

func (c *Call) showFD() {
	only := -1
	if w := c.Arg(0); w != "" {
		only = atoi(w)
	}
	for _, f := range c.process.Descriptors() {
		if only >= 0 && f.FD != only {
			continue
		}
		c.Printf("%7d : tmask=%#x", f.FD, f.Threads)
		switch {
		case f.Listener != nil:
			c.Printf(" l.st=%s fe=%s", f.State, f.Listener.Proxy.Name)
		default:
			c.Printf(" back=%d", bit(f.Back))
		}
		c.Printf(" fam=%s", f.Family)
		if f.Family != "unix" {
			c.Printf(" lport=%d", f.Port)
		}
		switch {
		case f.Server != nil:
			c.Printf(" px=%s sv=%s", f.Server.Proxy.Name, f.Server.Name)
		case f.Frontend != nil:
			c.Printf(" fe=%s", f.Frontend.Name)
		}
		c.Printf("\n")
	}
}

// inUnits writes a time in four digits.
func inUnits(d time.Duration) string {
	units := []struct {
		name string
		is   time.Duration
	}{{"ns", 1}, {"us", time.Microsecond}, {"ms", time.Millisecond}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}}
	u := units[0]
	for _, larger := range units[1:] {
		if d >= larger.is {
			u = larger
		}
	}
	text := strconv.FormatFloat(float64(d)/float64(u.is), 'f', 3, 64)
	if len(text) > 5 {
		text = strings.TrimSuffix(text[:5], ".")
	}
	return text + u.name
}
