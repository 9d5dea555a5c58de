package converter_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	_ "gohap/runtime/converter"
	"gohap/runtime/internal/peer"
	_ "gohap/runtime/match"
	"gohap/runtime/registry"
)

var row = regexp.MustCompile(`^([^(:]+)(?:\(([^)]*)\))?: (\w+) => (\w+)$`)

// TestTableAgainstHAProxy compares types and arguments of all converters with
// those that haproxy lists.
func TestTableAgainstHAProxy(t *testing.T) {
	out, _ := exec.Command(peer.Need(t, "haproxy"), "-dKcnv", "-c", "-f", os.DevNull).CombinedOutput()
	seen := 0
	for line := range strings.Lines(string(out)) {
		m := row.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		c, ok := registry.Converters.Find(m[1])
		if !ok {
			continue
		}
		seen++
		if c.Out.String() != m[3] || c.In.String() != m[4] {
			t.Errorf("%s: %s => %s, want %s => %s", m[1], c.Out, c.In, m[3], m[4])
		}
		if got := arguments(c); got != m[2] && c.Name != "set-var" {
			t.Errorf("%s: arguments %q, want %q", m[1], got, m[2])
		}
	}
	if all := len(registry.Converters.All()); seen != all {
		t.Errorf("haproxy lists %d of %d converters", seen, all)
	}
}

func arguments(c *registry.Converter) string {
	var b strings.Builder
	for i, a := range c.Args {
		if i == c.Min {
			b.WriteByte('[')
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(a.Kind.String())
	}
	if c.Min < len(c.Args) {
		b.WriteByte(']')
	}
	return b.String()
}
