package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestSampleErrors compares what -c says of expressions with mistakes.
func TestSampleErrors(t *testing.T) {
	noEngine(t)
	t.Parallel()
	compileSamples(t, sampleLines(t, "wrong.txt"))
}

// compileSamples has both programs check the expressions and compares what they
// say of each. It returns those that both accept.
func compileSamples(t *testing.T, all []string) (good []string) {
	t.Helper()
	ref, bin := needHAProxy(t), needGohap(t)
	var want, got []string
	var both sync.WaitGroup
	both.Go(func() { want = messages(t, ref, all) })
	both.Go(func() { got = messages(t, bin, all) })
	both.Wait()
	known := knownSamples(t)
	for i, e := range all {
		judgeSample(t, known, "check", e, want[i:i+1], got[i:i+1])
		if want[i] == "" && got[i] == "" {
			good = append(good, e)
		}
	}
	return good
}

var (
	aclMessage = regexp.MustCompile(`(?m)^\[(?:ALERT|WARNING)\] +\(\d+\) : config : parsing \[[^\]]*:(\d+)\] : (.*)$`)
	givenUp    = regexp.MustCompile(`(?m)^\[ALERT\] .* parsing \[[^\]]*:(\d+)\]: too many fatal errors \(50\), stopping now\.$`)
)

// messages returns what a program says of each expression. They stand in acl
// lines, since HAProxy reads on behind a wrong one of these, up to a limit.
func messages(t *testing.T, program string, all []string) []string {
	t.Helper()
	out := make([]string, len(all))
	path := filepath.Join(t.TempDir(), "acls.cfg")
	const head = "defaults\n    mode http\n    timeout client 1s\n    timeout server 1s\n    timeout connect 1s\n" +
		"backend be\n    server srv 127.0.0.1:9\nfrontend fe\n    bind 127.0.0.1:9\n"
	above := strings.Count(head, "\n")
	for from := 0; from < len(all); {
		var b strings.Builder
		b.WriteString(head)
		for _, e := range all[from:] {
			fmt.Fprintf(&b, "    acl a \"%s\" -m found\n", configQuote(e))
		}
		stderr := check(t, program, writeFile(t, path, b.String())).stderr
		for _, m := range aclMessage.FindAllStringSubmatch(stderr, -1) {
			if line, _ := strconv.Atoi(m[1]); line > above {
				out[from+line-above-1] += m[2]
			}
		}
		m := givenUp.FindStringSubmatch(stderr)
		if m == nil {
			break
		}
		line, _ := strconv.Atoi(m[1])
		from += line - above - 1 // that line has not been read
	}
	return out
}
