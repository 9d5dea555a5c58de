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
		plain, profiled := i.targets(p)
		p.Logger = i.logger(p, i.tag(p), plain)
		for _, t := range profiled {
			tag := t.Profile.Tag
			if tag == "" {
				tag = i.tag(p)
			}
			if l := i.logger(p, tag, []logs.Config{t.Config}); l != nil {
				p.Profiled = append(p.Profiled, core.ProfiledLog{Logger: l, Profile: t.Profile})
			}
		}
		if p.Logger == nil && len(p.Profiled) > 0 {
			p.Logger = new(logs.Logger) // there are lines, but not for it
		}
	}
	i.openPeersLogs()
}

// logger opens targets; nil without any, or after an error.
func (i *Instance) logger(p *core.Proxy, tag string, to []logs.Config) *logs.Logger {
	l, err := i.store.Logger(tag, to)
	if err != nil {
		i.say(diag.Alert, "Proxy "+p.Name+": "+err.Error())
		return nil
	}
	return l
}

// targets are a proxy's own targets and, where it says "log global", those of
// the process: first those without a profile.
func (i *Instance) targets(p *core.Proxy) (plain []logs.Config, profiled []core.LogTarget) {
	add := func(t core.LogTarget) {
		if t.Profile != nil {
			profiled = append(profiled, t)
		} else {
			plain = append(plain, t.Config)
		}
	}
	for _, t := range p.Logs {
		if !t.Global {
			add(t)
			continue
		}
		for _, g := range i.graph.Global.Logs {
			add(g)
		}
	}
	return plain, profiled
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
