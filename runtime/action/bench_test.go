package action_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gohap/runtime/core"
	"gohap/runtime/http1"
)

const plainGet = "GET /static/app.js HTTP/1.1\r\nHost: www.host-77777.example.com\r\nUser-Agent: test\r\n\r\n"

// manyRules are 50 rules whose conditions do not hold.
func manyRules() (rules []string) {
	for i := range 10 {
		rules = append(rules,
			fmt.Sprintf("deny if { path_beg /admin%d /private%d }", i, i),
			fmt.Sprintf("deny if { src 10.%d.0.0/16 192.168.%d.0/24 }", i, i),
			fmt.Sprintf("set-header x-%d 1 if { hdr(host) -i a%d.example.com b%d.example.com }", i, i, i),
			fmt.Sprintf("deny if { path_end .php%d } { method POST }", i),
			fmt.Sprintf("deny if { hdr_sub(user-agent) -i bot%d }", i))
	}
	return rules
}

// mapRules look a host up in a map of 100,000.
func mapRules(t testing.TB) []string {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "www.host-%d.example.com backend%d\n", i, i)
	}
	file := filepath.Join(t.TempDir(), "hosts.map")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"set-header x-backend %[hdr(host),lower,map(" + file + ",none)]"}
}

// BenchmarkRules runs many rules, and a look-up in a large map.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./runtime/action | tee new.txt
func BenchmarkRules(b *testing.B) {
	for name, lines := range map[string][]string{"50": manyRules(), "map": mapRules(b)} {
		b.Run(name, func(b *testing.B) {
			run := runner(b, lines)
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}

func TestManyRulesAllocateNothing(t *testing.T) {
	for name, lines := range map[string][]string{"50": manyRules(), "map": mapRules(t)} {
		if n := testing.AllocsPerRun(100, runner(t, lines)); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// runner returns what parses a request and runs rules on it.
func runner(t testing.TB, lines []string) func() {
	rules := compile(t, core.HTTPRequest, lines...)
	s := rules.stream("127.0.0.1:80")
	session, head := s.Session, []byte(plainGet)
	return func() {
		s.Reset()
		s.Session, s.Frontend, s.Backend, s.RequestParsed, s.Complete = session, rules.frontend, rules.frontend, true, true
		if _, err := http1.ParseRequest(head, &s.Req, nil); err != nil {
			t.Fatal(err)
		}
		at := 0
		core.RunRules(s, rules.rules, &at)
	}
}
