package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bench is one run: a backend and two proxies in front of it.
type bench struct {
	dir             string
	seconds, rounds int
	procs           []*exec.Cmd
	proxies         []*proxy
}

// proxy is a proxy under test; its listeners are at base and above.
type proxy struct {
	name         string
	program, cfg string
	cmd          *exec.Cmd
	pid          int
	base         int
}

// The ports of a proxy, as offsets from its base.
const (
	plainPort = iota
	rulesPort
	closePort
	tcpPort
	trackPort
	echoPort
	splicePort
	tcpSplicePort
)

const (
	backendPort     = 18400
	echoBackendPort = 18401
)

// start starts the backend and both proxies.
func (b *bench) start(gohap string) error {
	conf := filepath.Join(b.dir, "nginx.conf")
	small := strings.Repeat("0123456789abcdef", 4)
	if err := os.WriteFile(filepath.Join(b.dir, "100k"), make([]byte, 100<<10), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.dir, "10m"), make([]byte, 10<<20), 0o644); err != nil {
		return err
	}
	text := fmt.Sprintf(nginxConf, b.dir, b.dir, backendPort, b.dir, small)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		return err
	}
	if _, err := b.spawn("nginx", "-c", conf); err != nil {
		return err
	}
	if err := echo(echoBackendPort); err != nil {
		return err
	}
	for i, program := range []string{"haproxy", gohap} {
		p := &proxy{name: filepath.Base(program), program: program, base: 18410 + 10*i}
		p.cfg = filepath.Join(b.dir, p.name+".cfg")
		text := fmt.Sprintf(proxyConf, p.base+plainPort, p.base+rulesPort, p.base+closePort, p.base+tcpPort, backendPort, p.base+trackPort,
			p.base+echoPort, echoBackendPort, p.base+splicePort, p.base+tcpSplicePort, backendPort, backendPort)
		if err := os.WriteFile(p.cfg, []byte(text), 0o644); err != nil {
			return err
		}
		b.proxies = append(b.proxies, p)
		if err := b.restart(p); err != nil {
			return err
		}
	}
	return nil
}

// restart starts p, anew where it runs already.
func (b *bench) restart(p *proxy) error {
	if p.cmd != nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	}
	var err error
	if p.cmd, err = b.spawn(p.program, "-db", "-f", p.cfg); err != nil {
		return err
	}
	p.pid = p.cmd.Process.Pid
	if err := waitPort(p.base); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

func (b *bench) spawn(name string, args ...string) (*exec.Cmd, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	b.procs = append(b.procs, cmd)
	return cmd, nil
}

// stop ends what start started.
func (b *bench) stop() {
	for _, p := range b.procs {
		p.Process.Kill()
		p.Wait()
	}
}

func waitPort(port int) error {
	var err error
	for range 100 {
		var c net.Conn
		if c, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

const nginxConf = `
daemon off; master_process off; pid %s/nginx.pid; error_log /dev/null;
worker_rlimit_nofile 20000;
events { worker_connections 18000; }
http {
	access_log off; keepalive_requests 1000000000; client_body_temp_path %s/body;
	server {
		listen 127.0.0.1:%d backlog=4096; root %s;
		location = / { return 200 "%s"; }
	}
}
`

const proxyConf = `
global
	maxconn 9000
	maxpipes 100
	log 127.0.0.1:18499 local0
defaults
	timeout client 30s
	timeout server 30s
	timeout connect 5s
frontend plain
	mode http
	bind 127.0.0.1:%d
	default_backend nginx
frontend rules
	mode http
	bind 127.0.0.1:%d
	log global
	option httplog
	option forwardfor
	acl a path_beg /a
	acl b path_end .png
	acl c hdr(host) -i one.example
	acl d hdr_sub(user-agent) curl
	acl e path /e
	http-request deny if a or b or c or d or e
	http-request set-header X-One 1
	http-request del-header X-Two
	default_backend nginx
frontend close
	mode http
	bind 127.0.0.1:%d
	option httpclose
	default_backend nginx
listen tcp
	mode tcp
	bind 127.0.0.1:%d
	server s 127.0.0.1:%d
frontend tracking
	mode http
	bind 127.0.0.1:%d
	stick-table type ip size 1m expire 1h store http_req_rate(10s),conn_cur,gpc0
	http-request track-sc0 src
	http-request deny if { sc_http_req_rate(0) gt 1000000000 } || { sc_get_gpc0(0) gt 0 }
	default_backend nginx
listen echo
	mode tcp
	bind 127.0.0.1:%d
	server s 127.0.0.1:%d
frontend splice
	mode http
	option splice-request
	option splice-response
	bind 127.0.0.1:%d
	default_backend nginx
listen tcpsplice
	mode tcp
	option splice-request
	option splice-response
	bind 127.0.0.1:%d
	server s 127.0.0.1:%d
backend nginx
	mode http
	server s 127.0.0.1:%d
`
