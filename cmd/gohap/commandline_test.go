package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Command lines whose exit status, stdout and stderr are HAProxy's, but for the
// text of the help.
func TestCommandLine(t *testing.T) {
	lines := [][]string{
		{"-c", "-f", "ok.cfg"}, {"-f", "ok.cfg", "-c"}, {"-c", "-V", "-f", "ok.cfg"}, {"-c", "--", "ok.cfg"},
		{"-c", "-q", "-f", "ok.cfg"}, {"-c", "-q", "-V", "-f", "ok.cfg"}, {"-Ws", "-f", "ok.cfg", "-c", "-q"},
		{"-c", "-f", "warn.cfg"}, {"-c", "-q", "-f", "warn.cfg"}, {"-c", "-dW", "-f", "warn.cfg"}, {"-db", "-dW", "-f", "warn.cfg"},
		{"-c", "-f", "bad.cfg"}, {"-c", "-q", "-f", "bad.cfg"}, {"-f", "bad.cfg"}, {"-D", "-f", "bad.cfg"}, {"-W", "-f", "bad.cfg"},
		{"-c", "-f", "none.cfg"}, {"-c", "-q", "-f", "none.cfg"}, {"-f", "none.cfg"},
		{"-c", "-f", "conf.d"}, {"-c", "-f", "missing"}, {"-C", "missing", "-c", "-f", "ok.cfg"}, {"-C", "conf.d", "-c", "-f", "a.cfg"},
		{"-c", "-f", "ok.cfg", "-f"}, {"-c", "-n"}, {"-S"}, {"-L"}, {"-p"}, {"-m"}, {"-N"},
		{"-n", "0", "-c", "-f", "ok.cfg"}, {"-n", "x", "-c", "-f", "ok.cfg"}, {"-L", "", "-c", "-f", "ok.cfg"},
		{"-cc", "streq(a,a)"}, {"-cc", "streq(a,b)"}, {"-cc", "foo("}, {"-cc", "version_atleast(2.6)"}, {"-cc", "feature(THREAD)"},
		{"-dZ", "-c", "-f", "ok.cfg"}, {"-de", "-dp", "-dG", "-dR", "-dS", "-dr", "-dV", "-dD", "-c", "-f", "ok.cfg"},
		{"-dM", "-c", "-f", "ok.cfg"}, {"-dM0x50,no-merge", "-c", "-f", "ok.cfg"}, {"-dMfoo", "-c", "-f", "ok.cfg"},
		{"-sf", "-c", "-f", "ok.cfg"}, {"-sf", "1", "2", "-c", "-f", "ok.cfg"}, {"-st", "99999999999", "-c", "-f", "ok.cfg"},
		{"-sf", "foo", "-c", "-f", "ok.cfg"}, {"-st", "1x", "-c", "-f", "ok.cfg"},
		{"-f", "ok.cfg", "-c", "-x", "/dev/null"}, {"-db", "-f", "ok.cfg", "-x", "missing"},
		{"-f", "busy.cfg"}, {"-D", "-f", "busy.cfg"}, {"-db", "-f", "busy.cfg"}, {"-W", "-f", "busy.cfg"},
		{"-D", "-f", "ok.cfg", "-p", "missing/pid"}, {"-db", "-f", "root.cfg"}, {"-db", "-f", "limit.cfg"},
	}
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	taken := other.Addr().String()
	results := map[string]map[string]string{}
	for _, c := range contenders(t) {
		c.files(t, taken)
		results[c.name] = map[string]string{}
		for _, line := range lines {
			p := c.start(t, line...)
			status := p.status(t)
			results[c.name][fmt.Sprint(line)] = fmt.Sprintf("status %d\nstdout:\n%sstderr:\n%s",
				status, c.normal(p.stdout.String()), c.normal(p.stderr.String()))
		}
	}
	for _, line := range lines {
		key := fmt.Sprint(line)
		if want, got := results["haproxy"][key], results["gohap"][key]; got != want {
			t.Errorf("%s\nhaproxy: %s\ngohap: %s", key, want, got)
		}
	}
}

// files writes the configurations that command lines name.
func (c contender) files(t *testing.T, taken string) {
	t.Helper()
	addr := freeAddr(t)
	c.write(t, "ok.cfg", config(addr))
	c.write(t, "warn.cfg", "frontend f\n  acl x src 127.0.0.1\n  mode http\n  bind "+addr+"\n")
	c.write(t, "bad.cfg", "frontend f\n  mode http\n  bindx :80\n")
	c.write(t, "none.cfg", "defaults\n  mode http\n")
	c.write(t, "busy.cfg", config(taken))
	c.write(t, "root.cfg", config(addr, "chroot /nonexistent"))
	c.write(t, "limit.cfg", config(addr, "ulimit-n 2000000000"))
	c.mkdir(t, "conf.d")
	c.write(t, "conf.d/a.cfg", config(addr))
	c.write(t, "conf.d/.hidden.cfg", "bindx\n")
	c.write(t, "conf.d/readme", "bindx\n")
}

// A wrong command line shows the version on stdout, the help on stderr.
func TestUsage(t *testing.T) {
	for _, line := range [][]string{{}, {"ok.cfg"}, {"-c", "ok.cfg"}, {"-zz"}, {"-c"}, {"-cc"}, {"-f", "ok.cfg", "-sx"}, {"-x"}, {"-c", "-f", "empty.d"}} {
		status := map[string]int{}
		for _, c := range contenders(t) {
			c.write(t, "ok.cfg", config(freeAddr(t)))
			c.mkdir(t, "empty.d")
			p := c.start(t, line...)
			status[c.name] = p.status(t)
			out := firstLine(p.stdout.String())
			if !versionLine.MatchString(out) {
				t.Errorf("%s %v: first line of stdout is %q", c.name, line, out)
			}
			if !usageLine.MatchString(p.stderr.String()) {
				t.Errorf("%s %v: stderr is %q", c.name, line, p.stderr.String())
			}
		}
		if status["haproxy"] != status["gohap"] {
			t.Errorf("%v: haproxy exits with %d, gohap with %d", line, status["haproxy"], status["gohap"])
		}
	}
}

// Scripts take the third word of the first line.
func TestVersion(t *testing.T) {
	for _, c := range contenders(t) {
		for _, flag := range []string{"-v", "-vv"} {
			p := c.start(t, flag)
			if status := p.status(t); status != 0 || !versionLine.MatchString(firstLine(p.stdout.String())) {
				t.Errorf("%s %s: status %d, %q", c.name, flag, status, p.stdout.String())
			}
			if flag == "-vv" && !featureLine.MatchString(p.stdout.String()) {
				t.Errorf("%s -vv lists no features", c.name)
			}
		}
	}
}

var (
	versionLine = regexp.MustCompile(`^HAProxy version \d+\.\d+\.\d+-\S+ \d{4}/\d\d/\d\d - https://haproxy\.org/$`)
	usageLine   = regexp.MustCompile(`(?m)^Usage : haproxy \[-f <cfgfile\|cfgdir>\]\* \[ -vdVD \] `)
	featureLine = regexp.MustCompile(`(?m)^Feature list :( [+-][A-Z0-9_]+)+$`)
)

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func (c contender) mkdir(t *testing.T, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(c.dir, name), 0o755); err != nil {
		t.Fatal(err)
	}
}
