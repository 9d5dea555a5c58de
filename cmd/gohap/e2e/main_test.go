package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// bins are the two programs under comparison. An empty path means that the
// program is missing; why says so.
var bins struct {
	haproxy    string
	gohap      string
	gohapError string
}

func TestMain(m *testing.M) {
	if url := os.Getenv(askerURL); url != "" {
		askMain(url)
		return
	}
	if addr := os.Getenv(hangingServer); addr != "" {
		hangMain(addr)
		return
	}
	os.Exit(run(m))
}

// run finds or builds the programs, runs the tests and removes what was built.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "gohap-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bins.haproxy = os.Getenv("HAPROXY_BIN")
	if bins.haproxy == "" {
		bins.haproxy = lookPath("haproxy")
	}
	bins.gohap = os.Getenv("GOHAP_BIN")
	if bins.gohap == "" {
		out := filepath.Join(dir, "gohap")
		build := exec.Command("go", "build", "-o", out, "gohap/cmd/gohap")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if msg, err := build.CombinedOutput(); err != nil {
			bins.gohapError = fmt.Sprintf("building gohap: %v\n%s", err, msg)
		} else {
			bins.gohap = out
		}
	}
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		// Tests wait for most of their time: for checks, for timeouts, for each other.
		flag.Set("test.parallel", strconv.Itoa(2*runtime.NumCPU()))
	}
	return m.Run()
}

// lookPath finds a program in PATH or in the folders of system daemons, which
// are not in every user's PATH. It returns "" when there is none.
func lookPath(name string) string {
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	for _, dir := range []string{"/usr/sbin", "/sbin", "/usr/local/sbin"} {
		p := filepath.Join(dir, name)
		if st, err := os.Stat(p); err == nil && st.Mode()&0o111 != 0 {
			return p
		}
	}
	return ""
}

// strict reports whether a missing peer fails a test instead of skipping it.
func strict() bool { return os.Getenv("GOHAP_TEST_STRICT") == "1" }

// missing skips the test, or fails it in strict mode.
func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if strict() {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// needPeer returns the path of a program that the test talks to.
func needPeer(t testing.TB, name string) string {
	t.Helper()
	p := lookPath(name)
	if p == "" {
		missing(t, "%s is not installed", name)
	}
	return p
}

// needRoot skips a test that changes users, roots or networks.
func needRoot(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		missing(t, "needs root")
	}
}

// needHAProxy returns the reference program.
func needHAProxy(t testing.TB) string {
	t.Helper()
	if bins.haproxy == "" {
		missing(t, "haproxy is not installed")
	}
	return bins.haproxy
}

// needGohap returns the program under test.
func needGohap(t testing.TB) string {
	t.Helper()
	if bins.gohap == "" {
		t.Fatal(bins.gohapError)
	}
	return bins.gohap
}

// selfCheck reports whether HAProxy is compared with itself.
func selfCheck() bool {
	a, err := os.Stat(bins.haproxy)
	if err != nil {
		return false
	}
	b, err := os.Stat(bins.gohap)
	return err == nil && os.SameFile(a, b)
}

// asHAProxy returns a path that ends in /haproxy and runs bin: scripts and
// syslog look at the name of the process.
func asHAProxy(t testing.TB, bin string) string {
	t.Helper()
	abs, err := filepath.Abs(bin)
	if err != nil {
		t.Fatal(err)
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "haproxy")
	if err := os.Symlink(abs, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// testdata is the path of a file below the module's testdata folder.
func testdata(elem ...string) string {
	return filepath.Join(append([]string{"..", "..", "..", "testdata"}, elem...)...)
}
