package runtime

import (
	"fmt"
	"time"

	"gohap/parser/diag"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/stream"
)

// Start accepts connections and checks servers.
func (i *Instance) Start() {
	i.started = time.Now()
	i.engine = stream.New(i.graph)
	i.engine.Process = i.process
	i.engine.ServeStats = i.serveStats
	i.engine.ServeMetrics = i.serveMetrics
	i.openLogs()
	i.openCaches()
	i.openHTTPClient()
	conn.Profile(i.graph.Global.Profiling)
	stream.AnnounceTraces(i.graph)
	for _, p := range i.graph.Proxies {
		if p.Disabled {
			continue
		}
		for _, l := range p.Listeners {
			i.accept(l)
		}
		i.purgeIdle(p)
	}
	for _, l := range i.graph.Global.StatsSockets {
		l.Proxy.Mode = core.CLI
		i.acceptCLI(l)
	}
	i.startResolvers()
	i.startRings()
	i.startPeers()
	i.startForwarding()
	i.checks.Start()
	i.startScripts()
	if !i.graph.Global.NoMemoryTrimming {
		giveBackImage()
	}
}

// openCaches gives the caches their memory. Without it a cache has nothing, and takes
// nothing.
func (i *Instance) openCaches() {
	for _, k := range i.graph.Caches {
		if err := k.Open(); err != nil {
			i.say(diag.Alert, fmt.Sprintf("Unable to allocate cache '%s': %s.", k.Name, err))
		}
	}
}

// accept serves a listener's connections in a task of its own.
func (i *Instance) accept(l *core.Listener) {
	if l.Live == nil {
		return
	}
	i.accepting.Add(1)
	conn.Go(func() {
		defer i.accepting.Done()
		l.Live.Serve(func(c *conn.Conn) { i.engine.Accept(l, c) })
	})
}

// purgeIdle closes server connections that nobody needs, every
// pool-purge-delay.
func (i *Instance) purgeIdle(p *core.Proxy) {
	for _, s := range p.Servers {
		i.purgeIdleOf(s)
	}
}

func (i *Instance) purgeIdleOf(s *core.Server) {
	if s.PoolMaxConn == 0 || s.Proxy.Mode != core.HTTP || s.PoolPurgeDelay <= 0 {
		return
	}
	var again func()
	again = func() {
		if i.stopping.Load() || s.Deleted.Load() {
			s.Idle.Close()
			s.Shared.Close()
			return
		}
		s.Idle.Purge(s.PoolLowConn)
		conn.AfterFunc(s.PoolPurgeDelay, again)
	}
	conn.AfterFunc(s.PoolPurgeDelay, again)
}

// Pause gives the addresses free, so that another process can bind to them, and
// Resume takes them again: SIGTTOU and SIGTTIN.
func (i *Instance) Pause() {
	i.each(func(l *core.Listener) {
		l.Live.Suspend()
		i.told(l, "Paused")
	})
}

// Resume undoes Pause.
func (i *Instance) Resume() {
	i.each(func(l *core.Listener) {
		if err := l.Live.Resume(); err != nil {
			i.say(diag.Alert, bindError(l, err).Error())
			return
		}
		i.told(l, "Resumed")
	})
}

// told says once for each proxy what became of its listeners.
func (i *Instance) told(l *core.Listener, what string) {
	if len(l.Proxy.Listeners) > 0 && l.Proxy.Listeners[0] == l {
		i.say(diag.Warning, fmt.Sprintf("%s %s %s.", what, l.Proxy, l.Proxy.Name))
	}
}

func (i *Instance) each(f func(*core.Listener)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, l := range i.listeners() {
		if l.Live != nil {
			f(l)
		}
	}
}

// SoftStop closes the listeners, after "grace" where that is set, and lets
// sessions end by themselves.
func (i *Instance) SoftStop() {
	if i.graceful.Swap(true) {
		return
	}
	if d := i.graph.Global.Grace; d > 0 {
		conn.AfterFunc(d, i.softStop)
		return
	}
	i.softStop()
}

func (i *Instance) softStop() {
	if i.stopping.Swap(true) {
		return
	}
	i.checks.Stop()
	i.each(func(l *core.Listener) { l.Live.Stop() })
	for _, p := range i.graph.Proxies {
		i.stopped(p)
	}
	i.engine.Stop()
	i.stopPeers()
	i.stopForwarding()
	conn.Go(func() {
		// A connection that was being accepted counts as a session by then.
		i.accepting.Wait()
		i.engine.Wait()
		i.stopRings()
		i.waitPeers()
		i.stopResolvers() // the last sessions may have needed them
		i.finish.Do(func() { close(i.done) })
	})
}

// stopped says that a proxy has stopped, in the words that HAProxy logs.
func (i *Instance) stopped(p *core.Proxy) {
	if p.Disabled || p.State.Stopped.Swap(true) {
		return
	}
	text := fmt.Sprintf("Proxy %s stopped (cumulated conns: FE: %d, BE: %d).", p.Name, frontendConns(p), backendConns(p))
	i.say(diag.Warning, text)
	if p.Logger != nil {
		p.Logger.Log(4, []byte(text))
	}
}

func frontendConns(p *core.Proxy) uint64 {
	if p.FE == nil {
		return 0
	}
	return p.FE.Sum().Connections.Load()
}

func backendConns(p *core.Proxy) uint64 {
	if p.BE == nil {
		return 0
	}
	return p.BE.Sum().Sessions.Load()
}

// Stop closes everything at once.
func (i *Instance) Stop() {
	if !i.stopping.Swap(true) {
		i.each(func(l *core.Listener) { l.Live.Stop() })
	}
	i.engine.Kill()
	i.stopRings()
	i.killPeers()
	i.stopResolvers()
	i.finish.Do(func() { close(i.done) })
}
