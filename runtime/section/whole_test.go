package section_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"gohap/parser/diag"
	"gohap/runtime/internal/peer"
)

// TestWholeHAProxy compares what HAProxy and gohap say of the configurations in
// testdata/whole.txt, which are about what is looked at once all sections have
// been read: missing timeouts, settings without effect, names without a target.
// Where nothing is wrong while reading, the order must be the same too.
func TestWholeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	haproxy := peer.Need(t, "haproxy")
	data, err := os.ReadFile("testdata/whole.txt")
	if err != nil {
		t.Fatal(err)
	}
	work := make(chan string)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for config := range work {
				compareWhole(t, haproxy, config)
			}
		})
	}
	for config := range strings.SplitSeq(string(data), "---\n") {
		work <- config
	}
	close(work)
	wait.Wait()
}

func compareWhole(t *testing.T, haproxy, config string) {
	file := peer.File(t, "haproxy.cfg", config)
	out, _ := exec.Command(haproxy, "-c", "-f", file).CombinedOutput()
	var theirs []string
	for line := range strings.Lines(strings.ReplaceAll(string(out), file, "test.cfg")) {
		level, rest, ok := strings.Cut(strings.TrimRight(line, "\n "), " : ")
		if !ok || !strings.HasPrefix(level, "[ALERT]") && !strings.HasPrefix(level, "[WARNING]") ||
			strings.Contains(rest, "rror(s) found") || strings.Contains(rest, "Fatal errors found") {
			continue
		}
		level, _, _ = strings.Cut(level, " ")
		theirs = append(theirs, level+" "+rest)
	}
	_, list := compile(config)
	var ours []string
	for i := range list.All {
		if d := &list.All[i]; d.Severity != diag.Diag {
			first, _, _ := strings.Cut(d.Message, "\n")
			ours = append(ours, "["+d.Severity.String()+"] "+first)
		}
	}
	if !slices.Equal(theirs, ours) {
		t.Errorf("%s\nhaproxy:\n\t%s\ngohap:\n\t%s", config, strings.Join(theirs, "\n\t"), strings.Join(ours, "\n\t"))
	}
}
