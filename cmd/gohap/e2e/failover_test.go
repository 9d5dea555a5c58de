package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// keepalivedConfig watches the proxy by the name of its process, as the tutorial
// does, and moves the virtual address when it is gone.
const keepalivedConfig = `global_defs {
    router_id %[1]s
    vrrp_version 3
    script_user root
    enable_script_security
}
vrrp_script chk_haproxy {
    script "%[2]s -0 haproxy"
    interval 1
    weight 2
}
vrrp_instance VI_1 {
    interface eth0
    state %[3]s
    virtual_router_id 51
    priority %[4]d
    advert_int 0.2
    virtual_ipaddress {
        10.77.0.100/24
    }
    track_script {
        chk_haproxy
    }
}
`

// TestFailover runs two proxies with keepalived and one virtual address on
// machines of their own; the application servers and the clients are on a
// third. The proxies come and go while requests flow.
func TestFailover(t *testing.T) {
	t.Parallel()
	needRoot(t)
	killall := needPeer(t, "killall")
	keepalived := needPeer(t, "keepalived")
	needPeer(t, "nginx")
	l := newLab(t, 3)
	hub := l.machines[0]
	hub.serve(t, "web1", "10.77.0.1:8001")
	hub.serve(t, "web2", "10.77.0.1:8002")
	haproxy := asHAProxy(t, needGohap(t))
	var balancers []*balancer
	for i, m := range l.machines[1:] {
		// The address is not there yet where the proxy binds to it.
		m.must(t, "sysctl", "-q", "-w", "net.ipv4.ip_nonlocal_bind=1")
		b := newBalancer(t, m, haproxy)
		b.start(t)
		state, priority := "MASTER", 101
		if i > 0 {
			state, priority = "BACKUP", 100
		}
		dir := publicDir(t)
		conf := writeFile(t, filepath.Join(dir, "keepalived.conf"), fmt.Sprintf(keepalivedConfig, m.name, killall, state, priority))
		startCmd(t, m.command(keepalived, "--dont-fork", "--log-console", "--vrrp", "-f", conf,
			"-p", filepath.Join(dir, "pid"), "-r", filepath.Join(dir, "vrrp.pid")))
		balancers = append(balancers, b)
	}
	one, two := balancers[0], balancers[1]
	a := hub.ask(t, "http://10.77.0.100/")

	served := func(by *balancer, why string) {
		t.Helper()
		from := a.count()
		eventually(t, 30*time.Second, why+": requests go through "+by.m.ip, func() bool {
			good := 0
			for _, line := range a.since(from) {
				if strings.HasPrefix(line, "200 web") && strings.HasSuffix(line, " "+by.m.ip) {
					good++
				}
			}
			return good >= 10
		})
	}
	served(one, "at the start")
	from := a.count()
	served(one, "still")
	for _, line := range a.since(from) {
		if !strings.HasPrefix(line, "200 ") {
			t.Errorf("in quiet times: %s", line)
		}
	}
	one.stop(t)
	served(two, "after the first proxy's end")
	one.start(t)
	served(one, "after its return")
	// The other one is not needed: nobody notices that it goes.
	from = a.count()
	two.stop(t)
	served(one, "without the second proxy")
	for _, line := range a.since(from) {
		if !strings.HasPrefix(line, "200 ") {
			t.Errorf("when the idle proxy stops: %s", line)
		}
	}
	a.stop(t)
}

// serve starts an application server on the machine that answers with its name
// and the address that the request came from.
func (m *machine) serve(t testing.TB, name, addr string) {
	t.Helper()
	dir := publicDir(t)
	conf := writeFile(t, filepath.Join(dir, "nginx.conf"), fmt.Sprintf(`
daemon off;
worker_processes 1;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
events { worker_connections 512; }
http {
    access_log off;
    client_body_temp_path %[1]s/body;
    proxy_temp_path %[1]s/proxy;
    fastcgi_temp_path %[1]s/fastcgi;
    uwsgi_temp_path %[1]s/uwsgi;
    scgi_temp_path %[1]s/scgi;
    default_type text/plain;
    server {
        listen %[3]s;
        location / { return 200 "%[2]s $remote_addr\n"; }
    }
}
`, dir, name, addr))
	startCmd(t, m.command(needPeer(t, "nginx"), "-c", conf, "-e", filepath.Join(dir, "error.log")))
}

// balancer is a proxy on a machine.
type balancer struct {
	m       *machine
	haproxy string
	config  string
	pidfile string
}

func newBalancer(t testing.TB, m *machine, haproxy string) *balancer {
	t.Helper()
	dir := publicDir(t)
	return &balancer{m: m, haproxy: haproxy, pidfile: filepath.Join(dir, "pid"), config: writeFile(t, filepath.Join(dir, "haproxy.cfg"), `global
    maxconn 2000
    daemon

defaults
    mode http
    retries 3
    option redispatch
    timeout connect 5000ms
    timeout client 50000ms
    timeout server 50000ms

frontend http-in
    bind 10.77.0.100:80
    default_backend webservers

backend webservers
    balance roundrobin
    option httpchk
    option forwardfor
    option http-server-close
    server web1 10.77.0.1:8001 maxconn 32 check
    server web2 10.77.0.1:8002 maxconn 32 check
`)}
}

// start starts the proxy: it is up when the command is back.
func (b *balancer) start(t testing.TB) {
	t.Helper()
	b.m.must(t, b.haproxy, "-f", b.config, "-p", b.pidfile)
	if comm := strings.TrimSpace(b.m.must(t, "cat", "/proc/"+strings.TrimSpace(mustRead(t, b.pidfile))+"/comm")); comm != "haproxy" {
		t.Errorf("the process is called %s", comm)
	}
}

// stop stops the proxy. No process of that name may be there soon after.
func (b *balancer) stop(t testing.TB) {
	t.Helper()
	b.m.must(t, "kill", strings.TrimSpace(mustRead(t, b.pidfile)))
	eventually(t, 2*time.Second, "no process called haproxy", func() bool {
		rc, _, _ := output(t, b.m.command("killall", "-0", "haproxy"))
		return rc != 0
	})
}
