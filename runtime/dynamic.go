package runtime

import (
	"errors"
	"os"

	"gohap/health"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/proxy"
	"gohap/runtime/section/server"
)

// AddServer implements [api.Process].
func (p process) AddServer(be *core.Proxy, name string, words []string) error {
	p.changing.Lock()
	defer p.changing.Unlock()
	files := p.graph.Global.SSL.Store.Changes
	files.Lock()
	defer files.Unlock()
	c := &registry.Compiler{Diags: &diag.List{}, Graph: p.graph, Env: os.LookupEnv, Proxy: be}
	first, all, any := proxy.CheckPorts(be)
	s, err := server.Add(c, name, words, server.Ports{First: first, All: all, Any: any})
	if err != nil {
		return err
	}
	p.buildServer(be, s)
	if s.Tracked != nil {
		if err := s.Health.Track(s.Tracked.Health); err != nil {
			s.Health.Remove()
			return err
		}
	}
	s.Health.StartAdded(s.Enabled)
	be.Join(s)
	s.Health.Start()
	p.purgeIdleOf(s)
	p.say(diag.Notice, "CLI : 'server "+be.Name+"/"+name+"' : New server registered.")
	return nil
}

// DeleteServer implements [api.Process].
func (p process) DeleteServer(s *core.Server) error {
	p.changing.Lock()
	defer p.changing.Unlock()
	switch {
	case s.Deleted.Load():
		return errors.New("No such server.")
	case s.Pinned:
		return errors.New("This server cannot be removed at runtime due to other configuration elements pointing to it.")
	case s.Health.Admin()&health.Maint == 0:
		return errors.New("Only servers in maintenance mode can be deleted.")
	case s.Stats.Current.Load() > 0 || s.Queue.Len() > 0:
		return errors.New("Server still has connections attached to it, cannot remove it.")
	}
	s.Deleted.Store(true)
	s.Proxy.Leave(s)
	s.Health.Remove()
	s.Idle.Close()
	s.Shared.Close()
	p.say(diag.Notice, "CLI : Server deleted.")
	return nil
}
