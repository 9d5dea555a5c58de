package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// need returns the path of a program; without it the test is skipped, or
// fails under GOHAP_TEST_STRICT=1.
func need(t *testing.T, program string) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/sbin") {
		if path, err := exec.LookPath(filepath.Join(dir, program)); err == nil {
			return path
		}
	}
	if os.Getenv("GOHAP_TEST_STRICT") == "1" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
	return ""
}

// run runs a command without input and returns its exit status and output.
func run(t *testing.T, env []string, name string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// must is run for a command that has to succeed.
func must(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	status, out := run(t, env, name, args...)
	if status != 0 {
		t.Fatalf("%s %s: exit status %d\n%s", name, strings.Join(args, " "), status, out)
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

var (
	builds  sync.Mutex
	buildIn string
)

// TestMain removes the packages that tests share.
func TestMain(m *testing.M) {
	var err error
	if buildIn, err = os.MkdirTemp("", "gohap-package"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(buildIn)
	os.Exit(status)
}

// build returns the package of that version, around a program that only
// prints its name.
func build(t *testing.T, version string) string {
	t.Helper()
	need(t, "dpkg-deb")
	builds.Lock()
	defer builds.Unlock()
	deb := filepath.Join(buildIn, "gohap_"+version+"_amd64.deb")
	if _, err := os.Stat(deb); err == nil {
		return deb
	}
	program := filepath.Join(buildIn, "program")
	write(t, program, "#!/bin/sh\necho gohap\n", 0o755)
	must(t, []string{"BINARY=" + program, "ARCH=amd64"}, "./build.sh", version, buildIn)
	return deb
}
