package main

import (
	"net"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/bind"
)

// cliListener is one address of -S.
type cliListener struct {
	net.Listener
	level core.Level
	fd    int // a descriptor of the same socket
	unix  bool
}

// keepFD is the descriptor to pass on to the master's next execution, -1 when
// that has to bind anew. A unix socket is kept, so that clients always find it.
// One of TCP is not: the next program may not know that it has it, and
// connections would wait there for nobody.
func (l *cliListener) keepFD() int {
	if l.unix {
		return l.fd
	}
	return -1
}

// listen opens the sockets of -S, or takes them up again. Failure is fatal for a
// master that starts; one that has workers goes on without.
func (m *master) listen(first bool) bool {
	var addrs []string
	for i, text := range m.p.opts.cliAddr {
		l, ok := m.parseSocket(text)
		if !ok && first {
			m.p.say.alert("config : Can't create the master's CLI.")
			return false
		}
		if !ok {
			continue
		}
		addrs = append(addrs, l.Addr.String())
		fd := -1
		if i < len(m.memory.CLI) {
			fd = m.memory.CLI[i]
		}
		if c := adopt(fd, l); c != nil {
			m.cli = append(m.cli, c)
			continue
		}
		c, err := open(l)
		if err != nil {
			m.p.say.alert("Binding [master-socket:0] for proxy MASTER: %s", err)
			if first {
				m.p.say.mainAlert("Some protocols failed to start their listeners! Exiting.")
				return false
			}
			continue
		}
		m.cli = append(m.cli, c)
	}
	if len(addrs) > 0 {
		os.Setenv("HAPROXY_MASTER_CLI", strings.Join(addrs, ";"))
	}
	return true
}

// parseSocket reads an address and its bind options, with commas between them.
func (m *master) parseSocket(text string) (*core.Listener, bool) {
	st := &ast.Statement{Source: text}
	for word := range strings.SplitSeq("-S,"+text, ",") {
		st.Words = append(st.Words, ast.Word{Text: word, Pos: diag.Pos{Line: 1, Len: 1}})
	}
	list := &diag.List{}
	c := &registry.Compiler{
		Diags: list, Graph: core.NewGraph(), Env: os.LookupEnv,
		Proxy: &core.Proxy{Name: "MASTER", Kind: "proxy"}, Statement: st,
	}
	ls := bind.Line(c, st, &st.Words[1], st.Words[2:])
	for _, d := range list.All {
		_, message, _ := strings.Cut(d.Message, "] : ")
		m.p.say.alert("config : %s", message)
	}
	if list.Failed() || len(ls) == 0 {
		return nil, false
	}
	if !strings.Contains(text, ",level,") {
		ls[0].Level = core.Admin // the default of -S, not that of a bind line
	}
	return ls[0], true
}

// adopt takes up a socket that the execution before has left open.
func adopt(fd int, l *core.Listener) *cliListener {
	if fd < 0 {
		return nil
	}
	unix.CloseOnExec(fd)
	return listenOn(fd, l)
}

// open binds the address.
func open(l *core.Listener) (*cliListener, error) {
	o := conn.ListenOptions{Addr: l.Addr.AddrPort(), Path: l.Addr.Path, FD: l.Addr.FD, Mode: os.FileMode(l.Mode)}
	switch {
	case l.Addr.IsIP():
	case l.Addr.FD > 0:
		o.Kind = conn.ListenFD
	case strings.HasPrefix(l.Addr.String(), "abns@"):
		o.Kind = conn.ListenAbstract
	default:
		o.Kind = conn.ListenUnix
	}
	if l.UID >= 0 {
		o.UID = &l.UID
	}
	if l.GID >= 0 {
		o.GID = &l.GID
	}
	made, err := conn.Listen(&o)
	if err != nil {
		return nil, err
	}
	defer made.Stop()
	fd := -1
	err = made.WithFD(func(from int) (err error) {
		fd, err = unix.FcntlInt(uintptr(from), unix.F_DUPFD_CLOEXEC, 3)
		return err
	})
	if err != nil {
		return nil, err
	}
	return listenOn(fd, l), nil
}

// listenOn makes a listener of a descriptor, which stays open.
func listenOn(fd int, l *core.Listener) *cliListener {
	f := os.NewFile(uintptr(fd), l.Addr.String())
	ln, err := net.FileListener(f)
	if err != nil {
		f.Close()
		return nil
	}
	if u, ok := ln.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)
	}
	// f must outlive this function, or its finalizer would close fd.
	return &cliListener{Listener: &keptListener{ln, f}, level: l.Level, fd: fd, unix: !l.Addr.IsIP()}
}

// keptListener holds the file that a listener was made of.
type keptListener struct {
	net.Listener
	file *os.File
}
