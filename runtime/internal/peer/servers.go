package peer

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Nginx starts the installed nginx with the text as the body of its http
// block, and returns once it listens on every `listen` of it. Its access log
// is DIR/access.log and its pages are under DIR.
func Nginx(t testing.TB, dir, http string) *Process {
	t.Helper()
	program := Need(t, "nginx")
	text := strings.NewReplacer("DIR", dir, "HTTP", http).Replace(`
daemon off;
master_process off;
worker_processes 1;
pid DIR/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
access_log DIR/access.log;
client_body_temp_path DIR/body;
proxy_temp_path DIR/proxy;
fastcgi_temp_path DIR/fastcgi;
uwsgi_temp_path DIR/uwsgi;
scgi_temp_path DIR/scgi;
root DIR;
HTTP
}
`)
	p := Run(t, program, "-p", dir, "-e", "stderr", "-c", write(t, dir, "nginx.conf", text))
	p.WaitPort(t, listens(nginxListens, http)...)
	return p
}

// NginxSite starts an nginx that answers every request with its name and
// returns its address.
func NginxSite(t testing.TB, name string) string {
	t.Helper()
	addr := Addr(t)
	Nginx(t, Dir(t), fmt.Sprintf(
		"server { listen %s; location / { add_header X-App %q; return 200 %q; } }", addr, name, name+"\n"))
	return addr
}

// Apache starts the installed apache2 with the text added to a minimal
// configuration, and returns once it listens on every `Listen` of it. Its
// access log, in combined form, is DIR/access.log; its pages are under DIR.
func Apache(t testing.TB, dir, directives string) *Process {
	t.Helper()
	program := Need(t, "apache2")
	modules := "/usr/lib/apache2/modules"
	text := strings.NewReplacer("DIR", dir, "MODULES", modules, "TEXT", directives).Replace(`
ServerRoot DIR
ServerName localhost
PidFile DIR/apache2.pid
DefaultRuntimeDir DIR
Mutex pthread
LoadModule mpm_event_module MODULES/mod_mpm_event.so
LoadModule authz_core_module MODULES/mod_authz_core.so
LoadModule dir_module MODULES/mod_dir.so
LoadModule setenvif_module MODULES/mod_setenvif.so
ErrorLog DIR/error.log
LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" combined
CustomLog DIR/access.log combined
DocumentRoot DIR
<Directory DIR>
Require all granted
</Directory>
USER
TEXT
`)
	user := ""
	if os.Getuid() == 0 {
		user = "User www-data\nGroup www-data"
	}
	text = strings.Replace(text, "USER", user, 1)
	p := Run(t, program, "-d", dir, "-f", write(t, dir, "apache2.conf", text), "-DFOREGROUND")
	p.WaitPort(t, listens(apacheListens, directives)...)
	return p
}

// ApacheSite starts an apache2 whose index page is its name and a line feed,
// and returns its address and its access log.
func ApacheSite(t testing.TB, name string) (addr, log string) {
	t.Helper()
	addr = Addr(t)
	dir := Dir(t)
	write(t, dir, "index.html", name+"\n")
	Apache(t, dir, "Listen "+addr)
	return addr, filepath.Join(dir, "access.log")
}

func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// WaitFile waits until a file has a line with that text and returns the line.
func WaitFile(t testing.TB, path, text string) string {
	t.Helper()
	var content []byte
	found := ""
	if !until(nil, func() bool {
		content, _ = os.ReadFile(path)
		for line := range strings.Lines(string(content)) {
			if strings.Contains(line, text) && strings.HasSuffix(line, "\n") {
				found = strings.TrimSuffix(line, "\n")
				return true
			}
		}
		return false
	}) {
		t.Fatalf("no line with %q in %s:\n%s", text, path, content)
	}
	return found
}
