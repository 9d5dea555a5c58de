package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// The limit on descriptors that a process gives itself is HAProxy's.
func TestDescriptorLimit(t *testing.T) {
	limit := regexp.MustCompile(`Max open files +(\d+)`)
	for _, global := range [][]string{{"maxconn 100"}, {"maxconn 500", "nbthread 3"}, {"ulimit-n 2000", "maxconn 100"}, {}} {
		got := map[string]string{}
		for _, c := range contenders(t) {
			addr := freeAddr(t)
			c.write(t, "a.cfg", config(addr, append(global, "stats socket "+c.dir+"/api")...))
			r := c.start(t, "-db", "-f", "a.cfg")
			serving(t, addr)
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", r.pid()))
			if err != nil {
				t.Fatal(err)
			}
			got[c.name] = string(limit.Find(text))
			r.signal(t, syscall.SIGTERM)
			r.status(t)
		}
		if got["haproxy"] != got["gohap"] {
			t.Errorf("%v: haproxy has %q, gohap %q", global, got["haproxy"], got["gohap"])
		}
	}
}

// A process that may not raise its limit says so, and how many it would have
// needed; the privileges that it cannot drop end it. The messages are HAProxy's.
func TestUnprivileged(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	for _, global := range []string{
		"maxconn 10000000", "ulimit-n 20000000", "chroot /tmp", "uid 100", "gid 100", "no strict-limits\n  maxconn 100000",
	} {
		told := map[string]string{}
		for _, c := range contenders(t) {
			addr := freeAddr(t)
			c.write(t, "a.cfg", config(addr, global))
			c.forEverybody(t)
			r := c.startUser(t, 65534, "-db", "-f", "a.cfg")
			if strings.HasPrefix(global, "no strict") {
				serving(t, addr)
				r.signal(t, syscall.SIGTERM)
			}
			told[c.name] = fmt.Sprintf("status %d\n%s", r.status(t), c.normal(r.stderr.String()))
		}
		if told["haproxy"] != told["gohap"] {
			t.Errorf("%s\nhaproxy: %s\ngohap: %s", global, told["haproxy"], told["gohap"])
		}
	}
}

// Root gives up its rights once it listens: user, groups, root directory.
func TestDropPrivileges(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root has something to drop")
	}
	for _, c := range contenders(t) {
		addr, jail := freeAddr(t), shortDir(t)
		c.write(t, "a.cfg", config(addr, "uid 65534", "gid 65533", "chroot "+jail))
		r := c.start(t, "-db", "-f", "a.cfg")
		serving(t, addr)
		eventually(t, "privileges dropped", func() bool {
			status := readProc(t, r.pid(), "status")
			return strings.Contains(status, "Uid:\t65534\t65534\t65534\t65534\n") &&
				strings.Contains(status, "Gid:\t65533\t65533\t65533\t65533\n") && strings.Contains(status, "Groups:\t \n")
		})
		if root, _ := os.Readlink(fmt.Sprintf("/proc/%d/root", r.pid())); root != jail {
			t.Errorf("%s: root directory %q", c.name, root)
		}
		// The C library starts threads that Go cannot reach.
		if status := readProc(t, r.pid(), "status"); c.name == "gohap" && !withCgo && !strings.Contains(status, "NoNewPrivs:\t1\n") {
			t.Errorf("%s may gain privileges again", c.name)
		}
	}
}
