package packaging

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// These tests install packages into scratch directories, with dpkg's own
// machinery and the maintainer scripts, to see that gohap and Debian's haproxy
// replace each other without a question and without anything left behind.

// conffiles of Debian's package, which are where gohap's files go.
var conffiles = []string{
	"/etc/default/haproxy", "/etc/haproxy/errors/400.http", "/etc/haproxy/errors/403.http",
	"/etc/haproxy/errors/408.http", "/etc/haproxy/errors/500.http", "/etc/haproxy/errors/502.http",
	"/etc/haproxy/errors/503.http", "/etc/haproxy/errors/504.http", "/etc/haproxy/haproxy.cfg",
	"/etc/init.d/haproxy", "/etc/logrotate.d/haproxy", "/etc/rsyslog.d/49-haproxy.conf",
}

// root is a scratch system.
type root struct {
	t   *testing.T
	dir string
}

func newRoot(t *testing.T) *root {
	t.Helper()
	need(t, "dpkg")
	r := &root{t, t.TempDir()}
	for _, dir := range []string{"info", "updates", "triggers"} {
		if err := os.MkdirAll(filepath.Join(r.dir, "var/lib/dpkg", dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, r.path("/var/lib/dpkg/status"), "", 0o644)
	return r
}

func (r *root) path(name string) string { return filepath.Join(r.dir, name) }

// dpkg runs dpkg on the scratch system, with nobody to answer questions.
func (r *root) dpkg(args ...string) {
	r.t.Helper()
	args = append([]string{"--root=" + r.dir, "--force-not-root", "--force-script-chrootless", "--force-depends",
		"--force-bad-path", "--log=/dev/null"}, args...)
	out := must(r.t, []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin"}, "dpkg", args...)
	if strings.Contains(out, "Configuration file") {
		r.t.Errorf("dpkg has a question:\n%s", out)
	}
}

// etc returns the files under /etc.
func (r *root) etc() string {
	var files []string
	filepath.WalkDir(r.path("/etc"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, strings.TrimPrefix(path, r.dir))
		}
		return nil
	})
	sort.Strings(files)
	return strings.Join(files, "\n")
}

// has checks that a file has that text.
func (r *root) has(name, want string) {
	r.t.Helper()
	if got := read(r.t, r.path(name)); got != want {
		r.t.Errorf("%s is %q, not %q", name, got, want)
	}
}

// stock checks that all shared files are there, with nothing beside them, and
// that their texts are those of the directory.
func (r *root) stock(text func(name string) string) {
	r.t.Helper()
	if got, want := r.etc(), strings.Join(conffiles, "\n"); got != want {
		r.t.Errorf("the files under /etc are\n%s\nand not\n%s", got, want)
		return
	}
	for _, name := range conffiles {
		r.has(name, text(name))
	}
	info, err := os.Stat(r.path("/etc/init.d/haproxy"))
	if err != nil || info.Mode().Perm() != 0o755 {
		r.t.Errorf("the init script has mode %v, %v", info.Mode(), err)
	}
}

// debianText is what the stand-in for Debian's package has in its files.
func debianText(name string) string { return "# Debian's " + name + "\n" }

// gohapText is what gohap's package has in its files.
func gohapText(t *testing.T) func(string) string {
	return func(name string) string { return read(t, strings.TrimPrefix(name, "/")) }
}

// debian builds a stand-in for Debian's package: the same conffiles, and what
// its scripts do to them.
func debian(t *testing.T) string {
	t.Helper()
	need(t, "dpkg-deb")
	dir := filepath.Join(t.TempDir(), "haproxy")
	for _, name := range conffiles {
		mode := os.FileMode(0o644)
		if name == "/etc/init.d/haproxy" {
			mode = 0o755
		}
		write(t, filepath.Join(dir, name), debianText(name), mode)
	}
	write(t, filepath.Join(dir, "usr/sbin/haproxy"), "Debian's\n", 0o755)
	write(t, filepath.Join(dir, "lib/systemd/system/haproxy.service"), "Debian's\n", 0o644)
	write(t, filepath.Join(dir, "DEBIAN/conffiles"), strings.Join(conffiles, "\n")+"\n", 0o644)
	write(t, filepath.Join(dir, "DEBIAN/control"), `Package: haproxy
Version: 2.6.12-1
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: stand-in
`, 0o644)
	write(t, filepath.Join(dir, "DEBIAN/preinst"), `#!/bin/sh
[ "$1" != install ] || [ -z "$2" ] || [ ! -e "$DPKG_ROOT/etc/init.d/haproxy" ] || chmod +x "$DPKG_ROOT/etc/init.d/haproxy"
`, 0o755)
	write(t, filepath.Join(dir, "DEBIAN/postrm"), `#!/bin/sh
[ "$1" != remove ] || [ ! -e "$DPKG_ROOT/etc/init.d/haproxy" ] || chmod -x "$DPKG_ROOT/etc/init.d/haproxy"
`, 0o755)
	deb := dir + ".deb"
	must(t, nil, "dpkg-deb", "--root-owner-group", "--build", dir, deb)
	return deb
}

// back installs Debian's package as apt does, which removes what conflicts
// with it first.
func (r *root) back(deb string) {
	r.t.Helper()
	r.dpkg("--remove", "gohap")
	r.dpkg("-i", deb)
}

const (
	cfg    = "/etc/haproxy/haproxy.cfg"
	edited = "# edited\n"
)

func (r *root) edit(name string) { write(r.t, r.path(name), edited, 0o644) }

func (r *root) state(pkg, want string) {
	r.t.Helper()
	_, out := run(r.t, nil, "dpkg-query", "--admindir="+r.path("/var/lib/dpkg"), "-W", "-f", "${db:Status-Status}", pkg)
	if strings.Contains(out, "no packages found") {
		out = "unknown"
	}
	if out != want {
		r.t.Errorf("%s is %s, not %s", pkg, out, want)
	}
}

func TestInstallAndPurge(t *testing.T) {
	r := newRoot(t)
	r.dpkg("-i", build(t, "0.1.0"))
	r.stock(gohapText(t))
	if to, err := os.Readlink(r.path("/usr/sbin/haproxy")); to != "gohap" {
		t.Errorf("haproxy leads to %q, %v", to, err)
	}
	r.dpkg("--remove", "gohap")
	if left := r.etc(); left != "" {
		t.Errorf("left after the removal:\n%s", left)
	}
	r.dpkg("-i", build(t, "0.1.0"))
	r.stock(gohapText(t))
	r.edit(cfg)
	r.dpkg("--remove", "gohap")
	r.has(cfg, edited)
	if left := r.etc(); left != cfg {
		t.Errorf("left after the removal:\n%s", left)
	}
	r.dpkg("-i", build(t, "0.1.0"))
	r.has(cfg, edited)
	r.dpkg("--purge", "gohap")
	if left := r.etc(); left != "" {
		t.Errorf("left after the purge:\n%s", left)
	}
	if _, err := os.Stat(r.path("/etc/haproxy")); err == nil {
		t.Error("/etc/haproxy is left after the purge")
	}
	if _, err := os.Stat(r.path("/var/lib/gohap")); err == nil {
		t.Error("/var/lib/gohap is left after the purge")
	}
}

// TestFromDebianAndBack is the way of a user who edited the configuration.
func TestFromDebianAndBack(t *testing.T) {
	deb := debian(t)
	r := newRoot(t)
	r.dpkg("-i", deb)
	r.edit(cfg)
	want := func(name string) string {
		if name == cfg {
			return edited
		}
		return debianText(name)
	}
	for range 2 {
		r.dpkg("-i", build(t, "0.1.0"))
		r.state("haproxy", "config-files")
		r.state("gohap", "installed")
		r.stock(want)
		r.back(deb)
		r.state("haproxy", "installed")
		r.stock(want)
		r.has("/usr/sbin/haproxy", "Debian's\n")
		r.has("/lib/systemd/system/haproxy.service", "Debian's\n")
	}
	r.dpkg("--purge", "gohap")
	r.stock(want)
}

// TestFromGohapToDebian is the way of a user who had gohap first.
func TestFromGohapToDebian(t *testing.T) {
	deb := debian(t)
	r := newRoot(t)
	r.dpkg("-i", build(t, "0.1.0"))
	r.back(deb)
	r.stock(debianText)
	r.dpkg("--purge", "gohap")
	r.stock(debianText)
	r.state("gohap", "unknown")
}

// TestPurgeKeepsFilesOfDebian purges gohap after an edited file went over to
// Debian's package.
func TestPurgeKeepsFilesOfDebian(t *testing.T) {
	deb := debian(t)
	r := newRoot(t)
	r.dpkg("-i", build(t, "0.1.0"))
	r.edit(cfg)
	r.dpkg("--force-confold", "--remove", "gohap")
	r.has(cfg, edited)
	// Here, dpkg has reason to ask; it is told to keep the file.
	args := []string{"--root=" + r.dir, "--force-not-root", "--force-script-chrootless", "--force-depends",
		"--force-bad-path", "--log=/dev/null", "--force-confold", "-i", deb}
	must(t, []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin"}, "dpkg", args...)
	r.has(cfg, edited)
	r.dpkg("--remove", "haproxy")
	r.dpkg("--purge", "gohap")
	r.has(cfg, edited)
}

// TestUpgrade changes a shipped file, as a later version would.
func TestUpgrade(t *testing.T) {
	r := newRoot(t)
	r.dpkg("-i", build(t, "0.1.0"))
	r.edit("/etc/default/haproxy")
	os.Remove(r.path("/etc/haproxy/errors/400.http"))

	// The next version ships other texts in three files.
	dir := t.TempDir()
	must(t, nil, "dpkg-deb", "-R", build(t, "0.1.0"), dir)
	changed := []string{cfg, "/etc/default/haproxy", "/etc/haproxy/errors/400.http"}
	for _, name := range changed {
		write(t, filepath.Join(dir, "usr/share/gohap", name), "# new\n", 0o644)
	}
	// An empty list, which dpkg takes and dpkg-deb refuses.
	os.Remove(filepath.Join(dir, "DEBIAN/conffiles"))
	control := filepath.Join(dir, "DEBIAN/control")
	write(t, control, strings.Replace(read(t, control), "Version: 0.1.0", "Version: 0.2.0", 1), 0o644)
	next := dir + ".deb"
	must(t, nil, "dpkg-deb", "--root-owner-group", "--build", dir, next)
	defer os.Remove(next)

	r.dpkg("-i", next)
	r.has(cfg, "# new\n")
	r.has("/etc/default/haproxy", edited)
	r.has("/etc/logrotate.d/haproxy", read(t, "etc/logrotate.d/haproxy"))
	if _, err := os.Stat(r.path("/etc/haproxy/errors/400.http")); err == nil {
		t.Error("a file came back that the user had deleted")
	}
}
