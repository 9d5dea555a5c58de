package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// publicDir returns a folder that other users can enter, unlike t.TempDir.
func publicDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gohap-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// appServer is a web server behind the proxy. It answers every request with
// its name and a newline.
type appServer struct {
	name  string
	addr  string
	log   string // path of its access log
	start func(testing.TB) *process
	proc  *process
}

// up starts the server again after down.
func (a *appServer) up(t testing.TB) {
	t.Helper()
	a.proc = a.start(t)
	eventually(t, 10*time.Second, a.name+" listens", func() bool { return listening(a.addr) || !a.proc.running() })
	if !a.proc.running() {
		t.Fatalf("%s does not start:\n%s", a.name, a.proc.stderr.String())
	}
}

// down stops the server.
func (a *appServer) down(t testing.TB) {
	t.Helper()
	a.proc.signal(t, syscall.SIGTERM)
	a.proc.wait(t, stopLimit)
}

// newNginx starts nginx as an application server. Its access log has a line
// "METHOD URI PROTOCOL x-forwarded-for" for each request.
func newNginx(t testing.TB, name, addr string) *appServer {
	t.Helper()
	bin := needPeer(t, "nginx")
	dir := publicDir(t)
	a := &appServer{name: name, addr: addr, log: filepath.Join(dir, "access.log")}
	conf := writeFile(t, filepath.Join(dir, "nginx.conf"), fmt.Sprintf(`
daemon off;
worker_processes 1;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
events { worker_connections 512; }
http {
    log_format app '$request $http_x_forwarded_for';
    access_log %[2]s app;
    client_body_temp_path %[1]s/body;
    proxy_temp_path %[1]s/proxy;
    fastcgi_temp_path %[1]s/fastcgi;
    uwsgi_temp_path %[1]s/uwsgi;
    scgi_temp_path %[1]s/scgi;
    default_type text/plain;
    server {
        listen %[3]s;
        location / { return 200 "%[4]s\n"; }
        location /slow { return 200 "%[4]s\n"; }
    }
}
`, dir, a.log, addr, name))
	a.start = func(t testing.TB) *process {
		return start(t, bin, "-c", conf, "-e", filepath.Join(dir, "error.log"))
	}
	a.up(t)
	return a
}

// newApache starts apache2 as an application server. Requests of health checks
// (OPTIONS) stay out of its access log.
func newApache(t testing.TB, name, addr string) *appServer {
	t.Helper()
	bin := needPeer(t, "apache2")
	modules := "/usr/lib/apache2/modules"
	if _, err := os.Stat(modules); err != nil {
		missing(t, "no apache2 modules in %s", modules)
	}
	dir := publicDir(t)
	a := &appServer{name: name, addr: addr, log: filepath.Join(dir, "access.log")}
	writeFile(t, filepath.Join(dir, "www", "index.html"), name+"\n")
	user := ""
	if os.Geteuid() == 0 {
		user = "User www-data\nGroup www-data\n"
	}
	var load strings.Builder
	for _, m := range []string{"mpm_event", "authz_core", "dir", "setenvif", "log_config", "unixd"} {
		path := filepath.Join(modules, "mod_"+m+".so")
		if _, err := os.Stat(path); err == nil {
			fmt.Fprintf(&load, "LoadModule %s_module %s\n", m, path)
		}
	}
	conf := writeFile(t, filepath.Join(dir, "apache.conf"), fmt.Sprintf(`
ServerRoot %[1]s
%[2]s%[3]sServerName %[4]s
Listen %[5]s
PidFile %[1]s/apache.pid
DefaultRuntimeDir %[1]s
Mutex file:%[1]s
ErrorLog %[1]s/error.log
SetEnvIf Request_Method "OPTIONS" check
LogFormat "%%r %%{X-Forwarded-For}i" app
CustomLog %[6]s app env=!check
CustomLog %[1]s/checks.log app env=check
DocumentRoot %[1]s/www
DirectoryIndex index.html
<Directory %[1]s/www>
    Require all granted
</Directory>
`, dir, load.String(), user, name, addr, a.log))
	a.start = func(t testing.TB) *process { return start(t, bin, "-d", dir, "-f", conf, "-DFOREGROUND") }
	a.up(t)
	return a
}

// syslogDaemon is rsyslogd with a config of its own, as the tutorials set it up:
// it takes messages by UDP and by unix sockets and files those of programs
// called haproxy.
type syslogDaemon struct {
	udp   string // "ip:port"
	file  string
	start func(testing.TB) *process
	proc  *process
}

// newSyslogDaemon starts rsyslogd, listening on a UDP port and the given sockets.
func newSyslogDaemon(t testing.TB, sockets ...string) *syslogDaemon {
	t.Helper()
	bin := needPeer(t, "rsyslogd")
	dir := publicDir(t)
	ip := loopback()
	pc, err := net.ListenPacket("udp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatal(err)
	}
	port := pc.LocalAddr().(*net.UDPAddr).Port
	pc.Close()
	d := &syslogDaemon{udp: fmt.Sprintf("%s:%d", ip, port), file: filepath.Join(dir, "haproxy.log")}
	var b strings.Builder
	fmt.Fprintf(&b, "global(workDirectory=%q)\n", dir)
	b.WriteString("module(load=\"imudp\")\n")
	fmt.Fprintf(&b, "input(type=\"imudp\" address=%q port=\"%d\")\n", ip, port)
	b.WriteString("module(load=\"imuxsock\" SysSock.Use=\"off\")\n")
	for _, s := range sockets {
		if err := os.MkdirAll(filepath.Dir(s), 0o755); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "input(type=\"imuxsock\" Socket=%q)\n", s)
	}
	b.WriteString("module(load=\"builtin:omfile\" Template=\"RSYSLOG_TraditionalFileFormat\")\n")
	fmt.Fprintf(&b, ":programname, startswith, \"haproxy\" {\n  action(type=\"omfile\" file=%q asyncWriting=\"off\" flushOnTXEnd=\"on\")\n  stop\n}\n", d.file)
	conf := writeFile(t, filepath.Join(dir, "rsyslog.conf"), b.String())
	d.start = func(t testing.TB) *process {
		return start(t, bin, "-n", "-f", conf, "-i", filepath.Join(dir, "rsyslogd.pid"))
	}
	d.up(t)
	return d
}

// up starts the daemon again after down. It is up once a message has arrived.
func (d *syslogDaemon) up(t testing.TB) {
	t.Helper()
	d.proc = d.start(t)
	before := len(d.lines(t))
	c, err := net.Dial("udp", d.udp)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	eventually(t, 10*time.Second, "rsyslogd takes messages", func() bool {
		c.Write([]byte("<134>Jan  1 00:00:00 haproxy-test[1]: up"))
		return len(d.lines(t)) > before || !d.proc.running()
	})
	if !d.proc.running() {
		t.Fatalf("rsyslogd does not start:\n%s", d.proc.stderr.String())
	}
}

// down stops the daemon.
func (d *syslogDaemon) down(t testing.TB) {
	t.Helper()
	d.proc.signal(t, syscall.SIGTERM)
	d.proc.wait(t, stopLimit)
}

// lines returns what was logged so far.
func (d *syslogDaemon) lines(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile(d.file)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

// await waits for a line that ok accepts, and returns it.
func (d *syslogDaemon) await(t testing.TB, what string, ok func(string) bool) string {
	t.Helper()
	var found string
	if !within(10*time.Second, func() bool {
		for _, line := range d.lines(t) {
			if ok(line) {
				found = line
				return true
			}
		}
		return false
	}) {
		t.Fatalf("no log line: %s in\n%s", what, tail(strings.Join(d.lines(t), "\n")))
	}
	return found
}

// readPID reads a pidfile with one process id.
func readPID(t testing.TB, path string) int {
	t.Helper()
	text := strings.TrimSpace(mustRead(t, path))
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s holds %q", path, text)
	}
	return pid
}

// comm is the name of a process.
func comm(t testing.TB, pid int) string {
	t.Helper()
	return strings.TrimSpace(mustRead(t, filepath.Join("/proc", itoa(pid), "comm")))
}

// procIDs returns a process's effective user and group.
func procIDs(t testing.TB, pid int) (uid, gid string) {
	t.Helper()
	for _, line := range strings.Split(mustRead(t, filepath.Join("/proc", itoa(pid), "status")), "\n") {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 2 && fields[0] == "Uid:":
			uid = fields[2]
		case len(fields) > 2 && fields[0] == "Gid:":
			gid = fields[2]
		}
	}
	return uid, gid
}
