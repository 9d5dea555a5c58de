package runtime

import (
	"os"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// openLogs opens the targets of all proxies. It runs in the process that
// serves, before it changes its root, so that unix sockets are connected by
// then.
func (i *Instance) openLogs() {
	if i.store != nil {
		return
	}
	g := i.graph.Global
	id := logs.Identity{PID: os.Getpid()}
	if g.LogSendHostname {
		if id.Host = g.LogHostname; id.Host == "" {
			id.Host, _ = os.Hostname()
		}
	}
	i.store = logs.NewStore(id, func(msg string) { i.say(diag.Alert, msg) })
	for _, p := range i.graph.Proxies {
		configs := i.targets(p)
		if len(configs) == 0 {
			continue
		}
		l, err := i.store.Logger(i.tag(p), configs)
		if err != nil {
			i.say(diag.Alert, "Proxy "+p.Name+": "+err.Error())
			continue
		}
		p.Logger = l
	}
	i.openPeersLogs()
	i.openForwardLogs()
}

// targets are a proxy's own targets and, where it says "log global", those of
// the process.
func (i *Instance) targets(p *core.Proxy) []logs.Config {
	var all []logs.Config
	for _, t := range p.Logs {
		if !t.Global {
			all = append(all, t.Config)
			continue
		}
		for _, g := range i.graph.Global.Logs {
			all = append(all, g.Config)
		}
	}
	return all
}

// tag is the program name in a proxy's lines.
func (i *Instance) tag(p *core.Proxy) string {
	switch {
	case p.LogTag != "":
		return p.LogTag
	case i.graph.Global.LogTag != "":
		return i.graph.Global.LogTag
	}
	return i.options.Program
}
