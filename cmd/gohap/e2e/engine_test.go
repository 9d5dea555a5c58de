package e2e

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The program has two engines, and this package runs once with each: loops over
// epoll, which is what Linux gets, and Go's poller with a goroutine for each
// connection, which other systems get and GOHAP_ENGINE=portable chooses. The
// processes that tests start inherit the variable.
//
// Tests hold for both engines. Where the two differ by what they are, the test says
// what each gives; see portable.

// portable tells whether the program under test runs without loops.
func portable() bool { return os.Getenv("GOHAP_ENGINE") == "portable" }

// engineless holds the names of the tests that said so.
var engineless sync.Map

// noEngine says that the programs of a test only judge configurations, or tell of
// themselves, and end: none opens a socket, and an engine comes into being with the
// first one. What they say cannot depend on it, so that the run with the default
// engine has it all, and the other one leaves the test out. [startCmd] refuses to
// run the program in such a test in any way that serves.
func noEngine(t testing.TB) {
	t.Helper()
	if portable() {
		t.Skip("opens no socket: no engine is at work")
	}
	engineless.Store(t.Name(), true)
}

// mustNotServe fails a test without an engine that runs the program under test for
// more than its opinion.
func mustNotServe(t testing.TB, argv []string) {
	t.Helper()
	name, _, _ := strings.Cut(t.Name(), "/")
	if _, said := engineless.Load(name); !said {
		return
	}
	program, err := os.Stat(argv[0]) // which may be a link
	if ours, errs := os.Stat(bins.gohap); err != nil || errs != nil || !os.SameFile(program, ours) {
		return
	}
	if !slices.ContainsFunc(argv[1:], func(a string) bool { return a == "-c" || a == "-v" || a == "-vv" || strings.HasPrefix(a, "-dK") }) {
		t.Fatalf("%s has said that it needs no engine, and runs %s", name, strings.Join(argv, " "))
	}
}
