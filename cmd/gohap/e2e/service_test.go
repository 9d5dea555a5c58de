package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// programs runs a test for HAProxy and for gohap, side by side, so that what they
// show can be compared. The result of each is what body returns.
func programs(t *testing.T, body func(t *testing.T, bin string) []string) {
	t.Helper()
	var want, got []string
	done := t.Run("programs", func(t *testing.T) {
		t.Run("haproxy", func(t *testing.T) {
			t.Parallel()
			want = body(t, needHAProxy(t))
		})
		t.Run("gohap", func(t *testing.T) {
			t.Parallel()
			got = body(t, needGohap(t))
		})
	})
	for i, line := range want {
		// HAProxy 2.6.12 crashes now and then when an old worker exits.
		want[i] = strings.ReplaceAll(line, "code 139 (Segmentation fault)", "code 0 (Exit)")
	}
	if done && strings.Join(want, "\n") != strings.Join(got, "\n") {
		t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(want, got))
	}
}

// initService is the package's init script with paths of its own.
type initService struct {
	script  string
	haproxy string // the program, under its usual name
	config  string
	pidfile string
	env     []string
}

// newInitService sets the service up around a config. ENABLED is 1, as the
// tutorials set it.
func newInitService(t testing.TB, bin, config string) *initService {
	t.Helper()
	needPeer(t, "start-stop-daemon")
	script, err := filepath.Abs(filepath.Join("..", "package", "etc", "init.d", "haproxy"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Fatalf("the package has no init script: %v", err)
	}
	dir := publicDir(t)
	s := &initService{
		script:  script,
		haproxy: asHAProxy(t, bin),
		config:  writeFile(t, filepath.Join(dir, "haproxy.cfg"), config),
		pidfile: filepath.Join(dir, "haproxy.pid"),
	}
	s.env = append(os.Environ(),
		"HAPROXY="+s.haproxy, "PIDFILE="+s.pidfile, "RUNDIR="+filepath.Join(dir, "run"),
		"CONFIG="+s.config, "DEFAULTS="+filepath.Join(dir, "default"), "LSB_FUNCTIONS=/nonexistent")
	s.defaults(t, "ENABLED=1\n")
	t.Cleanup(func() {
		if _, err := os.Stat(s.pidfile); err == nil {
			endPID(t, readPID(t, s.pidfile))
		}
	})
	return s
}

// defaults writes /etc/default/haproxy.
func (s *initService) defaults(t testing.TB, text string) {
	t.Helper()
	writeFile(t, filepath.Join(filepath.Dir(s.pidfile), "default"), text)
}

// do runs an action of the script.
func (s *initService) do(t testing.TB, action string) (rc int, stdout string) {
	t.Helper()
	cmd := exec.Command("/bin/sh", s.script, action)
	cmd.Env = s.env
	rc, stdout, stderr := output(t, cmd)
	if stderr != "" {
		t.Logf("service haproxy %s: %s", action, stderr)
	}
	return rc, stdout
}

// must runs an action that has to succeed.
func (s *initService) must(t testing.TB, action string) string {
	t.Helper()
	rc, out := s.do(t, action)
	if rc != 0 {
		t.Fatalf("service haproxy %s: exit %d\n%s", action, rc, out)
	}
	return out
}

// status is what "service haproxy status" says, without the final newline.
func (s *initService) status(t testing.TB, wantRC int) string {
	t.Helper()
	rc, out := s.do(t, "status")
	if rc != wantRC {
		t.Errorf("service haproxy status: exit %d, want %d (%s)", rc, wantRC, out)
	}
	return strings.TrimSuffix(out, "\n")
}

// systemLog normalises a line of a syslog file: what follows the program's name
// and pid.
func systemLog(line string) string {
	_, text, _ := strings.Cut(line, "]: ")
	return peersLog("x: " + text)[3:]
}
