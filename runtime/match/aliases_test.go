package match_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	_ "gohap/runtime/fetch"
	"gohap/runtime/internal/peer"
	_ "gohap/runtime/match"
	"gohap/runtime/registry"
)

func TestAliasesAgainstHAProxy(t *testing.T) {
	out, _ := exec.Command(peer.Need(t, "haproxy"), "-dKacl", "-c", "-f", os.DevNull).CombinedOutput()
	listed := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		var name, fetch, method string
		if n, _ := fmt.Sscanf(line, "%s = %s -m %s", &name, &fetch, &method); n != 3 {
			continue
		}
		listed[name] = true
		if _, ok := registry.Fetches.Find(fetch); !ok {
			continue // its time comes with the fetch
		}
		a, ok := registry.Aliases.Find(name)
		if !ok {
			t.Errorf("%s is missing", name)
		} else if a.Fetch != fetch || a.Method != method {
			t.Errorf("%s = %s -m %s, want %s -m %s", name, a.Fetch, a.Method, fetch, method)
		}
	}
	if len(listed) == 0 {
		t.Fatalf("haproxy lists nothing:\n%s", out)
	}
	for _, a := range registry.Aliases.All() {
		if !listed[a.Name] {
			t.Errorf("haproxy has no %s", a.Name)
		}
		if _, ok := registry.Fetches.Find(a.Fetch); !ok {
			t.Errorf("%s: there is no fetch %s", a.Name, a.Fetch)
		}
	}
}
