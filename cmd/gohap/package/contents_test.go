package packaging

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestShellSyntax(t *testing.T) {
	scripts := []string{"build.sh", "etc/init.d/haproxy", "scripts/postinst", "scripts/prerm", "scripts/postrm", "etc/default/haproxy"}
	for _, script := range scripts {
		for _, shell := range []string{"sh", "bash"} {
			if status, out := run(t, nil, shell, "-n", script); status != 0 {
				t.Errorf("%s -n %s: %s", shell, script, out)
			}
		}
	}
}

// TestControl looks at what dpkg decides by.
func TestControl(t *testing.T) {
	info := must(t, nil, "dpkg-deb", "-I", build(t, "0.1.0"))
	for _, want := range []string{
		"Package: gohap", "Version: 0.1.0", "Architecture: amd64", "Conflicts: haproxy", "Replaces: haproxy",
		"Provides: haproxy (= 2.6.12)", "Depends: adduser, init-system-helpers",
	} {
		if !strings.Contains(info, "\n "+want+"\n") {
			t.Errorf("no %q in\n%s", want, info)
		}
	}
}

// TestContents looks at modes, owners and paths in the archive.
func TestContents(t *testing.T) {
	list := must(t, nil, "dpkg-deb", "-c", build(t, "0.1.0"))
	for path, mode := range map[string]string{
		"./usr/sbin/gohap":                                "-rwxr-xr-x",
		"./usr/sbin/haproxy -> gohap":                     "l---------",
		"./lib/systemd/system/haproxy.service":            "-rw-r--r--",
		"./usr/lib/tmpfiles.d/haproxy.conf":               "-rw-r--r--",
		"./var/lib/haproxy/dev/":                          "drwxr-xr-x",
		"./usr/share/gohap/etc/init.d/haproxy":            "-rwxr-xr-x",
		"./usr/share/gohap/etc/default/haproxy":           "-rw-r--r--",
		"./usr/share/gohap/etc/haproxy/haproxy.cfg":       "-rw-r--r--",
		"./usr/share/gohap/etc/haproxy/errors/503.http":   "-rw-r--r--",
		"./usr/share/gohap/etc/rsyslog.d/49-haproxy.conf": "-rw-r--r--",
		"./usr/share/gohap/etc/logrotate.d/haproxy":       "-rw-r--r--",
		"./usr/share/man/man1/gohap.1.gz":                 "-rw-r--r--",
		"./usr/share/man/man1/haproxy.1.gz -> gohap.1.gz": "l---------",
		"./usr/share/doc/gohap/copyright":                 "-rw-r--r--",
	} {
		line := regexp.MustCompile(`(?m)^` + mode + ` root/root .* ` + regexp.QuoteMeta(path) + `$`)
		if !line.MatchString(list) {
			t.Errorf("no %s %s in\n%s", mode, path, list)
		}
	}
	// dpkg would overwrite these, or ask about them.
	if strings.Contains(list, " ./etc/") {
		t.Error("the archive has files under /etc")
	}
}

// TestBuildIsReproducible builds twice.
func TestBuildIsReproducible(t *testing.T) {
	first := read(t, build(t, "0.1.0"))
	again := t.TempDir()
	must(t, []string{"BINARY=" + filepath.Join(buildIn, "program"), "ARCH=amd64"}, "./build.sh", "v0.1.0", again)
	if read(t, filepath.Join(again, "gohap_0.1.0_amd64.deb")) != first {
		t.Error("the same sources gave another package")
	}
}

// TestErrorPages checks the shape that haproxy gives its own: a head in
// network line ends, HTTP/1.0, and a body that says the same.
func TestErrorPages(t *testing.T) {
	for status, reason := range map[string]string{
		"400": "Bad request", "403": "Forbidden", "408": "Request Time-out", "500": "Internal Server Error",
		"502": "Bad Gateway", "503": "Service Unavailable", "504": "Gateway Time-out",
	} {
		page := read(t, "etc/haproxy/errors/"+status+".http")
		head, body, found := strings.Cut(page, "\r\n\r\n")
		if !found || !strings.HasPrefix(head, "HTTP/1.0 "+status+" "+reason+"\r\nCache-Control: no-cache\r\n") ||
			!strings.HasSuffix(head, "\r\nContent-Type: text/html") {
			t.Errorf("%s has the head %q", status, head)
		}
		if !strings.HasPrefix(body, "<html><body><h1>"+status+" "+reason+"</h1>\n") ||
			!strings.HasSuffix(body, "\n</body></html>\n") || strings.Contains(body, "\r") {
			t.Errorf("%s has the body %q", status, body)
		}
	}
}

// TestStockConfigIsValid has haproxy check it with our pages.
func TestStockConfigIsValid(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cfg := filepath.Join(t.TempDir(), "haproxy.cfg")
	text := strings.ReplaceAll(read(t, "etc/haproxy/haproxy.cfg"), "/etc/haproxy", here+"/etc/haproxy")
	write(t, cfg, text+"\nlisten a\n\tbind 127.0.0.1:1\n", 0o644)
	if out := must(t, nil, program(t), "-c", "-f", cfg); !strings.Contains(out, "Configuration file is valid") ||
		strings.Contains(out, "WARNING") {
		t.Error(out)
	}
}

// TestUnit looks for what "systemctl status" and reloads depend on.
func TestUnit(t *testing.T) {
	unit := read(t, "systemd/haproxy.service")
	for _, want := range []string{
		"Type=notify", "KillMode=mixed", "Restart=always", "SuccessExitStatus=143",
		"Documentation=man:haproxy(1)", "WantedBy=multi-user.target",
		"EnvironmentFile=-/etc/default/haproxy", "EnvironmentFile=-/etc/sysconfig/haproxy",
		"BindReadOnlyPaths=/dev/log:/var/lib/haproxy/dev/log",
		"ExecStart=/usr/sbin/haproxy -Ws -f $CONFIG -p $PIDFILE $EXTRAOPTS",
		"ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS", "ExecReload=/bin/kill -USR2 $MAINPID",
	} {
		if !strings.Contains(unit, "\n"+want+"\n") {
			t.Errorf("the unit has no line %q", want)
		}
	}
}

// TestLogFilesOfDaemons has the programs check the files that they read.
func TestLogFilesOfDaemons(t *testing.T) {
	rsyslog := need(t, "rsyslogd")
	conf := filepath.Join(t.TempDir(), "rsyslog.conf")
	write(t, conf, "module(load=\"imuxsock\" SysSock.Use=\"off\")\n"+read(t, "etc/rsyslog.d/49-haproxy.conf")+
		"*.* /dev/null\n", 0o644)
	must(t, nil, rsyslog, "-N1", "-f", conf)

	rotate := need(t, "logrotate")
	status, out := run(t, nil, rotate, "--debug", "--state", filepath.Join(t.TempDir(), "state"), "etc/logrotate.d/haproxy")
	if status != 0 || strings.Contains(out, "error:") {
		t.Errorf("logrotate: %d\n%s", status, out)
	}
}

// TestManualPage has groff look for mistakes.
func TestManualPage(t *testing.T) {
	groff := need(t, "groff")
	out := must(t, nil, groff, "-Tascii", "-mandoc", "-ww", "-z", "man/gohap.1")
	if out != "" {
		t.Error(out)
	}
}
