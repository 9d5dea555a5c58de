package e2e

import (
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"
)

// TestDiff plays every case of testdata/diff to HAProxy and to gohap and
// compares what clients and servers received, how connections ended, and the
// log lines.
func TestDiff(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	scripts, err := parseScripts(testdata("diff"))
	if err != nil {
		t.Fatal(err)
	}
	if len(scripts) < 320 {
		t.Errorf("only %d cases", len(scripts))
	}
	known, err := readKnown(mustRead(t, testdata("diff", "known.txt")), scripts)
	if err != nil {
		t.Fatal(err)
	}
	var show *regexp.Regexp
	if pattern := os.Getenv("GOHAP_DIFF_SHOW"); pattern != "" {
		show = regexp.MustCompile(pattern)
	}
	groups := map[string][]*script{}
	for _, s := range scripts {
		groups[s.config] = append(groups[s.config], s)
	}
	configs := make([]string, 0, len(groups))
	for config := range groups {
		configs = append(configs, config)
	}
	sort.Strings(configs)
	for _, config := range configs {
		t.Run(config, func(group *testing.T) {
			group.Parallel()
			pair := pair{ref: startVariant(group, ref, config), bin: startVariant(group, bin, config)}
			slow := 0
			for _, s := range groups[config] {
				if !pair.bin.proc.running() {
					pair.bin = startVariant(group, bin, config) // it died in the last case
				}
				if slow > 10 {
					group.Fatal("too many cases get stuck, the rest is left out")
				}
				begin := time.Now()
				group.Run(s.name, func(t *testing.T) {
					for attempt := 1; ; attempt++ {
						want, got := pair.play(t, s)
						if show != nil && show.MatchString(s.name) {
							t.Logf("%s: HAProxy\n%s", s.pos, strings.Join(want.lines, "\n"))
						}
						if !pair.bin.proc.running() {
							t.Fatalf("gohap ended:\n%s", tail(pair.bin.proc.stderr.String()))
						}
						reason, listed := known[s.name]
						fault := judge(s, want, got, reason, listed)
						if fault == "" {
							return
						}
						if attempt == attempts {
							t.Fatal(fault)
						}
						t.Logf("attempt %d: %s", attempt, fault)
						pair.ref, pair.bin = startVariant(group, ref, config), startVariant(group, bin, config)
					}
				})
				if time.Since(begin) > stepLimit {
					slow++
				}
			}
		})
	}
}

// pair is one config run by both programs.
type pair struct {
	ref, bin *variant
}

// play runs a script on both, the second one knowing how many log lines the
// first has written, and adds what they counted.
func (p pair) play(t *testing.T, s *script) (want, got result) {
	want = p.ref.play(t, s, 0)
	got = p.bin.play(t, s, want.logs)
	p.count(s, &want, &got)
	return want, got
}

// attempts is how often a case is played before a difference counts. On a busy
// machine either program may read two packets as one, or find a connection closed
// a moment earlier than the other; what differs by design differs every time.
// Each further attempt starts both programs anew.
const attempts = 3

// judge says what is wrong with the results: they differ and that is not known,
// or a known difference is gone. It gives "" when all is well.
func judge(s *script, want, got result, reason string, listed bool) string {
	for _, line := range want.lines {
		if strings.HasPrefix(line, "stopped at ") {
			return fmt.Sprintf("%s: the script does not fit HAProxy:\n%s", s.pos, strings.Join(want.lines, "\n"))
		}
	}
	same := strings.Join(want.lines, "\n") == strings.Join(got.lines, "\n")
	switch {
	case same && listed && !selfCheck():
		return fmt.Sprintf("%s: no longer differs, remove it from known.txt: %s", s.pos, reason)
	case !same && !listed:
		return fmt.Sprintf("%s: HAProxy (-) and gohap (+) differ:\n%s", s.pos, lineDiff(want.lines, got.lines))
	}
	return ""
}

// readKnown reads the list of known differences: "case: reason" lines.
func readKnown(text string, scripts []*script) (map[string]string, error) {
	names := map[string]bool{}
	for _, s := range scripts {
		names[s.name] = true
	}
	return knownLines(text, names)
}

// tail is the end of what a process printed.
func tail(text string) string { return text[max(0, len(text)-4000):] }

// lineDiff shows two texts as one: common lines once, others marked.
func lineDiff(a, b []string) string {
	// Longest common subsequence; the texts are short.
	n, m := len(a), len(b)
	lcs := make([][]int, n+1)
	for i := range lcs {
		lcs[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lcs[i][j] = lcs[i+1][j+1] + 1
			} else {
				lcs[i][j] = max(lcs[i+1][j], lcs[i][j+1])
			}
		}
	}
	var out strings.Builder
	for i, j := 0, 0; i < n || j < m; {
		switch {
		case i < n && j < m && a[i] == b[j]:
			out.WriteString("  " + a[i] + "\n")
			i, j = i+1, j+1
		case i < n && (j == m || lcs[i+1][j] >= lcs[i][j+1]):
			out.WriteString("- " + a[i] + "\n")
			i++
		default:
			out.WriteString("+ " + b[j] + "\n")
			j++
		}
	}
	return out.String()
}
