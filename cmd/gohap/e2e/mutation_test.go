package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// mutantCount is how many mutants are tried, of some twenty thousand.
const mutantCount = 4000

// TestMutants breaks valid configs in thousands of ways, one thing at a time.
// HAProxy and gohap must take or refuse the same ones, but for one in a hundred,
// and begin with the same message but for one in twenty. testdata/mutants.txt
// says why they differ where they do.
func TestMutants(t *testing.T) {
	noEngine(t)
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	reasons, err := readReasons(mustRead(t, testdata("mutants.txt")))
	if err != nil {
		t.Fatal(err)
	}
	list := sample(allMutants(t), mutantCount)
	if len(list) < 3000 {
		t.Fatalf("only %d mutants", len(list))
	}
	want, got := judgeAll(t, list, ref, bin)
	var verdicts, messages, report []string
	for i, m := range list {
		w, g := want[i], got[i]
		if w == g {
			continue
		}
		text := fmt.Sprintf("%s\n\t- %d %s\n\t+ %d %s", m, w.rc, w.first, g.rc, g.first)
		reason := reasons.of(text)
		if reason == "" {
			report = append(report, text)
		}
		if w.rc == 0 != (g.rc == 0) {
			verdicts = append(verdicts, text)
		} else {
			messages = append(messages, text)
		}
	}
	t.Logf("%d mutants: %d are judged differently, %d begin with another message; without a reason in mutants.txt are %d:\n%s",
		len(list), len(verdicts), len(messages), len(report), strings.Join(report, "\n"))
	if len(verdicts)*100 > len(list) {
		t.Errorf("the programs disagree about more than one mutant in a hundred:\n%s", strings.Join(verdicts, "\n"))
	}
	if len(messages)*20 > len(list) {
		t.Error("more than one mutant in twenty begins with another message")
	}
}

// allMutants breaks the valid configs of testdata and of the README.
func allMutants(t testing.TB) []*mutant {
	seen := map[string]bool{}
	var out []*mutant
	add := func(name, text string) { out = append(out, mutants(name, text, seen)...) }
	for _, path := range configs(t, "valid") {
		add(filepath.Base(path), mustRead(t, stockConfig(t, path)))
	}
	add("quickstart.cfg", mustRead(t, testdata("quickstart.cfg")))
	for _, block := range regexp.MustCompile("(?ms)^```haproxy\n(.*?)^```$").FindAllStringSubmatch(mustRead(t, testdata("..", "README.md")), -1) {
		add("README.md", block[1])
	}
	files, err := filepath.Abs(testdata("diff", "files"))
	if err != nil {
		t.Fatal(err)
	}
	v := &variant{place: place{
		Front: "127.0.0.1:8080", Front2: "127.0.0.1:8081", Mark: "127.0.0.1:8082",
		S: "127.0.0.11:80", T: "127.0.0.12:80", Refused: "127.0.0.13:80", Silent: "127.0.0.14:80",
		Log: "127.0.0.1:5140", CLI: "/tmp/gohap-e2e-cli.sock", Dir: files,
	}}
	list, err := filepath.Glob(testdata("diff", "config", "*.cfg"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no configs in testdata/diff/config: %v", err)
	}
	for _, path := range list {
		name := strings.TrimSuffix(filepath.Base(path), ".cfg")
		add(name, v.render(t, name))
	}
	return out
}

// judgement is a program's exit status for a config, and the first thing that it
// says.
type judgement struct {
	rc    int
	first string
}

// judgeAll has both programs check all mutants, as many at a time as there are
// cores.
func judgeAll(t *testing.T, list []*mutant, ref, bin string) (want, got []judgement) {
	dir := t.TempDir()
	// HAProxy reads all certificates of the system for its own HTTP client;
	// without them a check takes a third of the time.
	quick := writeFile(t, filepath.Join(dir, "quick.cfg"), "global\n httpclient.ssl.verify none\n")
	want, got = make([]judgement, len(list)), make([]judgement, len(list))
	work := make(chan int)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for i := range work {
				path := filepath.Join(dir, fmt.Sprintf("%d.cfg", i))
				if err := os.WriteFile(path, []byte(list[i].text), 0o644); err != nil {
					t.Error(err)
					continue
				}
				want[i] = opinion(t, path, ref, "-c", "-f", path, "-f", quick)
				got[i] = opinion(t, path, bin, "-c", "-f", path)
				os.Remove(path)
			}
		})
	}
	for i := range list {
		work <- i
	}
	close(work)
	wg.Wait()
	return want, got
}

// opinion runs a check of the config at path. Thousands of them need all the cores
// for minutes, while other tests of this package run against the clock: these checks
// stand back behind the others.
//
// It has files for what is said, for the reason that [output] gives.
func opinion(t testing.TB, path string, argv ...string) judgement {
	said, err := os.Create(path + ".stderr")
	if err != nil {
		t.Error(err)
		return judgement{}
	}
	defer os.Remove(said.Name())
	defer said.Close()
	limit, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(limit, argv[0], argv[1:]...)
	cmd.Dir = filepath.Dir(path)
	cmd.Env = append(os.Environ(), configEnv...)
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return judgement{}
	}
	syscall.Setpriority(syscall.PRIO_PROCESS, cmd.Process.Pid, 5)
	if err := cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Errorf("%s: %v", argv[0], err)
	}
	j := judgement{rc: cmd.ProcessState.ExitCode()}
	text, err := os.ReadFile(said.Name())
	if err != nil {
		t.Error(err)
	}
	if m := alertLine.FindStringSubmatch(string(text)); m != nil {
		j.first = m[1] + " " + strings.ReplaceAll(m[2], path, "CFG")
	}
	return j
}

// reasons are why the programs differ about some mutants: patterns of what the
// test reports, with the reason.
type reasons []struct {
	pattern *regexp.Regexp
	reason  string
}

// of returns the reason for a difference, "" for none.
func (rs reasons) of(text string) string {
	for _, r := range rs {
		if r.pattern.MatchString(text) {
			return r.reason
		}
	}
	return ""
}

// readReasons reads "/pattern/ reason" lines with "#" comments.
func readReasons(text string) (reasons, error) {
	var rs reasons
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, reason, ok := strings.Cut(strings.TrimPrefix(line, "/"), "/ ")
		if !ok || line[0] != '/' || strings.TrimSpace(reason) == "" {
			return nil, fmt.Errorf("line %d: want \"/pattern/ reason\"", i+1)
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		rs = append(rs, struct {
			pattern *regexp.Regexp
			reason  string
		}{re, reason})
	}
	return rs, nil
}
