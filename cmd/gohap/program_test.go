package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// contender is one of the programs that are held against each other.
type contender struct {
	name string
	path string
	env  []string
	dir  string // to run in
}

// gohapProgram is the test binary under the name that scripts look for.
func gohapProgram(t *testing.T) contender {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := shortDir(t)
	path := filepath.Join(dir, "haproxy")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return contender{"gohap", path, append(os.Environ(), asProgram+"=1"), dir}
}

// contenders are haproxy and gohap, each with a directory of its own.
func contenders(t *testing.T) []contender {
	t.Helper()
	return []contender{{"haproxy", installed(t), os.Environ(), shortDir(t)}, gohapProgram(t)}
}

// start runs the program in its directory.
func (c contender) start(t *testing.T, args ...string) *running {
	t.Helper()
	return c.startAs(t, "haproxy", args...)
}

// startAs is start under another name.
func (c contender) startAs(t *testing.T, name string, args ...string) *running {
	t.Helper()
	return c.startWith(t, name, nil, args...)
}

// startUser is start as another user.
func (c contender) startUser(t *testing.T, uid uint32, args ...string) *running {
	t.Helper()
	return c.startWith(t, "haproxy", &syscall.Credential{Uid: uid, Gid: uid}, args...)
}

func (c contender) startWith(t *testing.T, name string, user *syscall.Credential, args ...string) *running {
	t.Helper()
	cmd := exec.Command(c.path, args...)
	cmd.Args[0] = name
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user}
	cmd.Env, cmd.Dir = c.env, c.dir
	return startCommand(t, cmd)
}

// forEverybody lets other users run the program.
func (c *contender) forEverybody(t *testing.T) {
	t.Helper()
	if err := os.Chmod(c.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if c.name == "haproxy" {
		return
	}
	program, err := os.ReadFile(c.path)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(c.path)
	if err := os.WriteFile(c.path, program, 0o755); err != nil {
		t.Fatal(err)
	}
}

// write makes a file in the program's directory.
func (c contender) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// config is a configuration that both understand, listening on the port.
func config(addr string, global ...string) string {
	text := ""
	if len(global) > 0 {
		text = "global\n  " + strings.Join(global, "\n  ") + "\n"
	}
	return text + "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\nfrontend f\n  bind " + addr + "\n"
}

var (
	pidPattern  = regexp.MustCompile(`\(\d+\)`)
	portPattern = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	// HAProxy has proxies of its own that come and go with the others.
	innerProxy = regexp.MustCompile(`(?m)^.*(<HTTPCLIENT>|GLOBAL|MASTER).*\n`)
)

// normal leaves out of a program's messages what differs from run to run, and
// gives its processes letters in the order of their appearance.
func (c contender) normal(text string) string {
	text = innerProxy.ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, c.path, "PROGRAM")
	text = strings.ReplaceAll(text, c.dir, "DIR")
	text = regexp.MustCompile(`haproxy version is \S+`).ReplaceAllString(text, "haproxy version is V")
	text = portPattern.ReplaceAllString(text, "ADDR")
	names := map[string]string{}
	return pidPattern.ReplaceAllStringFunc(text, func(pid string) string {
		if names[pid] == "" {
			names[pid] = "(" + string(rune('A'+len(names))) + ")"
		}
		return names[pid]
	})
}
