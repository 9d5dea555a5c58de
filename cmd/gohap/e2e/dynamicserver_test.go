package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const dynamicConfig = `global
    stats socket %[1]s level admin
    stats socket %[1]s.op level operator
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
    timeout queue 5s
    default-server maxconn 7 inter 1h
frontend f
    bind %[2]s
    use_backend %%[path,field(2,/)]
backend rr
    http-request set-header x %%[srv_weight(rr/s1)]
    use-server s4 if { path /nothing }
    server s1 %[3]s
    server s3 %[3]s id 3 check
    server s4 %[3]s track rr/s3
backend lc
    balance leastconn
    server s1 %[3]s
backend st
    balance static-rr
    server s1 %[3]s
backend src
    balance source
backend srcc
    balance source
    hash-type consistent
    server s1 %[3]s
backend empty
    use-server %%[path,field(3,/)] if { path -m found }
    stick-table type string size 100
    stick on path,field(4,/)
backend disp
    dispatch %[3]s
backend tcpb
    mode tcp
backend ck
    cookie S insert indirect
    server s1 %[3]s cookie one
backend dis
    disabled
`

// dynamicCommands are said one after the other; $N is the address of a server.
var dynamicCommands = strings.Split(strings.TrimSpace(`
add server
add server rr
add server rr/
add server /x
add server none/x $2
add server rr/x
add server rr/s1 $2
add server rr/a! $2
add server rr/x 127.0.0.1:99999
add server rr/n1 $2 nonsense
add server rr/n1 $2 weigth 3
add server rr/n1 $2 weight 300
add server rr/n1 $2 cookie foo
add server rr/n1 $2 resolvers x
add server rr/n1 $2 init-addr none
add server rr/n1 $2 id 3
add server rr/n1 $2 id x
add server rr/n2 $2 id 30
add server rr/n2 $2
add server rr/n3 foo.invalid:80
add server rr/n4 127.0.0.1:1 check
add server rr/n5 $2 track s3
add server rr/n6 $2 track nope
add server rr/n6 $2 track n4
add server rr/n6 $2 track rr/s4
add server rr/n7 $2 agent-check
add server rr/n7 $2 agent-check agent-port 1
add server rr/n8 $2 ssl
add server rr/n8 $2 ssl verify none
add server rr/n9 /tmp/x
add server rr/n10 $2 disabled
add server rr/n11 $2 track rr/s3 check
add server rr/n11 127.0.0.1 check
add server rr/n11 $2 inter
add server rr/n11 $2 inter 0
add server rr/n11 $2 maxconn 3 minconn 3 maxqueue 2
add server rr/n12 $2 log-proto legacy
add server rr/n12 fd@3
add server rr/n12 $2 ssl verify required ca-file /nonexistent
add server tcpb/n1 $2 proto h2
add server st/x $2
add server src/x $2
add server disp/x $2
add server dis/x $2
add server f/x $2
add server tcpb/x $2
show servers state
del server
del server rr
del server none/x
del server rr/none
del server rr/s1
del server rr/s3
del server rr/s4
del server rr/n2
del server rr/n2
enable server rr/n2
set server rr/n5 state ready
del server rr/n5
set server rr/n5 state maint
del server rr/n5
del server lc/s1
set server lc/s1 state maint
del server lc/s1
set server st/s1 state maint
del server st/s1
enable health rr/n11
enable agent rr/n11
enable agent rr/n7
disable agent rr/n7
add server rr/n13 $2
show servers state rr
/srcc/
add server srcc/s2 $2
add server srcc/s3 $3 weight 3
enable server srcc/s2
enable server srcc/s3
/srcc/
add server lc/s2 $2
add server lc/s3 $3
enable server lc/s2
enable server lc/s3
/lc/
/lc/
/lc/
/rr/
/rr/
/rr/
add server rr/t2 $2
/rr/
enable server rr/t2
add server rr/t3 $3 weight 2
enable server rr/t3
/rr/
/rr/
/rr/
/rr/
/rr/
/rr/
/rr/
/rr/
set server rr/t3 weight 1
set server rr/t3 addr 127.0.0.1 port 1
disable server rr/t3
/rr/
/rr/
/rr/
set server rr/t2 state drain
/rr/
/rr/
del server rr/t2
del server rr/t3
/empty/x/
add server empty/x $2
add server empty/y $3
/empty/x/
enable server empty/x
enable server empty/y
/empty/x/
/empty/y/
/empty/none/me
/empty/none/me
/empty/none/you
disable server empty/x
/empty/x/
del server empty/x
/empty/x/
/empty/none/you
add server empty/x $2
enable server empty/x
/empty/x/
add server ck/s2 $2
enable server ck/s2
/ck/
/ck/
disable server ck/s2
del server ck/s2
/ck/
show servers state ck
`), "\n")

// TestDynamicServers adds, uses and deletes servers in both programs.
func TestDynamicServers(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	var servers []string
	for i := range 3 {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "server %d", i+1) }))
		t.Cleanup(s.Close)
		servers = append(servers, "$"+fmt.Sprint(i+1), s.Listener.Addr().String())
	}
	fill := strings.NewReplacer(servers...)
	age := regexp.MustCompile(`(?m)^((?:\S+ ){9})\d+`)
	run := func(program string) (answers []string) {
		dir := t.TempDir()
		socket, addr := filepath.Join(dir, "sock"), freeAddr(t)
		p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(dynamicConfig, socket, addr, servers[1])))
		if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
			t.Fatalf("%s does not start:\n%s", program, p.stderr.String())
		}
		checked := func() bool { return present(socket) && strings.Count(tell(t, socket, "show stat\n"), "L4OK") >= 1 }
		if !within(10*time.Second, checked) {
			t.Fatalf("%s does not check", program)
		}
		answers = append(answers, tell(t, socket+".op", "add server rr/x 127.0.0.1:1\n"), tell(t, socket+".op", "del server rr/x\n"))
		for _, c := range dynamicCommands {
			if c[0] != '/' {
				if strings.HasPrefix(c, "del server ") { // a client may have its answer a moment before the stream ends
					name := strings.TrimPrefix(c, "del server ")
					backend, server, _ := strings.Cut(name, "/")
					within(time.Second, func() bool { return statCell(socket, backend, server, "scur") <= 0 })
				}
				answers = append(answers, age.ReplaceAllString(strings.ReplaceAll(tell(t, socket, fill.Replace(c)+"\n"), dir, ""), "$1*"))
				continue
			}
			answer, err := http.Get("http://" + addr + c)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			answers = append(answers, answer.Status+" "+answer.Header.Get("Set-Cookie")+" "+string(body))
		}
		return answers
	}
	want, got := run(ref), run(bin)
	for i := range want {
		if want[i] != got[i] {
			c := "permission"
			if i >= 2 {
				c = dynamicCommands[i-2]
			}
			t.Errorf("%d: %s: HAProxy (-) and gohap (+) differ:\n%s", i, c, lineDiff(strings.Split(want[i], "\n"), strings.Split(got[i], "\n")))
		}
	}
}

// TestDynamicServerUse has a server that was added queue streams, and refuse to go
// while it has some.
func TestDynamicServerUse(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	for _, program := range []string{ref, bin} {
		arrived, answer := make(chan struct{}, 10), make(chan struct{})
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			arrived <- struct{}{}
			<-answer
		}))
		dir := t.TempDir()
		socket, addr := filepath.Join(dir, "sock"), freeAddr(t)
		p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(dynamicConfig, socket, addr, "127.0.0.1:1")))
		if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
			t.Fatalf("%s does not start:\n%s", program, p.stderr.String())
		}
		eventually(t, 10*time.Second, "the socket", func() bool { return present(socket) })
		say := func(command, want string) {
			t.Helper()
			if got := strings.TrimSpace(tell(t, socket, command+"\n")); got != want {
				t.Errorf("%s: %s: %q, want %q", program, command, got, want)
			}
		}
		say("add server srcc/x "+s.Listener.Addr().String()+" maxconn 1 check inter 50", "New server registered.")
		say("set server srcc/s1 state maint", "")
		say("set server srcc/x state ready", "")
		say("enable health srcc/x", "")
		statuses := make(chan string, 2)
		for range 2 {
			go func() {
				r, err := http.Get("http://" + addr + "/srcc/")
				if err != nil {
					statuses <- err.Error()
					return
				}
				r.Body.Close()
				statuses <- r.Status
			}()
		}
		<-arrived
		eventually(t, 10*time.Second, "a stream in the queue", func() bool {
			return statCell(socket, "srcc", "x", "qcur") == 1 && statCell(socket, "srcc", "x", "scur") == 1 ||
				statCell(socket, "srcc", "BACKEND", "qcur") == 1
		})
		eventually(t, 10*time.Second, "a check", func() bool { return strings.Contains(tell(t, socket, "show stat\n"), "L4OK") })
		say("del server srcc/x", "Only servers in maintenance mode can be deleted.")
		say("disable server srcc/x", "")
		say("del server srcc/x", "Server still has connections attached to it, cannot remove it.")
		close(answer)
		<-statuses
		eventually(t, 10*time.Second, "the server to be deleted", func() bool {
			answer, err := cliCommand(socket, "del server srcc/x")
			// HAProxy 2.6.12 does not always live long enough to answer.
			return err == nil && strings.Contains(answer, "Server deleted.") || program == ref && !p.running()
		})
		if program == bin {
			say("del server srcc/x", "No such server.")
		}
		s.Close()
	}
}

// present tells whether there is a file.
func present(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
