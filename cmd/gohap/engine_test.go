package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/reload"
)

// asProgram makes the test binary be the program, with an engine that is small
// enough to show what the process around it does, or with "whole" the real one.
const asProgram = "GOHAP_TEST_PROGRAM"

func TestMain(m *testing.M) {
	switch os.Getenv(asProgram) {
	case "":
	case "whole":
		os.Exit(run(os.Args, load))
	default:
		os.Exit(run(os.Args, loadSmall))
	}
	os.Exit(m.Run())
}

// smallEngine serves the lines of a configuration that concern the process.
// Every client is told the pid, and stays until it leaves.
type smallEngine struct {
	g       core.Global
	proxy   string
	binds   []place
	open    map[int]net.Listener
	say     func(diag.Severity, string)
	clients sync.WaitGroup
	mu      sync.Mutex // guards open, conned, stopped
	conned  int
	stopped bool
	done    chan struct{}
	once    sync.Once
}

type place struct {
	addr, file string
	line       int
}

// loadSmall reads what it understands and ignores the rest.
func loadSmall(o *options, files []string, say func(diag.Severity, string), list *diag.List) engine {
	e := &smallEngine{say: say, open: map[int]net.Listener{}, done: make(chan struct{})}
	e.g.StrictLimits = true
	wrong := false
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for i, line := range strings.Split(string(text), "\n") {
			words := append(strings.Fields(line), "", "", "")
			pos := diag.Pos{File: file, Line: i + 1, Col: 1}
			number, _ := strconv.Atoi(words[1])
			switch words[0] {
			case "frontend":
				e.proxy = words[1]
			case "bind":
				e.binds = append(e.binds, place{os.ExpandEnv(strings.Trim(words[1], `"`)), file, i + 1})
			case "stats":
				addr, _ := value.ParseAddr(words[2], value.ForBind, nil)
				e.g.StatsSockets = append(e.g.StatsSockets, &core.Listener{Addr: addr})
			case "daemon":
				e.g.Daemon = true
			case "master-worker":
				e.g.MasterWorker = true
				e.g.NoExitOnFailure = words[1] != ""
			case "pidfile":
				e.g.PidFile = words[1]
			case "chroot":
				e.g.Chroot = words[1]
			case "no":
				e.g.StrictLimits = words[1] != "strict-limits"
			case "uid":
				e.g.UID = number
			case "gid":
				e.g.GID = number
			case "maxconn":
				e.g.MaxConn = number
			case "ulimit-n":
				e.g.UlimitN = number
			case "hard-stop-after":
				e.g.HardStopAfter, _ = time.ParseDuration(words[1])
			case "acl":
				list.Config(diag.Warning, "missing timeouts for frontend '%s'.\n"+
					"While not properly invalid, you will certainly encounter various problems\n"+
					"with such a configuration. To fix this, please ensure that all following\n"+
					"timeouts are set to a non-zero value: 'client', 'connect', 'server'.", e.proxy)
			case "bindx":
				list.Parsing(diag.Alert, pos, "", "unknown keyword 'bindx' in 'frontend' section; did you mean 'bind' maybe ?")
				wrong = true
			}
		}
	}
	if wrong {
		return nil
	}
	return e
}

func (e *smallEngine) Settings() *core.Global { return &e.g }
func (e *smallEngine) Listeners() int         { return len(e.binds) + len(e.g.StatsSockets) }
func (e *smallEngine) Descriptors() int       { return e.Listeners() }
func (e *smallEngine) Done() <-chan struct{}  { return e.done }

func (e *smallEngine) Bind(old *reload.Sockets) (errs []error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, s := range e.g.StatsSockets {
		if e.open[-i-1] == nil {
			os.Remove(s.Addr.Path)
			e.open[-i-1], _ = net.Listen("unix", s.Addr.Path)
		}
	}
	for i, b := range e.binds {
		if e.open[i] != nil {
			continue
		}
		if number, ok := strings.CutPrefix(b.addr, "fd@"); ok {
			fd, _ := strconv.Atoi(number)
			l, err := net.FileListener(os.NewFile(uintptr(fd), b.addr))
			if err != nil {
				return append(errs, err)
			}
			e.open[i] = l
			continue
		}
		if fd, ok := old.Take(reload.Address{TCP: netip.MustParseAddrPort(b.addr)}); ok {
			f := os.NewFile(uintptr(fd), b.addr)
			e.open[i], _ = net.FileListener(f)
			f.Close()
			continue
		}
		l, err := net.Listen("tcp", b.addr)
		if err != nil {
			errs = append(errs, fmt.Errorf("Binding [%s:%d] for frontend %s: cannot bind socket (Address already in use) for [%s]",
				b.file, b.line, e.proxy, b.addr))
			continue
		}
		e.open[i] = l
	}
	return errs
}

func (e *smallEngine) StartupLogs(string) {}

func (e *smallEngine) Start() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, l := range e.open {
		if l == nil {
			continue
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				if i < 0 {
					go e.ServeAPI(c)
					continue
				}
				e.clients.Add(1)
				e.mu.Lock()
				e.conned++
				e.mu.Unlock()
				go func() {
					defer e.clients.Done()
					fmt.Fprintln(c, os.Getpid())
					io.Copy(io.Discard, c)
					c.Close()
				}()
			}
		}()
	}
}

func (e *smallEngine) Pause() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.say(diag.Warning, "Paused frontend "+e.proxy+".")
	for i, l := range e.open {
		if i >= 0 {
			l.Close()
			delete(e.open, i)
		}
	}
}

func (e *smallEngine) Resume() {
	e.say(diag.Warning, "Resumed frontend "+e.proxy+".")
	e.Bind(nil)
	e.Start()
}

func (e *smallEngine) SoftStop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return
	}
	e.stopped = true
	for _, l := range e.open {
		if u, ok := l.(*net.UnixListener); ok {
			u.SetUnlinkOnClose(false)
		}
		l.Close()
	}
	e.say(diag.Warning, fmt.Sprintf("Proxy %s stopped (cumulated conns: FE: %d, BE: 0).", e.proxy, e.conned))
	go func() {
		e.clients.Wait()
		e.once.Do(func() { close(e.done) })
	}()
}

func (e *smallEngine) Stop() { e.once.Do(func() { close(e.done) }) }

func (e *smallEngine) Dump(io.Writer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.say(diag.Warning, "SIGHUP received, dumping servers states.")
	e.say(diag.Warning, "SIGHUP: Proxy "+e.proxy+" has no servers. Conn: act(FE+BE): 0+0, 0 pend (0 unass), tot(FE+BE): "+strconv.Itoa(e.conned)+"+0.")
}

// ServeAPI knows three commands.
func (e *smallEngine) ServeAPI(c net.Conn) {
	defer c.Close()
	line, _ := bufio.NewReader(c).ReadString('\n')
	for command := range strings.SplitSeq(strings.TrimSpace(line), ";") {
		switch command {
		case "show version":
			fmt.Fprintf(c, "%s\n\n", version)
		case strings.TrimSpace(reload.Command):
			var all []reload.Socket
			e.mu.Lock()
			defer e.mu.Unlock()
			for i, l := range e.open {
				if i >= 0 {
					f, _ := l.(*net.TCPListener).File()
					defer f.Close()
					all = append(all, reload.Socket{FD: int(f.Fd())})
				}
			}
			reload.Send(c.(*net.UnixConn), all)
		}
	}
}
