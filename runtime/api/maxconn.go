package api

import (
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "set maxconn server", Usage: "<bk>/<srv>", Manual: "9.3",
				Doc: "change how many streams a server takes at a time"},
			Level: core.Admin, Run: (*Call).setMaxConnServer,
		},
		&Command{
			Keyword: registry.Keyword{Name: "set maxconn frontend", Usage: "<frontend> <value>", Manual: "9.3",
				Doc: "change how many connections a frontend takes at a time"},
			Level: core.Admin, Run: (*Call).setMaxConnFrontend,
		},
		&Command{
			Keyword: registry.Keyword{Name: "set maxconn global", Usage: "<value>", Manual: "9.3",
				Doc: "change how many connections the process takes at a time"},
			Level: core.Admin, Run: (*Call).setMaxConnGlobal,
		},
	)
}

func (c *Call) setMaxConnServer() {
	s := c.server()
	if s == nil {
		return
	}
	text := c.Arg(1)
	if text == "" {
		c.Fail("Require <maxconn>.\n")
		return
	}
	garbage := strings.TrimLeft(strings.TrimLeft(text, "-+"), "0123456789")
	n, err := strconv.ParseInt(strings.TrimSuffix(text, garbage), 10, 64)
	switch {
	case err != nil:
		c.Fail("maxconn string empty or preceded by garbage")
		return
	case garbage != "":
		c.Fail("Trailing garbage in maxconn string")
		return
	}
	s.Limit.Store(max(n, 0))
	s.ServeQueue()
}

func (c *Call) setMaxConnFrontend() {
	p := c.frontend()
	if p == nil {
		return
	}
	n := atoi(c.Arg(1))
	switch {
	case c.Arg(1) == "":
		c.Fail("Integer value expected.\n")
	case n < 0:
		c.Fail("Value out of range.\n")
	default:
		c.process.SetFrontendMaxConn(p, n)
	}
}

func (c *Call) setMaxConnGlobal() {
	switch {
	case c.Arg(0) == "":
		c.Fail("Expects an integer value.\n")
	case !c.process.SetMaxConn(atoi(c.Arg(0))):
		c.Fail("Value out of range.\n")
	}
}
