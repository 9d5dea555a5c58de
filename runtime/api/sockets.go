package api

import "gohap/runtime/registry"

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "_getsocks", Manual: "9.3",
			Doc: "hand the listening sockets over to a new process"},
		Level: lowest, Hidden: true, Run: (*Call).sendSockets,
	})
}

// sendSockets hands the sockets over where the address allows it. The
// conversation is not one of lines, and is the last on the connection.
func (c *Call) sendSockets() {
	c.over = true
	if c.options.SendSockets == nil || c.out.Flush() != nil {
		return
	}
	c.options.SendSockets()
}
