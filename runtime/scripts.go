package runtime

import (
	"bytes"
	"io"
	"strings"
	"time"

	"gohap/parser/diag"
	"gohap/runtime/api"
	"gohap/runtime/core"
	"gohap/runtime/lua"
)

// scriptHost is what Lua scripts see of an instance.
type scriptHost process

var _ lua.Host = scriptHost{}

// Say implements [lua.Host].
func (h scriptHost) Say(s diag.Severity, text string) { h.say(s, text) }

// Command implements [lua.Host].
func (h scriptHost) Command(line string) string {
	c := &commandClient{in: strings.NewReader(line + "\n")}
	api.Serve(process(h), c, h.cliOptions(core.Admin))
	return c.out.String()
}

// commandClient is a client of the runtime API within the process.
type commandClient struct {
	in  io.Reader
	out bytes.Buffer
}

func (c *commandClient) Read(p []byte) (int, error)  { return c.in.Read(p) }
func (c *commandClient) Write(p []byte) (int, error) { return c.out.Write(p) }

// SetReadTimeout has nothing to bound, and neither has SetWriteTimeout.
func (c *commandClient) SetReadTimeout(time.Duration) {}

// SetWriteTimeout does nothing.
func (c *commandClient) SetWriteTimeout(time.Duration) {}

// Interrupt has nothing to end: neither reads nor writes wait.
func (c *commandClient) Interrupt() {}

// Resume does nothing.
func (c *commandClient) Resume() {}

// initScripts runs what scripts have registered for the time before traffic, once.
func (i *Instance) initScripts() error {
	p := lua.Of(i.graph)
	if p == nil || i.scripted {
		return nil
	}
	i.scripted = true
	return p.Init(scriptHost{i})
}

// startScripts starts the tasks of scripts.
func (i *Instance) startScripts() {
	p := lua.Of(i.graph)
	if p == nil {
		return
	}
	p.Start(i.logger("scripts", i.tag(""), i.allTargets(i.graph.Global.Logs)))
}
