package runtime

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"gohap/parser/diag"
	"gohap/runtime/api"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/reload"
)

// acceptCLI serves the runtime API to the clients of a stats socket, each in a
// task of its own. The socket's maxconn bounds how many there are.
func (i *Instance) acceptCLI(l *core.Listener) {
	if l.Live == nil {
		return
	}
	o := i.cliOptions(l.Level)
	o.Severity = l.SeverityOutput
	conn.Go(func() {
		l.Live.Serve(func(c *conn.Conn) {
			i.process.Connection(c.Shard(), conn.Now()+1)
			i.process.At(c.Shard()).Requests.Add(1)
			o := o
			if l.ExposeFD {
				o.SendSockets = func() error { return c.WithFD(i.sendSockets) }
			}
			conn.Go(func() {
				defer c.Close()
				api.Serve(process{i}, c, o)
				i.process.Sent(c.Shard(), conn.Now()+1, c.BytesOut(), 0)
			})
		})
	})
}

func (i *Instance) cliOptions(level core.Level) api.Options {
	g := i.graph.Global
	return api.Options{Level: level, Timeout: g.StatsTimeout, BufSize: g.Tune.BufSize}
}

// ServeAPI runs the runtime API on a connection from the master, with all
// rights, until it has been answered or closed. It answers [reload.Command]
// too, on a unix socket. The caller closes c.
func (i *Instance) ServeAPI(c net.Conn) {
	o := i.cliOptions(core.Admin)
	if u, ok := c.(*net.UnixConn); ok {
		o.SendSockets = func() error {
			return i.Sockets(func(all []reload.Socket) error { return reload.Send(u, all) })
		}
	}
	api.Serve(process{i}, &netClient{Conn: c}, o)
}

// sendSockets hands the listening sockets over through a unix socket.
func (i *Instance) sendSockets(fd int) error {
	dup, err := syscall.Dup(fd)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(dup), "")
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return err
	}
	defer c.Close()
	u, ok := c.(*net.UnixConn)
	if !ok {
		return errors.New("not a unix socket")
	}
	u.SetDeadline(time.Now().Add(api.DefaultTimeout))
	return i.Sockets(func(all []reload.Socket) error { return reload.Send(u, all) })
}

// netClient gives a net.Conn timeouts.
type netClient struct {
	net.Conn
	read, write time.Duration

	mu          sync.Mutex
	interrupted bool
}

func (c *netClient) SetReadTimeout(d time.Duration)  { c.read = d }
func (c *netClient) SetWriteTimeout(d time.Duration) { c.write = d }

func (c *netClient) Read(p []byte) (int, error) {
	var limit time.Time
	if c.read > 0 {
		limit = time.Now().Add(c.read)
	}
	c.mu.Lock()
	if !c.interrupted {
		c.SetReadDeadline(limit)
	}
	c.mu.Unlock()
	return c.Conn.Read(p)
}

// Interrupt implements [api.Client].
func (c *netClient) Interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupted = true
	c.SetReadDeadline(time.Unix(1, 0))
}

// Resume implements [api.Client].
func (c *netClient) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupted = false
}

func (c *netClient) Write(p []byte) (int, error) {
	c.SetWriteDeadline(time.Now().Add(c.write))
	return c.Conn.Write(p)
}

// process is what the runtime API sees of an instance.
type process struct{ *Instance }

var _ api.Process = process{}

// Version implements [api.Process].
func (p process) Version() string { return p.options.Features.Version }

// SetMaxConn implements [api.Process].
func (p process) SetMaxConn(n int) bool {
	most := p.graph.Global.MaxConn
	if n > most {
		return false
	}
	if n <= 0 {
		n = most
	}
	p.limit.SetMax(int64(n))
	return true
}

// SetFrontendMaxConn implements [api.Process].
func (p process) SetFrontendMaxConn(px *core.Proxy, n int) {
	p.eachOf(px, func(l *core.Listener) { l.Live.Options().Limits[0].SetMax(int64(n)) })
}

// PauseFrontend implements [api.Process].
func (p process) PauseFrontend(px *core.Proxy) bool {
	did := false
	p.eachOf(px, func(l *core.Listener) {
		if !l.Live.Paused() {
			l.Live.Suspend()
			did = true
		}
	})
	if did {
		p.say(diag.Warning, fmt.Sprintf("Paused %s %s.", px, px.Name))
	}
	return did
}

// ResumeFrontend implements [api.Process].
func (p process) ResumeFrontend(px *core.Proxy) bool {
	did := false
	p.eachOf(px, func(l *core.Listener) {
		if l.Live.Paused() && l.Live.Resume() == nil {
			did = true
		}
	})
	if did {
		p.say(diag.Warning, fmt.Sprintf("Resumed %s %s.", px, px.Name))
	}
	return did
}

// StopFrontend implements [api.Process].
func (p process) StopFrontend(px *core.Proxy) bool {
	if px.State.Stopped.Load() {
		return false
	}
	p.eachOf(px, func(l *core.Listener) { l.Live.Stop() })
	p.stopped(px)
	return true
}

// Retarget implements [api.Process].
func (p process) Retarget(s *core.Server) {
	s.Health.SetCheckTarget(checkTarget(s, s.CheckAddr, s.CheckPort))
	s.Health.SetAgentTarget(checkTarget(s, s.Agent.Addr, s.Agent.Port), s.Agent.Send)
}

// ClearMax implements [api.Process].
func (p process) ClearMax() { p.process.ClearMax() }

// eachOf calls f for the open listeners of a frontend.
func (i *Instance) eachOf(p *core.Proxy, f func(*core.Listener)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, l := range p.Listeners {
		if l.Live != nil {
			f(l)
		}
	}
}

// Streams implements [api.Process].
func (p process) Streams() []core.StreamInfo { return p.engine.Streams() }

// EndStream implements [api.Process].
func (p process) EndStream(id uint64) bool { return p.engine.EndStream(id) }

// SetConnRate implements [api.Process].
func (p process) SetConnRate(n int) { p.engine.SetRates(n, -1) }

// SetSessRate implements [api.Process].
func (p process) SetSessRate(n int) { p.engine.SetRates(-1, n) }

// Captured implements [api.Process].
func (p process) Captured() uint64 { return p.engine.Captured() }
