package runtime

import (
	"os"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/spoe"
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
	for _, a := range i.graph.FCGIApps {
		a.Logger = i.logger(a.Name, a.Name, a.Logs)
	}
	for _, p := range i.graph.Proxies {
		p.Logger = i.logger(p.Name, i.tag(p.LogTag), p.Logs)
		for _, f := range p.Filters {
			if a, ok := f.(*spoe.Agent); ok {
				a.Logger = i.logger(a.Name, i.tag(""), a.Logs)
			}
		}
	}
	i.openPeersLogs()
	i.openForwardLogs()
}

// logger makes what sends lines to targets; nil without any.
func (i *Instance) logger(name, tag string, targets []core.LogTarget) *logs.Logger {
	configs := i.targets(targets)
	if len(configs) == 0 {
		return nil
	}
	l, err := i.store.Logger(tag, configs)
	if err != nil {
		i.say(diag.Alert, "Proxy "+name+": "+err.Error())
		return nil
	}
	return l
}

// targets are a proxy's own targets and, where it says "log global", those of
// the process.
func (i *Instance) targets(own []core.LogTarget) []logs.Config {
	var all []logs.Config
	for _, t := range own {
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
func (i *Instance) tag(own string) string {
	switch {
	case own != "":
		return own
	case i.graph.Global.LogTag != "":
		return i.graph.Global.LogTag
	}
	return i.options.Program
}
