package runtime

import (
	"cmp"
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
		a.Logger = i.logger(a.Name, a.Name, i.allTargets(a.Logs))
	}
	for _, p := range i.graph.Proxies {
		plain, profiled := i.targets(p.Logs)
		p.Logger = i.logger(p.Name, i.tag(p.LogTag), plain)
		for _, t := range profiled {
			tag := cmp.Or(t.Profile.Tag, i.tag(p.LogTag))
			if l := i.logger(p.Name, tag, []logs.Config{t.Config}); l != nil {
				p.Profiled = append(p.Profiled, core.ProfiledLog{Logger: l, Profile: t.Profile})
			}
		}
		if p.Logger == nil && len(p.Profiled) > 0 {
			p.Logger = new(logs.Logger) // there are lines, but not for it
		}
		for _, f := range p.Filters {
			if a, ok := f.(*spoe.Agent); ok {
				a.Logger = i.logger(a.Name, i.tag(""), i.allTargets(a.Logs))
			}
		}
	}
	i.openPeersLogs()
	i.openForwardLogs()
}

// logger makes what sends lines of the proxy or other part with that name to targets;
// nil without any, or after an error.
func (i *Instance) logger(name, tag string, to []logs.Config) *logs.Logger {
	if len(to) == 0 {
		return nil
	}
	l, err := i.store.Logger(tag, to)
	if err != nil {
		i.say(diag.Alert, "Proxy "+name+": "+err.Error())
		return nil
	}
	return l
}

// targets are a proxy's own targets and, where it says "log global", those of
// the process: first those without a profile.
func (i *Instance) targets(own []core.LogTarget) (plain []logs.Config, profiled []core.LogTarget) {
	add := func(t core.LogTarget) {
		if t.Profile != nil {
			profiled = append(profiled, t)
		} else {
			plain = append(plain, t.Config)
		}
	}
	for _, t := range own {
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

// allTargets are targets for lines that are not a stream's: no profile is about them.
func (i *Instance) allTargets(own []core.LogTarget) []logs.Config {
	all, profiled := i.targets(own)
	for _, t := range profiled {
		all = append(all, t.Config)
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
