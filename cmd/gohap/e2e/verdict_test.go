package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// configEnv is what configs in testdata/cfg find in their environment.
var configEnv = []string{
	"GOHAP_E2E_PORT=8080", "GOHAP_E2E_ADDR=127.0.0.3",
	"GOHAP_E2E_SET=yes", "GOHAP_E2E_LIST=10.0.0.1 10.0.0.2",
}

// verdict is what a program says of a config under -c.
type verdict struct {
	rc     int
	stdout string
	stderr string
}

// check runs bin -c on a config.
func check(t testing.TB, bin, path string) verdict {
	t.Helper()
	cmd := exec.Command(bin, "-c", "-f", path)
	cmd.Dir = filepath.Dir(path)
	cmd.Env = append(os.Environ(), configEnv...)
	var v verdict
	v.rc, v.stdout, v.stderr = output(t, cmd)
	return v
}

// stockConfig copies a config where it can be loaded: the error files that
// packages install are replaced by those of testdata.
func stockConfig(t testing.TB, path string) string {
	t.Helper()
	errors, err := filepath.Abs(testdata("cfg", "errors"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(mustRead(t, path), "/etc/haproxy/errors", errors)
	return writeFile(t, filepath.Join(t.TempDir(), filepath.Base(path)), marks.ReplaceAllString(text, ""))
}

// configs lists the files of a folder of testdata/cfg.
func configs(t testing.TB, kind string) []string {
	t.Helper()
	list, err := filepath.Glob(testdata("cfg", kind, "*.cfg"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no configs in testdata/cfg/%s: %v", kind, err)
	}
	return list
}

// TestStockConfigs loads whole configs with both programs: the five tutorials'
// and others that use the syntax of the manual's chapter 2. Both must agree.
func TestStockConfigs(t *testing.T) {
	noEngine(t)
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	for _, path := range configs(t, "valid") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			cfg := stockConfig(t, path)
			want, got := check(t, ref, cfg), check(t, bin, cfg)
			if want.rc != 0 {
				t.Fatalf("HAProxy refuses it:\n%s", want.stderr)
			}
			if got.rc != want.rc || got.stdout != want.stdout {
				t.Errorf("exit %d, stdout %q; HAProxy: exit %d, stdout %q\n%s", got.rc, got.stdout, want.rc, want.stdout, got.stderr)
			}
			if w, g := warnings(want.stderr), warnings(got.stderr); strings.Join(w, "\n") != strings.Join(g, "\n") {
				t.Errorf("warnings differ, HAProxy (-) and gohap (+):\n%s", lineDiff(w, g))
			}
		})
	}
}

var warningLine = regexp.MustCompile(`(?m)^\[WARNING\] +\(\d+\) : (.*)$`)

// warnings returns the sorted warning lines of what a program printed.
func warnings(stderr string) []string {
	var out []string
	for _, m := range warningLine.FindAllStringSubmatch(stderr, -1) {
		out = append(out, m[1])
	}
	sort.Strings(out)
	return out
}

// wrongLine is a line of a config with what must be said about it.
type wrongLine struct {
	line     int
	messages []string
}

// wrongLines finds the lines that end in ### "message part" ….
func wrongLines(text string) ([]wrongLine, error) {
	var out []wrongLine
	for i, line := range strings.Split(text, "\n") {
		_, marks, ok := strings.Cut(line, "### ")
		if !ok {
			continue
		}
		w := wrongLine{line: i + 1}
		for marks = strings.TrimSpace(marks); marks != ""; marks = strings.TrimSpace(marks) {
			quoted, err := strconv.QuotedPrefix(marks)
			if err != nil {
				return nil, fmt.Errorf("line %d: bad string %s", i+1, marks)
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, fmt.Errorf("line %d: bad string %s", i+1, quoted)
			}
			w.messages = append(w.messages, text)
			marks = marks[len(quoted):]
		}
		if len(w.messages) == 0 {
			return nil, fmt.Errorf("line %d: no message", i+1)
		}
		out = append(out, w)
	}
	return out, nil
}

// marks are what the tests add to lines of configs.
var marks = regexp.MustCompile(`(?m) *### .*$`)

// finding is a diagnostic that names a line of the config, or none (0).
type finding struct {
	line    int
	message string
}

var (
	alertLine   = regexp.MustCompile(`(?m)^\[(ALERT|WARNING)\] +\(\d+\) : (.*)$`)
	findingLine = regexp.MustCompile(`\[[^\]\s]*:(\d+)\]`)
)

// findings returns the diagnostics of one level.
func findings(level, stderr string) []finding {
	var out []finding
	for _, m := range alertLine.FindAllStringSubmatch(stderr, -1) {
		if m[1] != level {
			continue
		}
		f := finding{message: m[2]}
		if pos := findingLine.FindStringSubmatch(m[2]); pos != nil {
			f.line, _ = strconv.Atoi(pos[1])
		}
		out = append(out, f)
	}
	return out
}

// expect checks that each wrong line has its messages, and that no other line
// is complained about. A diagnostic without a line fits any: HAProxy does not
// always know the line.
func expect(want []wrongLine, got []finding) []string {
	var faults []string
	lines := map[int]bool{}
	for _, w := range want {
		lines[w.line] = true
		for _, part := range w.messages {
			found := false
			for _, f := range got {
				found = found || (f.line == w.line || f.line == 0) && strings.Contains(f.message, part)
			}
			if !found {
				faults = append(faults, fmt.Sprintf("line %d: nothing says %q", w.line, part))
			}
		}
	}
	for _, f := range got {
		if f.line != 0 && !lines[f.line] {
			faults = append(faults, fmt.Sprintf("line %d is right, yet: %s", f.line, f.message))
		}
	}
	return faults
}

// TestInvalidConfigs loads many small configs with mistakes: both programs must
// refuse each, and say the same about the same lines.
func TestInvalidConfigs(t *testing.T) {
	noEngine(t)
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	for _, path := range configs(t, "invalid") {
		text := mustRead(t, path)
		line := 1
		for i, chunk := range strings.Split(text, "---\n") {
			start := line
			line += strings.Count(chunk, "\n") + 1
			if i == 0 {
				continue // what the file is about
			}
			t.Run(fmt.Sprintf("%s:%d", filepath.Base(path), start), func(t *testing.T) {
				t.Parallel()
				want, err := wrongLines(chunk)
				if err != nil || len(want) == 0 {
					t.Fatalf("no wrong line: %v", err)
				}
				cfg := writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), marks.ReplaceAllString(chunk, ""))
				name := "gohap"
				if selfCheck() {
					name = "HAProxy"
				}
				for _, p := range []struct{ name, bin string }{{"HAProxy", ref}, {name, bin}} {
					v := check(t, p.bin, cfg)
					faults := expect(want, findings("ALERT", v.stderr))
					if p.name == "HAProxy" && len(want) > 1 {
						faults = nil // HAProxy gives up in the middle
					}
					if v.rc != 1 || v.stdout != "" {
						faults = append(faults, fmt.Sprintf("exit %d, stdout %q", v.rc, v.stdout))
					}
					if len(faults) > 0 {
						t.Errorf("%s:\n%s\nof\n%s\nit says\n%s", p.name, strings.Join(faults, "\n"), chunk, v.stderr)
					}
				}
			})
		}
	}
}

// TestLegacyConfigs loads configs written for older releases: HAProxy refuses
// the marked lines, gohap warns about them with their replacement and runs.
func TestLegacyConfigs(t *testing.T) {
	noEngine(t)
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	for _, path := range configs(t, "legacy") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			cfg := stockConfig(t, path)
			want, err := wrongLines(mustRead(t, path))
			if err != nil || len(want) == 0 {
				t.Fatalf("no legacy line: %v", err)
			}
			old := check(t, ref, cfg)
			if old.rc != 1 {
				t.Errorf("HAProxy takes it: exit %d\n%s", old.rc, old.stderr)
			}
			if faults := expect(want, findings("ALERT", old.stderr)); len(faults) > 0 {
				t.Errorf("HAProxy: %s\n%s", strings.Join(faults, "\n"), old.stderr)
			}
			if selfCheck() {
				return
			}
			got := check(t, bin, cfg)
			if got.rc != 0 || got.stdout != "Warnings were found.\nConfiguration file is valid\n" {
				t.Errorf("exit %d, stdout %q\n%s", got.rc, got.stdout, got.stderr)
			}
			var lines []wrongLine
			for _, w := range want {
				lines = append(lines, wrongLine{line: w.line, messages: []string{"timeout "}})
			}
			if faults := expect(lines, findings("WARNING", got.stderr)); len(faults) > 0 {
				t.Errorf("%s\n%s", strings.Join(faults, "\n"), got.stderr)
			}
		})
	}
}

// TestSpecialConfigs checks what a file cannot show in a diff: a missing final
// newline, no listener, no file.
func TestSpecialConfigs(t *testing.T) {
	noEngine(t)
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	long := strings.Repeat("x", 3000)
	for name, text := range map[string]string{
		"no final newline": "frontend fe\n    bind 127.0.0.1:8080",
		"empty":            "",
		"only comments":    "# nothing\n\n# here\n",
		"no listener":      "backend be\n    server s 127.0.0.1:80\n",
		"only global":      "global\n    maxconn 10\n",
		"missing endif":    "global\n    .if 1\n    maxconn 10\n",
		"long line":        "global\n    description " + long + "\n",
		"many words":       "global\n    log" + strings.Repeat(" a", 100) + "\n",
		"nul byte":         "global\n    maxconn\x00 10\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), text)
			want, got := check(t, ref, cfg), check(t, bin, cfg)
			if want.rc != got.rc || want.stdout != got.stdout {
				t.Errorf("exit %d, stdout %q; HAProxy: exit %d, stdout %q\n%s\n%s", got.rc, got.stdout, want.rc, want.stdout, got.stderr, want.stderr)
			}
		})
	}
}
