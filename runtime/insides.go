package runtime

import (
	"net/netip"
	"slices"

	"gohap/parser/value"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// StartupLogs has the instance remember what was said while it was started.
func (i *Instance) StartupLogs(text string) { i.startup = text }

// StartupLog implements [api.Process].
func (p process) StartupLog() string { return p.startup }

// Accepted implements [api.Process].
func (p process) Accepted() []uint64 {
	var all []uint64
	for i := range p.graph.Global.NbThread {
		all = append(all, p.process.At(i).Connections.Load())
	}
	return all
}

// Profiling implements [api.Process].
func (p process) Profiling() string {
	if s := p.profiling.Load(); s != nil {
		return *s
	}
	switch g := p.graph.Global; {
	case g.Profiling:
		return "on"
	case g.ProfilingOff:
		return "off"
	}
	return "auto"
}

// SetProfiling implements [api.Process].
func (p process) SetProfiling(state string) {
	p.profiling.Store(&state)
	conn.Profile(state == "on")
}

// Log implements [api.Process].
func (p process) Log(text string) {
	var to []logs.Config
	for _, t := range p.graph.Global.Logs {
		to = append(to, t.Config)
	}
	tag := p.graph.Global.LogTag
	if tag == "" {
		tag = p.options.Program
	}
	if l, err := p.store.Logger(tag, to); err == nil {
		l.Log(logs.Info, []byte(text))
		l.Close()
	}
}

// Descriptors implements [api.Process].
func (p process) Descriptors() []core.FDInfo {
	byFD := map[int]*core.FDInfo{}
	add := func(f core.FDInfo) { byFD[f.FD] = &f }
	for _, d := range conn.Descriptors() {
		if d.Conn == nil {
			continue // a listener, which is told of below
		}
		f := core.FDInfo{FD: d.FD}
		if d.Shard >= 0 {
			f.Threads = 1 << d.Shard
		}
		f.Family, f.Port = family(d.Conn.SocketLocal())
		add(f)
	}
	every := uint64(1)<<p.graph.Global.NbThread - 1
	p.each(func(l *core.Listener) {
		l.Live.WithFD(func(fd int) error {
			f := core.FDInfo{FD: fd, Listener: l, State: "RDY", Family: "unix", Threads: every}
			switch {
			case l.Live.Paused():
				f.State = "PAU"
			case l.Proxy.Mode == core.CLI:
				f.Threads = 0
			}
			if l.Addr.Kind == value.IP {
				f.Family, f.Port = family(netip.AddrPortFrom(l.Addr.IP, uint16(l.Port)))
			}
			add(f)
			return nil
		})
	})
	for _, s := range p.Streams() {
		if s.ClientFD >= 0 {
			f := ofStream(byFD, s.ClientFD)
			f.Frontend = s.Frontend
		}
		if s.ServerFD >= 0 {
			f := ofStream(byFD, s.ServerFD)
			f.Back, f.Server = true, s.Server
		}
	}
	var all []core.FDInfo
	for _, f := range byFD {
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b core.FDInfo) int { return a.FD - b.FD })
	return all
}

// ofStream finds a descriptor, which may have come only now.
func ofStream(all map[int]*core.FDInfo, fd int) *core.FDInfo {
	if all[fd] == nil {
		all[fd] = &core.FDInfo{FD: fd}
	}
	return all[fd]
}

func family(a netip.AddrPort) (string, uint16) {
	switch {
	case !a.IsValid():
		return "unix", 0
	case a.Addr().Unmap().Is4():
		return "ipv4", a.Port()
	}
	return "ipv6", a.Port()
}
