package fetch_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	_ "gohap/runtime/fetch"
	"gohap/runtime/internal/peer"
	"gohap/runtime/registry"
)

var row = regexp.MustCompile(`^\[ ([Y. ]+) \] ([^(:]+)(?:\(([^)]*)\))?: (\w+)$`)

// TestTableAgainstHAProxy compares type, places and arguments of all fetches with
// those that haproxy lists.
func TestTableAgainstHAProxy(t *testing.T) {
	out, _ := exec.Command(peer.Need(t, "haproxy"), "-dKsmp", "-c", "-f", os.DevNull).CombinedOutput()
	seen := 0
	for line := range strings.Lines(string(out)) {
		m := row.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		f, ok := registry.Fetches.Find(m[2])
		if !ok {
			continue
		}
		seen++
		var places registry.Places
		for i, c := range strings.Fields(m[1]) {
			if c == "Y" {
				places |= 1 << i
			}
		}
		if f.At != places {
			t.Errorf("%s: places %022b, want %022b", m[2], f.At, places)
		}
		if f.Out.String() != m[4] {
			t.Errorf("%s: type %s, want %s", m[2], f.Out, m[4])
		}
		if got := arguments(f); got != m[3] {
			t.Errorf("%s: arguments %q, want %q", m[2], got, m[3])
		}
	}
	const later = 4 // the secrets of servers' connections came with 3.x
	if all := len(registry.Fetches.All()) - later; seen != all {
		t.Errorf("haproxy lists %d of %d fetches", seen, all)
	}
}

var kinds = map[registry.ArgKind]string{
	registry.ArgString: "string", registry.ArgInt: "integer", registry.ArgIPv4: "IPv4 address", registry.ArgIPv6: "IPv6 address",
	registry.ArgFrontend: "frontend", registry.ArgBackend: "backend", registry.ArgServer: "server", registry.ArgVariable: "string",
	registry.ArgUserlist: "user list", registry.ArgTable: "table",
}

// arguments writes a fetch's arguments as haproxy does: it counts the names of
// proxies and variables as given, since it finds others for missing ones.
func arguments(f *registry.Fetch) string {
	var b strings.Builder
	least := f.Min
	if least == 0 && len(f.Args) > 0 {
		switch f.Args[0].Kind {
		case registry.ArgFrontend, registry.ArgBackend, registry.ArgVariable:
			least = 1
		}
	}
	for i, a := range f.Args {
		if i == least {
			b.WriteByte('[')
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(kinds[a.Kind])
	}
	if least < len(f.Args) {
		b.WriteByte(']')
	}
	return b.String()
}
