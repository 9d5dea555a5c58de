package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestQuickstart runs the README's first config, on another port: an answer,
// the statistics page, log lines on the terminal.
func TestQuickstart(t *testing.T) {
	t.Parallel()
	const address = "127.0.0.1:8080"
	text := mustRead(t, testdata("quickstart.cfg"))
	if strings.Count(text, "bind "+address) != 1 {
		t.Fatalf("the config does not bind to %s", address)
	}
	programs(t, func(t *testing.T, bin string) []string {
		front := freeAddr(t)
		cfg := writeFile(t, filepath.Join(t.TempDir(), "quickstart.cfg"), strings.Replace(text, "bind "+address, "bind "+front, 1))
		v := check(t, bin, cfg)
		if v.rc != 0 || v.stdout != "Configuration file is valid\n" || v.stderr != "" {
			t.Errorf("-c: exit %d, %q, %q", v.rc, v.stdout, v.stderr)
		}
		p := start(t, bin, "-db", "-f", cfg)
		eventually(t, 10*time.Second, "the quickstart answers", func() bool { return listening(front) || !p.running() })
		seen := []string{exchange(t, front, "GET /anything HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")}
		page := get(t, "http://"+front+"/stats")
		if page.status != 200 || !strings.Contains(page.body, "Statistics Report for pid") || !strings.Contains(page.body, "hello") {
			t.Errorf("the page: %d\n%s", page.status, page.body)
		}
		eventually(t, 5*time.Second, "log lines", func() bool {
			return strings.Contains(p.stdout.String(), "GET /anything ") && strings.Contains(p.stdout.String(), "GET /stats ")
		})
		for _, line := range strings.Split(strings.TrimSpace(p.stdout.String()), "\n") {
			if strings.Contains(line, "/anything") {
				seen = append(seen, peersLog("x: "+line))
			}
		}
		return seen
	})
}
