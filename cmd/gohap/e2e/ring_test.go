package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const ringConfig = `global
    stats socket %[1]s level admin
    log-tag haproxy
ring kept
    description "for the disk"
    format rfc3164
    maxlen 300
    size 32764
    timeout connect 5s
    timeout server 10s
    server a %[3]s log-proto octet-count
ring small
    maxlen 60
    timeout connect 5s
    timeout server 10s
    server b %[4]s
ring alone
    format timed
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
    option dontlognull
    log ring@alone len 80 local3
frontend f
    bind %[2]s
    log ring@kept len 500 local1
    log ring@small local0
    log ring@alone format rfc5424 local2 info notice
    log ring@buf0 local0 notice
    log ring@buf0 sample 1:2 local0
    log-format "%%HU %%HM"
    http-request return status 200
`

// ringRun is a program with rings, and the peers that their lines go to.
type ringRun struct {
	t            *testing.T
	socket, addr string
	kept, small  string
}

func startRings(t *testing.T, program string) *ringRun {
	dir := t.TempDir()
	r := &ringRun{t, filepath.Join(dir, "sock"), freeAddr(t), freeAddr(t), freeAddr(t)}
	p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(ringConfig, r.socket, r.addr, r.kept, r.small)))
	if !within(10*time.Second, func() bool { return listening(r.addr) || !p.running() }) || !p.running() {
		t.Fatalf("%s does not start:\n%s", program, p.stderr.String())
	}
	return r
}

func (r *ringRun) get(path string) {
	r.t.Helper()
	answer, err := http.Get("http://" + r.addr + "/" + path)
	if err != nil {
		r.t.Fatal(err)
	}
	answer.Body.Close()
}

var ringVaries = regexp.MustCompile(`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.+]+|haproxy\[\d+\]`)

func (r *ringRun) tell(command string) string {
	return ringVaries.ReplaceAllString(tell(r.t, r.socket, command+"\n"), "*")
}

// accept takes a program's connection to a peer.
func (r *ringRun) accept(l net.Listener) net.Conn {
	r.t.Helper()
	l.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second))
	c, err := l.Accept()
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// read reads until text has come, and closes the connection.
func (r *ringRun) read(c net.Conn, text string) string {
	r.t.Helper()
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(10 * time.Second))
	var all strings.Builder
	for buf := make([]byte, 4096); !strings.Contains(all.String(), text); {
		n, err := c.Read(buf)
		if err != nil {
			r.t.Errorf("%v after %q", err, all.String())
			break
		}
		all.Write(buf[:n])
	}
	return all.String()
}

// TestRings compares what rings hold, what "show events" says of them, and what their
// servers get, who come late and leave early.
func TestRings(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	all := []*ringRun{startRings(t, ref), startRings(t, bin)}
	same := func(what string, f func(*ringRun) string) {
		t.Helper()
		if want, got := f(all[0]), f(all[1]); want != got {
			t.Errorf("%s: HAProxy (-) and gohap (+) differ:\n%s", what, lineDiff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
	}
	for _, r := range all {
		for i := range 5 {
			r.get(fmt.Sprint(i, "-", strings.Repeat("x", 90*i)))
		}
	}
	commands := []string{"show events", "show events kept", "show events small", "show events alone", "show events buf0", "show events stdout", "show events none",
		"show events kept -n", "show events kept -x", "show events kept x", "show events -w"}
	for _, c := range commands {
		same(c, func(r *ringRun) string { return r.tell(c) })
	}
	for _, r := range all {
		for i := range 700 {
			r.get(fmt.Sprint(100+i, "-", strings.Repeat("x", i%150)))
		}
	}
	for _, c := range commands[2:4] { // in others, the numbers of the processes count
		same(c+" when full", func(r *ringRun) string { return r.tell(c) })
	}

	// The listeners come when there is something to read already.
	var counted, plain []net.Listener
	for _, r := range all {
		counted, plain = append(counted, listenAt(t, r.kept)), append(plain, listenAt(t, r.small))
	}
	for i, r := range all {
		in := bufio.NewReader(strings.NewReader(r.read(r.accept(counted[i]), "/799-")))
		for lines := 0; ; lines++ {
			var n int
			if _, err := fmt.Fscanf(in, "%d ", &n); err == io.EOF && lines > 100 {
				break
			} else if err != nil || n < 50 {
				t.Errorf("program %d: %d lines, then none of length %d: %v", i, lines, n, err)
				break
			}
			line := make([]byte, n)
			if _, err := io.ReadFull(in, line); err == io.ErrUnexpectedEOF && lines > 100 {
				break
			}
			if !regexp.MustCompile(`^<142>.{15} localhost haproxy\[\d+\]: /\d+-x* GET$`).Match(line) {
				t.Errorf("program %d: %q", i, line)
			}
		}
	}
	for i, r := range all {
		c := r.accept(plain[i])
		r.get("late")
		if got := r.read(c, "/late GET\n"); !strings.Contains(got, "/799-xxxxxx") {
			t.Errorf("the server of program %d got %q", i, got)
		}
		c = r.accept(plain[i]) // what is sent before they know that the first one is closed is lost
		r.get("later")
		if got := r.read(c, "/later GET\n"); strings.Contains(got, "/799-") {
			t.Errorf("the server of program %d got lines twice: %q", i, got)
		}
	}
}

func listenAt(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// TestRingWait has a client wait for lines to come, in both programs.
func TestRingWait(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	for _, program := range []string{ref, bin} {
		r := startRings(t, program)
		r.get("early")
		for _, command := range []string{"show events small -w", "show events small -n -w", "show events small -wn"} {
			c, err := net.Dial("unix", r.socket)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(10 * time.Second))
			fmt.Fprintln(c, command)
			in := bufio.NewReader(c)
			if command == "show events small -w" {
				if line, err := in.ReadString('\n'); line != "/early GET\n" {
					t.Errorf("%s: %q %v", program, line, err)
				}
			} else {
				time.Sleep(100 * time.Millisecond) // nothing tells that the command waits
			}
			for range 3 {
				r.get("new")
				if line, err := in.ReadString('\n'); line != "/new GET\n" {
					t.Errorf("%s: %s: %q %v", program, command, line, err)
				}
			}
			if program == ref {
				continue // HAProxy's manual says the same of a key, but 2.6.12 goes on
			}
			fmt.Fprintln(c)
			if line, err := io.ReadAll(in); string(line) != "\n" {
				t.Errorf("%s: %s: ends with %q %v", program, command, line, err)
			}
		}
	}
}
