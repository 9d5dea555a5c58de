package runtime

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/conn/proxyproto"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/stream"
)

// Trial is a request to explain.
type Trial struct {
	// Request is what the client sends, head and body; Response what the server
	// answers.
	Request, Response []byte
	// Frontend is the one that the client connects to.
	Frontend string
	// Port is the port of the bind line to take, 0 for the first one.
	Port int
	// Src is where the client connects from.
	Src netip.AddrPort
}

// explainLimit bounds the time that an explanation may take.
const explainLimit = 10 * time.Second

// Explain runs one request through the compiled rules and tells what each of
// them came to. The instance must not have been started, and is of no further
// use: its rules report to the explanation, its servers are one that knows
// nothing but the trial's response, and checks and logs are off. All else is what
// serves traffic. Client and server are reached over unix sockets in a folder of
// their own; nothing goes over a network.
func (i *Instance) Explain(t *Trial) (*Explanation, error) {
	fe, bind, err := i.entrance(t)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "gohap-explain-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	dst := destination(bind, t.Src)
	r := &recorder{logged: make(chan struct{}), files: map[string][]string{}, src: t.Src, dst: dst, vars: &i.graph.Vars}
	r.out.Frontend, r.out.Bind = fe.Name, bindName(bind)
	r.watch(i.graph)
	server, err := net.Listen("unix", filepath.Join(dir, "server"))
	if err != nil {
		return nil, err
	}
	defer server.Close()
	go serveTrial(server, t.Response, r)
	i.isolate(filepath.Join(dir, "server"))

	entrance := &core.Listener{Proxy: fe, Name: bind.Name, ID: bind.ID, BindSettings: bind.BindSettings}
	entrance.AcceptProxy, entrance.AcceptNetscaler = true, 0
	conn.Configure(conn.Config{Threads: 1})
	i.settleLimits()
	i.store = logs.NewStore(logs.Identity{}, func(string) {})
	i.limit, i.started = conn.NewLimit(int64(i.graph.Global.MaxConn)), time.Now()
	i.engine = stream.New(i.graph)
	i.engine.Process, i.engine.ServeStats, i.engine.ServeMetrics = i.process, i.serveStats, i.serveMetrics
	live, err := conn.Listen(&conn.ListenOptions{Kind: conn.ListenUnix, Path: filepath.Join(dir, "client")})
	if err != nil {
		return nil, err
	}
	entrance.Live = live
	i.accept(entrance)
	answer, err := r.converse(filepath.Join(dir, "client"), t, dst, entrance)
	live.Stop()
	i.accepting.Wait()
	i.engine.Stop()
	i.engine.Kill()
	i.engine.Wait()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.out.Answer = head(answer)
	return &r.out, nil
}

// entrance finds the frontend and the bind line that a trial comes in by.
func (i *Instance) entrance(t *Trial) (*core.Proxy, *core.Listener, error) {
	var names []string
	for _, p := range i.graph.Proxies {
		if !p.Has(core.Frontend) || p.Disabled || len(p.Listeners) == 0 {
			continue
		}
		names = append(names, p.Name)
		if t.Frontend != "" && p.Name != t.Frontend {
			continue
		}
		for _, l := range p.Listeners {
			if t.Port == 0 || l.Port == t.Port {
				return p, l, nil
			}
		}
		if t.Frontend != "" {
			return p, p.Listeners[0], nil
		}
	}
	if t.Frontend == "" && t.Port != 0 {
		any := *t
		any.Port = 0
		return i.entrance(&any)
	}
	return nil, nil, fmt.Errorf("there is no frontend '%s' with a bind line; there are: %s", t.Frontend, strings.Join(names, ", "))
}

// isolate points all servers at one path and takes away what would make the
// trial wait or speak to others.
func (i *Instance) isolate(path string) {
	for _, p := range i.graph.Proxies {
		p.Timeout.Tarpit = time.Millisecond
		p.Opt &^= core.OptAbortOnClose | core.OptDontLogNormal | core.OptDontLogNull
		p.Logger = new(logs.Logger) // without targets
		p.Filters = nil             // no agent is to hear of a request that nobody made
		for _, s := range p.Servers {
			s.SSL.On, s.SendProxy, s.Proto = false, 0, ""
			s.Dial.Store(&core.Endpoint{Options: conn.DialOptions{Path: path}})
			s.Health.Resolved(s.Naming.Name)
		}
	}
}

// serveTrial answers every connection with the trial's response once it has
// sent a head, or all it has to send.
func serveTrial(l net.Listener, response []byte, r *recorder) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		var got []byte
		buf := make([]byte, 64<<10)
		c.SetDeadline(time.Now().Add(explainLimit))
		for !bytes.Contains(got, []byte("\r\n\r\n")) {
			n, err := c.Read(buf)
			got = append(got, buf[:n]...)
			if err != nil {
				break
			}
		}
		r.received(head(got))
		c.Write(response)
		c.(*net.UnixConn).CloseWrite()
		go func() { // what it still sends, so that it sees no reset
			io.Copy(io.Discard, c)
			c.Close()
		}()
	}
}

// converse is the client: it says where it comes from, sends the request and
// reads the answer, until the log line is written.
func (r *recorder) converse(path string, t *Trial, dst netip.AddrPort, l *core.Listener) ([]byte, error) {
	c, err := net.Dial("unix", path)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(explainLimit))
	c.Write(proxyproto.AppendV1(nil, t.Src, dst))
	raw := c.(*net.UnixConn)
	if b := l.SSL; b != nil && b.On {
		name, _, _ := strings.Cut(hostOf(t.Request), ":")
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true, ServerName: name, NextProtos: []string{"http/1.1"}})
	}
	if _, err := c.Write(t.Request); err != nil {
		return nil, fmt.Errorf("sending the request: %w", err)
	}
	if l.Proxy.Mode != core.HTTP {
		raw.CloseWrite() // rules that wait for more need not
	}
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-r.logged:
			raw.CloseWrite() // which ends the session: it waits for another request
		case <-over:
		}
	}()
	var got []byte
	buf := make([]byte, 64<<10)
	for {
		n, err := c.Read(buf)
		got = append(got, buf[:n]...)
		if err != nil {
			return got, nil
		}
	}
}

// hostOf is the Host header of a request.
func hostOf(request []byte) string {
	for line := range strings.Lines(head(request)) {
		if name, v, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "host") {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// head is the head of a message, without its body.
func head(message []byte) string {
	h, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	return strings.ReplaceAll(string(h), "\r\n", "\n")
}

// destination is the address that a client from src would have connected to.
func destination(l *core.Listener, src netip.AddrPort) netip.AddrPort {
	ip := l.Addr.IP
	if !l.Addr.IsIP() || ip.IsUnspecified() || ip.Is4() != src.Addr().Is4() {
		ip = netip.IPv6Loopback()
		if src.Addr().Is4() {
			ip = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		}
	}
	return netip.AddrPortFrom(ip, uint16(l.Port))
}

// bindName is the address of a bind line.
func bindName(l *core.Listener) string {
	if l.Addr.IsIP() {
		return netip.AddrPortFrom(l.Addr.IP, uint16(l.Port)).String()
	}
	return l.Addr.Path
}
