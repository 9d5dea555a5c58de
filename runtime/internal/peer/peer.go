// Package peer runs real programs beside the code under test: haproxy itself,
// whose behaviour is the measure, and the web servers and log daemons that
// stand around it.
//
// Everything a test starts here listens on loopback only, lives in a directory
// of its own and is ended in the test's cleanup, whatever happens to the test.
// Waiting is always for an event (a line, a listening socket, an exit) with
// [Patience] as the limit: a test never depends on how fast the machine is.
package peer

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Patience is how long a wait lasts before the test fails. It is far above
// what any wait takes, so that a slow machine does not fail a test.
const Patience = 20 * time.Second

// tick is the pause between two looks at something that offers no event,
// such as another process's listening socket.
const tick = 2 * time.Millisecond

// Need returns the path of a program. Where it is not installed the test is
// skipped, or fails when GOHAP_TEST_STRICT=1 says that it ought to be there.
func Need(t testing.TB, program string) string {
	t.Helper()
	if path, err := exec.LookPath(program); err == nil {
		return path
	}
	// Daemons live in sbin, which an ordinary user's PATH lacks.
	for _, dir := range []string{"/usr/sbin", "/sbin", "/usr/local/sbin"} {
		path := filepath.Join(dir, program)
		if _, err := exec.LookPath(path); err == nil {
			return path
		}
	}
	if os.Getenv("GOHAP_TEST_STRICT") == "1" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
	return ""
}

// Dir makes a directory that is removed with the test. Other users may enter
// it, for daemons that drop privileges, and its path is short enough for unix
// sockets, which [testing.T.TempDir] does not promise.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "peer")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// File writes a file of that name into a new [Dir] and returns its path.
func File(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(Dir(t), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// until calls done until it is true. It reports false when [Patience] has run
// out or quit is closed.
func until(quit <-chan struct{}, done func() bool) bool {
	limit := time.NewTimer(Patience)
	defer limit.Stop()
	again := time.NewTicker(tick)
	defer again.Stop()
	for !done() {
		select {
		case <-quit:
			return done()
		case <-limit.C:
			return done()
		case <-again.C:
		}
	}
	return true
}
