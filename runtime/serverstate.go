package runtime

import (
	"bufio"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gohap/health"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/server"
)

// loadStates gives servers the states that a process before this one has left in
// files (4.2 "load-server-state-from-file"). What is wrong with the files is a
// warning: the process starts all the same.
func (i *Instance) loadStates(c *registry.Compiler) {
	g := i.graph.Global
	path := func(name string) string {
		if filepath.IsAbs(name) || g.ServerStateBase == "" {
			return name
		}
		return filepath.Join(g.ServerStateBase, name)
	}
	warn := func(format string, args ...any) { c.Diags.Config(diag.Warning, format, args...) }
	var global stateFile
	opened := false
	for _, p := range i.graph.Proxies {
		if !p.Has(core.Backend) || p.Disabled || len(p.Servers) == 0 {
			continue
		}
		switch p.LoadState {
		case core.GlobalState:
			if g.ServerStateFile == "" {
				continue
			}
			if !opened {
				opened = true
				name := path(g.ServerStateFile)
				var err error
				if global, err = readStates(name); err != nil {
					warn("config: Can't %s global server state file '%s'%s", failed(err, "open", "get version of the"), name, reason(err))
				}
			}
			if global.lines != nil {
				global.apply(p, warn)
			}
		case core.LocalState:
			name := p.StateFile
			if name == "" {
				name = p.Name
			}
			name = path(name)
			f, err := readStates(name)
			if err != nil {
				warn("Proxy '%s': Can't %s server state file '%s'%s.", p.Name, failed(err, "open", "get version of the"), name, reason(err))
				continue
			}
			f.apply(p, warn)
		}
	}
}

var errVersion = errors.New("unknown version")

func failed(err error, open, version string) string {
	if err == errVersion {
		return version
	}
	return open
}

// reason is why a file could not be opened, as the system words it.
func reason(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return ""
	}
	text := no.Error()
	return ": " + strings.ToUpper(text[:1]) + text[1:]
}

// The columns of a state file that matter, in the order of version 1.
const (
	stateBackendID = iota
	stateBackend
	stateID
	stateName
	stateAddr
	stateOp
	stateAdmin
	stateWeight
	stateConfigWeight
	stateSince
	stateCheckStatus
	_
	stateCheckHealth
	stateCheck
	stateAgent
	_
	_
	stateHost
	statePort
	stateSRV
	stateColumns = 25
)

// stateFile are the lines of a state file.
type stateFile struct {
	name  string
	lines []stateLine
}

// stateLine is a line's columns; nil where they are not as many as there must be.
type stateLine struct {
	number  int
	columns []string
}

// maxStateFile bounds what is read of a state file.
const maxStateFile = 64 << 20

// readStates reads a file in the form of "show servers state".
func readStates(name string) (stateFile, error) {
	f := stateFile{name: name}
	file, err := os.Open(name)
	if err != nil {
		return f, err
	}
	defer file.Close()
	in := bufio.NewScanner(io.LimitReader(file, maxStateFile))
	for n := 1; in.Scan(); n++ {
		text := in.Text()
		switch {
		case n == 1 && text != "1":
			return f, errVersion
		case n == 1, text == "", text[0] == '#':
			continue
		}
		columns := strings.Fields(text)
		if len(columns) != stateColumns {
			columns = nil
		}
		f.lines = append(f.lines, stateLine{n, columns})
	}
	if in.Err() != nil {
		return f, in.Err()
	}
	return f, nil
}

// apply gives the servers of p the states that the file has of them, up to the
// first line that is none.
func (f *stateFile) apply(p *core.Proxy, warn func(string, ...any)) {
	told := false
	for _, l := range f.lines {
		if l.columns == nil {
			if p.LoadState == core.LocalState {
				warn("Proxy '%s': corrupted server state file '%s' at line %d.", p.Name, f.name, l.number-1)
			} else {
				warn("config: corrupted global server state file '%s' at line %d.", f.name, l.number-1)
			}
			return
		}
		if l.columns[stateBackend] != p.Name {
			continue
		}
		if id := l.columns[stateBackendID]; id != strconv.Itoa(p.ID) && !told {
			told = true
			warn("Proxy '%s': backend ID mismatch: from server state file: '%s', from running config '%d'", p.Name, id, p.ID)
		}
		for _, s := range p.Servers {
			if s.Name == l.columns[stateName] {
				l.restore(s)
			}
		}
	}
}

// number64 is a column's value, 0 where it is no number.
func (l stateLine) number64(column int) int64 {
	n, _ := strconv.ParseInt(l.columns[column], 10, 64)
	return n
}

// The bits of a check's state in the file.
const (
	checkConfigured = 2
	checkEnabled    = 4
)

// restore gives a server the state of its line.
func (l stateLine) restore(s *core.Server) {
	op, admin := l.number64(stateOp), health.Admin(l.number64(stateAdmin))
	if op < 0 || op > int64(health.Stopping) {
		return
	}
	disabled := admin&health.ConfigMaint != 0
	if admin&health.ForcedMaint == 0 {
		admin &^= health.ConfigMaint // somebody has enabled it since
	}
	v := health.Saved{
		State: health.State(op), Admin: admin & (health.ForcedMaint | health.ConfigMaint | health.ForcedDrain), Disabled: disabled,
		UserWeight: int(l.number64(stateWeight)), Weight: int(l.number64(stateConfigWeight)),
		CheckHealth: -1, CheckRise: s.Rise, AgentHealth: -1,
		Changed: time.Now().Add(-time.Duration(l.number64(stateSince)) * time.Second),
	}
	if check := l.number64(stateCheck); check&checkConfigured != 0 {
		v.CheckHealth, v.CheckOff = int(l.number64(stateCheckHealth)), check&checkEnabled == 0
		if v.State == health.Running {
			v.CheckHealth = s.Rise + s.Fall - 1 // its past failures are forgiven
		}
		status := l.number64(stateCheckStatus)
		if status > int64(health.Init) {
			status--
		}
		if status >= 0 && status <= int64(health.L7Status) {
			v.Check.Status = health.Status(status)
		}
	}
	if v.UserWeight < 0 || v.UserWeight > 256 {
		v.UserWeight = v.Weight
	}
	s.Health.Import(v)
	l.relocate(s)
}

// relocate gives a server the port that it had, and one whose configuration has a
// name the address that the name stood for. One with SRV records is what the
// record said that it stood for.
func (l stateLine) relocate(s *core.Server) {
	ep := s.Dial.Load()
	if ep != nil && (ep.Options.Path != "" || ep.OfClient()) {
		return
	}
	var ip netip.Addr
	host := l.columns[stateHost]
	switch srv := s.SRV(); {
	case srv != "" && s.Section != nil && l.columns[stateSRV] == srv && host != "-":
		s.Naming.Name = host
		ip, _ = netip.ParseAddr(l.columns[stateAddr])
	case srv == "" && s.Addr.Kind == value.Host && host == s.Addr.Host:
		ip, _ = netip.ParseAddr(l.columns[stateAddr])
	}
	port := l.number64(statePort)
	if s.Naming.Name != "" && s.SRV() != "" && port > 0 && port < 1<<16 {
		s.Naming.Port = uint16(port)
	}
	if !ip.IsValid() {
		if ep == nil {
			return
		}
		ip = ep.Options.Addr.Addr()
	}
	next := server.Endpoint(s, ip)
	if port > 0 && port < 1<<16 {
		next.Options.Addr = netip.AddrPortFrom(ip, uint16(port))
		if s.SRV() != "" {
			next.ClientPort = false
		}
	}
	s.Dial.Store(next)
}
