package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"
)

const metricsConfig = `defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s

frontend fe
    bind %s
    http-request use-service prometheus-exporter if { path /metrics }
    default_backend be

backend be
    server s 127.0.0.1:1
    server t 127.0.0.1:1 disabled
`

// TestMetrics asks both programs for their statistics in Prometheus' format:
// the same metrics with the same labels, whole and in part.
func TestMetrics(t *testing.T) {
	t.Parallel()
	programs(t, func(t *testing.T, bin string) []string {
		front := freeAddr(t)
		cfg := writeFile(t, filepath.Join(t.TempDir(), "metrics.cfg"), fmt.Sprintf(metricsConfig, front))
		p := start(t, bin, "-db", "-f", cfg)
		eventually(t, 10*time.Second, "listening", func() bool { return listening(front) || !p.running() })
		var seen []string
		for _, query := range []string{"", "?scope=server", "?scope=global&scope=frontend", "?scope=server&no-maint", "?scope=nonsense"} {
			r := get(t, "http://"+front+"/metrics"+query)
			seen = append(seen, fmt.Sprintf("%s: %d %s", query, r.status, r.header.Get("Content-Type")))
			if r.status != 200 {
				continue
			}
			names := map[string]int{}
			for _, line := range strings.Split(r.body, "\n") {
				names[metricValue.ReplaceAllString(line, "")]++
			}
			list := make([]string, 0, len(names))
			for name, n := range names {
				if !strings.HasPrefix(name, "# HELP") { // which each says in its own words
					list = append(list, fmt.Sprintf("%s x%d", name, n))
				}
			}
			sort.Strings(list)
			seen = append(seen, list...)
		}
		return seen
	})
}

var metricValue = regexp.MustCompile(`( [-+.e\d]+|{version="[^"]*"} 1)$`)
