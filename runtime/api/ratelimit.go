package api

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "set rate-limit", Usage: "<setting> <value>", Manual: "9.3",
			Doc: "change how many connections or sessions a second the process takes"},
		Level: core.Admin, Run: (*Call).setRateLimit,
	})
}

func (c *Call) setRateLimit() {
	known := map[string]bool{"connections": true, "sessions": true, "ssl-sessions": true, "http-compression": true}
	if !known[c.Arg(0)] || c.Arg(1) != "global" {
		c.Fail("'set rate-limit' only supports :\n" +
			"   - 'connections global' to set the per-process maximum connection rate\n" +
			"   - 'sessions global' to set the per-process maximum session rate\n" +
			"   - 'ssl-sessions global' to set the per-process maximum SSL session rate\n" +
			"   - 'http-compression global' to set the per-process maximum compression speed in kB/s\n")
		return
	}
	if c.Arg(2) == "" {
		c.Fail("Expects an integer value.\n")
		return
	}
	n := atoi(c.Arg(2))
	switch {
	case n < 0:
		c.Fail("Value out of range.\n")
	case c.Arg(0) == "connections":
		c.process.SetConnRate(n)
	case c.Arg(0) == "sessions":
		c.process.SetSessRate(n)
	default:
		c.Fail("'set rate-limit " + c.Arg(0) + "' is not supported by gohap yet.\n")
	}
}
