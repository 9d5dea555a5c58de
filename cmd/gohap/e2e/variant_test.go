package e2e

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"
)

// place holds the addresses that a config of testdata/diff/config refers to.
type place struct {
	Front   string // "ip:port" of the frontend under test
	Front2  string // of a second one, where a config has it
	Mark    string // a frontend of the harness's own, see base.tmpl
	S, T    string // of the two scripted servers
	Refused string // nobody listens there
	Silent  string // connections are never established there
	Log     string // of the syslog sink
	CLI     string // path of the stats socket
	Dir     string // a folder with the files of testdata/diff/files
}

// variant is one running proxy with one config, and the scripted servers
// behind it. Scripts run on it one after the other.
type variant struct {
	place
	name string
	ip   string // of all frontends
	proc *process
	sink *syslogSink
	read int // how many lines of the sink are dealt with

	counted counters // after the last script

	mu    sync.Mutex
	world *world // of the script that runs now
}

// startVariant renders the config and runs bin with it.
func startVariant(t testing.TB, bin, config string) *variant {
	t.Helper()
	dir := t.TempDir()
	ip := loopback()
	sink := newSyslogSink(t)
	addr := func() string { return net.JoinHostPort(ip, strconv.Itoa(freePort(t, ip))) }
	v := &variant{name: config, ip: ip, sink: sink, place: place{
		Front: addr(), Front2: addr(), Mark: addr(), Log: sink.addr,
		Refused: refusing(t), CLI: filepath.Join(dir, "cli"), Dir: testdata("diff", "files"),
	}}
	var err error
	if v.Dir, err = filepath.Abs(v.Dir); err != nil {
		t.Fatal(err)
	}
	v.S, v.T = v.listen(t, "s"), v.listen(t, "t")
	v.Silent = sharedSilent(t)
	cfg := v.render(t, config)
	path := writeFile(t, filepath.Join(dir, config+".cfg"), cfg)
	v.proc = start(t, asHAProxy(t, bin), "-db", "-f", path)
	up := within(10*time.Second, func() bool { return listening(v.Mark) || !v.proc.running() })
	if !up || !v.proc.running() {
		t.Fatalf("%s does not start with %s:\n%s\n%s", bin, config, v.proc.stderr.String(), cfg)
	}
	v.mark(t, 0)
	if v.counted, err = v.counters(); err != nil {
		t.Fatal(err)
	}
	return v
}

var silentOnce struct {
	sync.Mutex
	addr string
}

// sharedSilent returns an address that drops SYNs, one for the whole run.
func sharedSilent(t testing.TB) string {
	t.Helper()
	silentOnce.Lock()
	defer silentOnce.Unlock()
	if silentOnce.addr == "" {
		silentOnce.addr = silent(leaky{t})
	}
	return silentOnce.addr
}

// leaky keeps what a test set up until the process ends.
type leaky struct{ testing.TB }

func (leaky) Cleanup(func()) {}

func (v *variant) render(t testing.TB, config string) string {
	t.Helper()
	dir := testdata("diff", "config")
	tmpl, err := template.New("").Option("missingkey=error").ParseFiles(
		filepath.Join(dir, "base.tmpl"), filepath.Join(dir, config+".cfg"))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := tmpl.ExecuteTemplate(&b, config+".cfg", v.place); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// listen starts a scripted server. Connections go to the world of the script
// that runs.
func (v *variant) listen(t testing.TB, name string) string {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			v.mu.Lock()
			w := v.world
			v.mu.Unlock()
			if w == nil {
				c.Close()
				continue
			}
			w.accept(name, c.(*net.TCPConn))
		}
	}()
	return l.Addr().String()
}

// accept takes a connection from the proxy into the world.
func (w *world) accept(name string, c *net.TCPConn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		c.Close()
		return
	}
	e := w.newEndpoint(name+itoa(len(w.servers[name])+1), c)
	w.servers[name] = append(w.servers[name], e)
	w.changed.Broadcast()
	go e.read()
	if a := w.autos[name]; a != nil {
		go e.serve(a)
	}
}

// mark sends a request to the harness's own frontend and waits for its log
// line: what the proxy was told before has been logged by then. It returns the
// lines that came since the last call. A first wait is for that many lines.
func (v *variant) mark(t testing.TB, first int) []string {
	t.Helper()
	if first > 0 {
		v.sink.await(stepLimit, func(all []string) bool { return len(all) >= v.read+first })
	}
	c, err := net.Dial("tcp", v.Mark)
	if err != nil {
		t.Errorf("%s: the proxy is gone: %v\n%s", v.name, err, tail(v.proc.stderr.String()))
		return nil
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(stepLimit))
	port := itoa(c.LocalAddr().(*net.TCPAddr).Port)
	c.Write([]byte("GET /mark HTTP/1.0\r\n\r\n"))
	buf := make([]byte, 4096)
	for err == nil {
		_, err = c.Read(buf)
	}
	ours := func(line string) bool {
		return strings.Contains(line, ":"+port+" [") && strings.Contains(line, " mark ")
	}
	all, ok := v.sink.await(stepLimit, func(all []string) bool {
		for _, line := range all[v.read:] {
			if ours(line) {
				return true
			}
		}
		return false
	})
	if !ok {
		t.Errorf("%s: no log line for the mark", v.name)
	}
	var out []string
	for _, line := range all[v.read:] {
		if !markLine.MatchString(line) {
			out = append(out, line)
		}
	}
	v.read = len(all)
	return out
}

var markLine = regexp.MustCompile(`\] mark mark/`)

// cli sends one command to the stats socket and returns the answer.
func (v *variant) cli(command string) (string, error) {
	return cliCommand(v.CLI, command)
}

// cliCommand sends one command to a stats socket and returns the answer.
func cliCommand(path, command string) (string, error) {
	c, err := net.DialTimeout("unix", path, stepLimit)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(stepLimit))
	if _, err := c.Write([]byte(command + "\n")); err != nil {
		return "", err
	}
	c.(*net.UnixConn).CloseWrite() // the master's socket goes on otherwise
	var b bytes.Buffer
	_, err = b.ReadFrom(c)
	return b.String(), err
}

// stat reads one cell of "show stat", or -1.
func (v *variant) stat(proxy, server, column string) int {
	return statCell(v.CLI, proxy, server, column)
}

func statCell(path, proxy, server, column string) int {
	n, err := strconv.Atoi(statText(path, proxy, server, column))
	if err != nil {
		return -1
	}
	return n
}

// mustRead returns the text of a file.
func mustRead(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
