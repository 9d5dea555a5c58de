package e2e

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// Under wrk, as many requests get through a rate limit as with HAProxy. The
// period is so long that the load's speed does not matter: all of them count.
func TestRateLimit(t *testing.T) {
	wrk := needPeer(t, "wrk")
	denied := regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
	for _, bin := range []string{needHAProxy(t), needGohap(t)} {
		v := startVariant(t, bin, "stick-limit")
		for _, c := range []struct {
			path  string
			limit int
		}{{"/requests", 300}, {"/accepted", 200}} {
			if !within(stepLimit, func() bool { return v.stat("fe", "FRONTEND", "scur") == 0 }) {
				t.Fatal("connections are left")
			}
			if _, err := v.cli("clear table limit"); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(wrk, "-t1", "-c16", "-d1s", "--timeout", "10s", fmt.Sprintf("http://%s%s", v.Front, c.path)).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			count := func(r *regexp.Regexp) int {
				m := r.FindSubmatch(out)
				if m == nil {
					t.Fatalf("%s %s: %s", bin, c.path, out)
				}
				n, _ := strconv.Atoi(string(m[1]))
				return n
			}
			if got := count(wrkRequests) - count(denied); got != c.limit {
				t.Errorf("%s %s: %d requests got through, want %d", bin, c.path, got, c.limit)
			}
		}
	}
}
