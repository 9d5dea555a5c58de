package api

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "clear counters", Usage: "[all]", Manual: "9.3",
				Doc: "forget the highest values seen, or with 'all' all that was counted"},
			Level: core.Operator, Run: (*Call).clearCounters,
		},
		onServer("shutdown sessions server", "<bk>/<srv>", "end the streams of a server",
			func(_ *Call, s *core.Server) { s.Streams.End('K') }),
	)
}

func (c *Call) clearCounters() {
	all := c.Arg(0) == "all"
	if all && !allows(c.level, core.Admin) {
		c.Fail("Permission denied\n")
		return
	}
	for _, p := range c.process.Graph().Proxies {
		if p.FE != nil {
			clearOne(p.FE, all)
		}
		for _, l := range p.Listeners {
			if l.Stats != nil {
				clearOne(l.Stats, all)
			}
		}
		for _, s := range p.Fleet().Servers {
			clearOne(s.Stats, all)
		}
		if p.BE != nil {
			clearOne(p.BE, all)
		}
	}
	if all {
		for _, r := range c.process.Graph().Resolvers {
			for _, n := range r.Stats() {
				n.Counters.Clear()
			}
		}
	}
	c.process.ClearMax()
}

func clearOne(counters interface {
	ClearMax()
	Clear()
}, all bool) {
	if all {
		counters.Clear()
	} else {
		counters.ClearMax()
	}
}
