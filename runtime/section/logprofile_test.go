package section_test

import (
	"testing"

	"gohap/parser/diag"
	"gohap/runtime/registry"
)

// TestLogProfileLines tries the examples of the section, which HAProxy 2.6 lacks.
func TestLogProfileLines(t *testing.T) {
	n := 0
	for _, d := range registry.Directives.All() {
		if d.In != registry.LogProfile {
			continue
		}
		for i, lines := range [][]string{d.OK, d.Bad} {
			for _, line := range lines {
				_, list := compile("log-profile p\n    " + line + "\n")
				if got := list.Failed(); got != (i == 1) {
					t.Errorf("%s: refused: %v, %v", line, got, list.All)
				}
				n++
			}
		}
	}
	if n < 10 {
		t.Errorf("%d lines", n)
	}
}

// TestLogProfiles finds profiles whose sections come later, and those that there are
// not.
func TestLogProfiles(t *testing.T) {
	const start = "frontend f\n    bind :1\n    mode http\n    timeout client 1s\n    option httplog\n    log 127.0.0.1 len 200 profile p local0 info\n"
	g, list := compile(start + "log-profile p\n    on close drop\n")
	if len(list.All) > 0 {
		t.Error(list.All)
	}
	if p := g.Frontends["f"].Logs[0].Profile; p == nil || !p.At(false).Drop || p.At(true) != nil {
		t.Errorf("the profile is %+v", p)
	}
	for _, more := range []string{"", "log-profile q\n", "log-profile p\nlog-profile p\n", "log-profile\n"} {
		_, list := compile(start + more)
		if list.Count(diag.Alert) == 0 {
			t.Errorf("%q is taken", more)
		}
	}
}
