package api

import (
	"os"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/stats/json"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "show version", Manual: "9.3", Doc: "show the version of this process"},
			Level:   lowest,
			Run:     func(c *Call) { c.Info(c.process.Version() + "\n") },
		},
		&Command{
			Keyword: registry.Keyword{Name: "show backend", Manual: "9.3", Doc: "list the backends"},
			Level:   lowest, Run: (*Call).showBackend,
		},
		&Command{
			Keyword: registry.Keyword{Name: "show env", Usage: "[var]", Manual: "9.3",
				Doc: "show the environment of the process, or one variable of it"},
			Level: core.Operator, Run: (*Call).showEnv,
		},
		&Command{
			Keyword: registry.Keyword{Name: "show cli sockets", Manual: "9.3",
				Doc: "list the addresses at which these commands are taken"},
			Level: lowest, Run: (*Call).showSockets,
		},
		&Command{
			Keyword: registry.Keyword{Name: "show schema json", Manual: "9.3",
				Doc: "show the schema of what other commands show as JSON"},
			Level: lowest,
			Run:   func(c *Call) { c.Write(append(json.AppendSchema(nil), '\n')) },
		},
	)
}

func (c *Call) showBackend() {
	c.Printf("# name\n")
	for _, p := range c.process.Graph().Proxies {
		if p.Has(core.Backend) && !p.Disabled {
			c.Printf("%s\n", p.Name)
		}
	}
}

func (c *Call) showEnv() {
	if name := c.Arg(0); name != "" {
		v, ok := os.LookupEnv(name)
		if !ok {
			c.Fail("Variable not found\n")
			return
		}
		c.Printf("%s=%s\n", name, v)
		return
	}
	for _, v := range os.Environ() {
		c.Printf("%s\n", v)
	}
}

func (c *Call) showSockets() {
	c.Printf("# socket lvl processes\n")
	for _, l := range c.process.Graph().Global.StatsSockets {
		c.Printf("%s %s all\n", socketName(l), levelName(l.Level))
	}
}

// socketName is a listener's address with its family.
func socketName(l *core.Listener) string {
	a := l.Addr
	if !a.IsIP() || !a.IP.IsValid() {
		return a.String()
	}
	a.Port, a.PortEnd = l.Port, l.Port
	if a.IP.Is6() {
		return "ipv6@" + a.String()
	}
	return "ipv4@" + a.String()
}
