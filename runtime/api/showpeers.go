package api

import "gohap/runtime/registry"

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show peers", Usage: "[dict|-] [section]", Manual: "9.3", Doc: "list the peers and how they are reached"},
		Level:   lowest, Run: (*Call).showPeers,
	})
}

func (c *Call) showPeers() {
	name, dict := c.Arg(0), false
	if name == "dict" || name == "-" {
		dict = name == "dict"
		name = c.Arg(1)
	}
	if s := c.process.Graph().FindPeers(name); name != "" && (s == nil || s.Disabled) {
		c.Fail("No such peers\n")
		return
	}
	for _, s := range c.process.Graph().Peers {
		if s.Disabled || name != "" && s.Name != name {
			continue
		}
		if _, err := c.Write(s.Append(nil, dict)); err != nil {
			return
		}
	}
}
