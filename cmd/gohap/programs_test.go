package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

var forkedProgram = regexp.MustCompile(`New program '\w+' \((\d+)\) forked`)

// programs are the pids of the programs so far, in order.
func programs(r *running) (pids []string) {
	for _, m := range forkedProgram.FindAllStringSubmatch(r.stderr.String(), -1) {
		pids = append(pids, m[1])
	}
	return pids
}

// withPrograms replaces the pids of programs by P1, P2, ….
func withPrograms(r *running, text string) string {
	var names []string
	for i, pid := range programs(r) {
		names = append(names, fmt.Sprintf("(%s)", pid), fmt.Sprintf("(P%d)", i+1), fmt.Sprintf("%-15s", pid), fmt.Sprintf("P%d ", i+1))
	}
	return strings.NewReplacer(names...).Replace(text)
}

// steady is a command that says what it is and what it is told, and ends for
// SIGTERM with the status. What it says comes out once it has set its traps.
func steady(usr1 string, status int) string {
	return fmt.Sprintf("sh -c 'trap \"%s\" USR1; trap \"exit %d\" TERM; echo up >&2; while :; do sleep 0.02; done'", usr1, status)
}

// Whatever happens to a master with programs, what it says of them, shows of them
// and returns is HAProxy's.
func TestMasterPrograms(t *testing.T) {
	stop := func(s syscall.Signal) func(*testing.T, contender, *running) string {
		return func(t *testing.T, c contender, r *running) string {
			r.wait(t, "up\n", 1)
			c.settled(t, r)
			proc := c.ask(t, "show proc\n")
			r.signal(t, s)
			return proc
		}
	}
	fails := func(*testing.T, contender, *running) string { return "" } // and the master with it
	for name, test := range map[string]struct {
		text string
		act  func(*testing.T, contender, *running) string
	}{
		"TERM":  {"program one\n  command " + steady("exit 0", 0), stop(syscall.SIGTERM)},
		"USR1":  {"program one\n  command " + steady("exit 0", 0), stop(syscall.SIGUSR1)},
		"fails": {"program one\n  command sh -c 'sleep 0.1; exit 7'", fails},
		"ends": {"program one\n  command sh -c 'sleep 0.1'", func(t *testing.T, c contender, r *running) string {
			r.wait(t, "Current program", 1)
			c.settled(t, r)
			proc := c.ask(t, "show proc\n")
			r.signal(t, syscall.SIGTERM)
			return proc
		}},
		"killed":   {"program one\n  command sh -c 'sleep 0.1; kill -9 $$'", fails},
		"lacking":  {"program one\n  command /nonexistent/x", fails},
		"unknown":  {"program one\n  command no-such-command-here", fails},
		"no right": {"program one\n  command " + os.DevNull, fails},
		"reload": {
			"program one\n  command " + steady("exit 0", 0) + "\nprogram two\n  command " + steady("exit 4", 0) + "\n  no option start-on-reload",
			func(t *testing.T, c contender, r *running) string {
				r.wait(t, "up\n", 2)
				c.settled(t, r)
				first := c.ask(t, "show proc\n")
				r.signal(t, syscall.SIGUSR2)
				r.wait(t, "Loading success.", 2)
				r.wait(t, "Former worker", 1)
				r.wait(t, "Former program", 2)
				r.wait(t, "up\n", 3)
				c.settled(t, r)
				first += c.ask(t, "show proc\n")
				r.signal(t, syscall.SIGTERM)
				return first
			},
		},
		"some stay": {
			"program one\n  command " + steady("echo told >&2", 0) + "\nprogram two\n  command " + steady("echo told >&2", 0) + "\n  no option start-on-reload",
			func(t *testing.T, c contender, r *running) string {
				r.wait(t, "up\n", 2)
				c.settled(t, r)
				good, _ := os.ReadFile(filepath.Join(c.dir, "a.cfg"))
				proc := ""
				for turn := 1; turn <= 2; turn++ {
					c.write(t, "a.cfg", "bindx\n")
					r.signal(t, syscall.SIGUSR2)
					r.wait(t, "Loading failure!", turn)
					c.settled(t, r)
					c.write(t, "a.cfg", string(good))
					r.signal(t, syscall.SIGUSR2)
					r.wait(t, "Loading success.", turn+1)
					r.wait(t, "Former worker", turn)
					r.wait(t, "up\n", 2+turn)
					r.wait(t, "told\n", turn*(turn+3)/2)
					c.settled(t, r)
					proc += c.ask(t, "show proc\n")
				}
				r.signal(t, syscall.SIGTERM)
				return proc
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told := map[string]string{}
			for _, c := range contenders(t) {
				if c.name == "gohap" {
					c.env = append(c.env, asProgram+"=whole")
				}
				c.write(t, "a.cfg", config(freeAddr(t))+test.text+"\n")
				r := c.start(t, "-W", "-f", "a.cfg", "-S", filepath.Join(c.dir, "master"))
				r.wait(t, "Loading success.", 1)
				shown := test.act(t, c, r)
				status := r.status(t)
				lines := strings.Split(strings.ReplaceAll(withPrograms(r, c.story(r)), "PROGRAM", c.path), "\n")
				lines = slices.DeleteFunc(lines, func(l string) bool {
					return strings.Contains(l, "executable is") || strings.Contains(l, "version is") || strings.Contains(l, " | ")
				})
				slices.Sort(lines)
				told[c.name] = fmt.Sprintf("status %d\n%s\n%s", status, strings.Join(lines, "\n"), withPrograms(r, c.answers(r, shown)))
			}
			if told["gohap"] != told["haproxy"] {
				t.Errorf("haproxy:\n%s\ngohap:\n%s", told["haproxy"], told["gohap"])
			}
		})
	}
}

// A program has the identity and the environment that its section and the rest of
// the configuration give it, and nothing of the master's but stdin to stderr.
func TestProgramSurroundings(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be another user")
	}
	told := map[string]string{}
	for _, c := range contenders(t) {
		if c.name == "gohap" {
			c.env = append(c.env, asProgram+"=whole")
		}
		show := `sh -c 'grep -E "^(Uid|Gid|Groups|Sig(Blk|Ign))" /proc/self/status; echo "$0 $1 $X_FROM $HAPROXY_MWORKER $HAPROXY_PROCESSES $HAPROXY_CFGFILES"; pwd; umask; echo over >&2; sleep 60' "a b" c`
		c.write(t, "a.cfg", config(freeAddr(t), "setenv X_FROM here", "chroot /", "user nobody")+
			"program one\n  command "+show+"\nprogram two\n  user nobody\n  command "+show+"\nprogram three\n  group nogroup\n  command "+show+
			"\nprogram four\n  user nobody\n  group nogroup\n  command "+show+"\n")
		r := c.start(t, "-W", "-f", "a.cfg")
		r.wait(t, "Loading success.", 1)
		r.wait(t, "over\n", 4)
		c.settled(t, r)
		r.signal(t, syscall.SIGTERM)
		r.status(t)
		lines := strings.Split(strings.ReplaceAll(r.stdout.String(), c.dir, "DIR"), "\n")
		slices.Sort(lines)
		told[c.name] = strings.Join(lines, "\n")
	}
	if told["gohap"] != told["haproxy"] {
		t.Errorf("haproxy:\n%s\ngohap:\n%s", told["haproxy"], told["gohap"])
	}
}
