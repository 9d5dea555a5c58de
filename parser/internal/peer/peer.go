// Package peer runs the installed haproxy for tests that compare with it.
package peer

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Verdict is what haproxy says about a configuration.
type Verdict struct {
	// Exit is the exit status: 0 valid, 1 errors, 2 nothing to listen on.
	Exit int
	// Messages are the lines of stderr without level, pid and announcement,
	// continuation lines joined by newlines.
	Messages []Message
}

// Message is one message of haproxy.
type Message struct {
	Level string // "ALERT", "WARNING", "NOTICE", "DIAG"
	Text  string // after "(pid) : "
	Line  int    // the line it names, 0 without
}

// Alerts returns the texts of the alerts that name a line.
func (v Verdict) Alerts() []Message {
	var out []Message
	for _, m := range v.Messages {
		if m.Level == "ALERT" && m.Line > 0 {
			out = append(out, m)
		}
	}
	return out
}

var (
	head  = regexp.MustCompile(`^\[(ALERT|WARNING|NOTICE|DIAG)\] +\(\d+\) : (.*)$`)
	place = regexp.MustCompile(`\[[^\]]*:(\d+)\]`)
)

// Find returns the path of haproxy. Without one the test is skipped, or fails
// where GOHAP_TEST_STRICT=1 says that nothing may be skipped.
func Find(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("haproxy")
	if err != nil {
		if path = "/usr/sbin/haproxy"; !exists(path) {
			if os.Getenv("GOHAP_TEST_STRICT") == "1" {
				t.Fatal("haproxy is not installed")
			}
			t.Skip("haproxy is not installed")
		}
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Check lets haproxy check config, in a file named t.cfg in a folder of its
// own, with extra environment variables and arguments.
func Check(t testing.TB, config string, env []string, args ...string) Verdict {
	t.Helper()
	path := Find(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "t.cfg"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return Run(t, path, dir, env, append(args, "-c", "-f", "t.cfg")...)
}

// Run runs haproxy in dir.
func Run(t testing.TB, path, dir string, env []string, args ...string) Verdict {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	v := Verdict{Exit: cmd.ProcessState.ExitCode()}
	for line := range strings.SplitSeq(strings.TrimRight(stderr.String(), "\n"), "\n") {
		m := head.FindStringSubmatch(line)
		if m == nil {
			if n := len(v.Messages); n > 0 {
				v.Messages[n-1].Text += "\n" + line
			}
			continue
		}
		if strings.HasPrefix(m[2], "haproxy version is ") || strings.HasPrefix(m[2], "path to executable is ") {
			continue
		}
		msg := Message{Level: m[1], Text: m[2]}
		if p := place.FindStringSubmatch(m[2]); p != nil {
			msg.Line, _ = strconv.Atoi(p[1])
		}
		v.Messages = append(v.Messages, msg)
	}
	return v
}
