package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// threadConfig is a frontend that answers with the thread it runs on. global and
// bind are lines and options under test.
func threadConfig(addr, global, bind string) string {
	return fmt.Sprintf(`global
	nbthread 2
	%s
defaults
	mode http
	timeout client 10s
	timeout server 10s
	timeout connect 10s
frontend fe
	bind %s %s
	http-request return status 200 content-type text/plain lf-string %%[thread]
`, global, addr, bind)
}

// bound gives the processors of the threads of a process that may not use all, in
// order.
func bound(t testing.TB, pid int) (sets []string) {
	t.Helper()
	allowed := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			return "" // the thread has ended
		}
		_, rest, _ := strings.Cut(string(text), "Cpus_allowed_list:")
		return strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0])
	}
	all := allowed("/proc/self/status")
	threads, _ := filepath.Glob(filepath.Join("/proc", itoa(pid), "task", "*", "status"))
	for _, path := range threads {
		if s := allowed(path); s != all && s != "" {
			sets = append(sets, s)
		}
	}
	slices.Sort(sets)
	return sets
}

// TestCPUMap: threads run on the processors that they are bound to, as HAProxy's
// do. HAProxy 2.6.12 ignores "1" and "1/1" alone; the manual does not. Without loops
// there are no threads of the program's own to bind: Go's scheduler has all run
// anywhere.
func TestCPUMap(t *testing.T) {
	t.Parallel()
	if runtime.NumCPU() < 2 {
		t.Skip("one processor")
	}
	for _, c := range []struct {
		lines string
		alike bool
		want  []string
	}{
		{"cpu-map auto:1/1-2 0-1", true, []string{"0", "1"}},
		{"cpu-map auto:1/1-2 1 0", true, []string{"0", "1"}},
		{"cpu-map 1/2 1", true, []string{"1"}},
		{"cpu-map 1/all 0", true, []string{"0", "0"}},
		{"cpu-map 1/all 0\n\tcpu-map 1/2 1", true, []string{"0", "1"}},
		{"cpu-map 1/2 1\n\tcpu-map 1/all 0", true, []string{"0", "0"}},
		{"cpu-map auto:1/all 0-63", true, []string{"0", "1"}},
		{"cpu-map auto:1/even 0-31", true, []string{"0"}},
		{"cpu-map 2/1 1", true, nil},
		{"cpu-map 1 0", false, []string{"0", "0"}},
		{"cpu-map 1/1 0", false, []string{"0"}},
	} {
		for _, bin := range []string{needHAProxy(t), needGohap(t)} {
			if bin == bins.haproxy && !c.alike {
				continue
			}
			addr := freeAddr(t)
			cfg := writeFile(t, filepath.Join(t.TempDir(), "cfg"), threadConfig(addr, c.lines, ""))
			p := start(t, bin, "-db", "-f", cfg)
			eventually(t, stepLimit, "the listener", func() bool { return listening(addr) })
			want := c.want
			if portable() && bin != bins.haproxy {
				want = nil
			}
			var got []string
			if !within(stepLimit, func() bool { got = bound(t, p.pid()); return slices.Equal(got, want) }) {
				t.Errorf("%s, %s: bound are %q, want %q", filepath.Base(bin), c.lines, got, want)
			}
			p.end(t)
		}
	}
}

// TestBindThread: connections of a listener are on its threads only. Without loops,
// a thread is no more than a number that each connection has; it is one of those all
// the same.
func TestBindThread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ bind, want string }{
		{"thread 1", "0"}, {"thread 2", "1"}, {"thread 1/2", "1"}, {"thread even", "1"}, {"process 1/1", "0"},
	} {
		for _, bin := range []string{needHAProxy(t), needGohap(t)} {
			addr := freeAddr(t)
			cfg := writeFile(t, filepath.Join(t.TempDir(), "cfg"), threadConfig(addr, "", c.bind))
			p := start(t, bin, "-db", "-f", cfg)
			eventually(t, stepLimit, "the listener", func() bool { return listening(addr) })
			for range 30 {
				if err := newAsked(t, addr).ask(quickRequest, c.want); err != nil {
					t.Errorf("%s, %s: thread %v, want %s", filepath.Base(bin), c.bind, err, c.want)
					break
				}
			}
			p.end(t)
		}
	}
}
