package global

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		flag("daemon", "3.1", "Goes to the background once all listeners are bound.",
			func(g *core.Global) *bool { return &g.Daemon }),
		masterWorker(),
		flag("no-memory-trimming", "3.2", "Keeps memory for later that is free when traffic pauses, and the part of the program that only starting needs, instead of giving them back to the system.", func(g *core.Global) *bool { return &g.NoMemoryTrimming }),
		flag("quiet", "3.3", "Prints no messages at start, as -q does.", func(g *core.Global) *bool { return &g.Quiet }),
		flag("zero-warning", "3.3", "Refuses to start after a warning, as -dW does.",
			func(g *core.Global) *bool { return &g.ZeroWarning }),
		text("chroot", "3.1", "Makes the directory the root of the process before traffic flows.", "/var/empty", "a directory as an argument.",
			func(g *core.Global) *string { return &g.Chroot }),
		text("pidfile", "3.1", "Writes the pids of the processes that serve into the file.", "/var/run/haproxy.pid", "a file name as an argument.",
			func(g *core.Global) *string { return &g.PidFile }),
		directive("user", "3.1", "Drops privileges to the user once listeners are bound.",
			[]string{"user root"}, []string{"user", "user no-such-user-here"}, compileUser),
		directive("group", "3.1", "Drops privileges to the group once listeners are bound.",
			[]string{"group root"}, []string{"group", "group no-such-group-here"}, compileGroup),
		directive("uid", "3.1", "Drops privileges to the user id once listeners are bound.",
			[]string{"uid 1000"}, []string{"uid", "uid x"}, compileID(func(g *core.Global) *int { return &g.UID })),
		directive("gid", "3.1", "Drops privileges to the group id once listeners are bound.",
			[]string{"gid 1000"}, []string{"gid", "gid x"}, compileID(func(g *core.Global) *int { return &g.GID })),
		node(),
		directive("description", "3.1", "Free text about this instance, shown in statistics.",
			[]string{"description the first one"}, []string{"description"},
			func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 {
					c.AlertTight(&st.Words[0], "'description' expects a string argument.")
					return
				}
				c.Global().Description = registry.Rest(st, 1)
			}),
		set("set-dumpable", "3.1", "Lets the process leave a core file although it has dropped privileges.",
			func(g *core.Global) *bool { return &g.SetDumpable }),
		set("strict-limits", "3.1", "Makes a descriptor limit that cannot be had fatal.",
			func(g *core.Global) *bool { return &g.StrictLimits }),
		flag("insecure-setuid-wanted", "3.1", "Leaves set-uid programs usable by external checks.",
			func(g *core.Global) *bool { return &g.InsecureSetUID }),
		unlisted(flag("external-check", "3.1", "Lets health checks run programs; see \"option external-check\".",
			func(g *core.Global) *bool { return &g.ExternalCheck })),
		set("insecure-fork-wanted", "3.1", "Allows external checks to start programs.",
			func(g *core.Global) *bool { return &g.InsecureFork }),
		directive("default-path", "3.1", "Tells what relative file names in the configuration are relative to.",
			[]string{"default-path current", "default-path config", "default-path parent", "default-path origin /"},
			[]string{"default-path", "default-path nowhere", "default-path origin", "default-path origin /no/such/directory"}, compileDefaultPath),
		number("mworker-max-reloads", "3.1", "How many reloads a worker may live through before it is ended.", 0,
			func(g *core.Global) *int { return &g.MaxReloads }),
		text("server-state-base", "3.1", "The directory of the server state files.", "/var/state", "one argument: a directory path.",
			func(g *core.Global) *string { return &g.ServerStateBase }),
		text("server-state-file", "3.1", "The file that holds the servers' state over a restart.", "global", "one argument: a file path.",
			func(g *core.Global) *string { return &g.ServerStateFile }),
	)
}

// set makes a flag that "no" may precede.
func set(name, manual, doc string, field func(*core.Global) *bool) *registry.Directive {
	d := flag(name, manual, doc, field)
	d.No, d.Default = true, true
	return d
}

func masterWorker() *registry.Directive {
	return directive("master-worker", "3.1", "Runs a master process that starts and watches the worker.",
		[]string{"master-worker", "master-worker no-exit-on-failure"}, []string{"master-worker x"},
		func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 1, 1) {
				return
			}
			if len(st.Words) > 1 {
				if st.Words[1].Text != "no-exit-on-failure" {
					c.Alert(&st.Words[1], "'master-worker' only supports 'no-exit-on-failure' option.")
					return
				}
				c.Global().NoExitOnFailure = true
			}
			c.Global().MasterWorker = true
		})
}

// unlisted keeps a keyword out of -dK, as HAProxy does with some.
func unlisted(d *registry.Directive) *registry.Directive {
	d.Dump = "-"
	return d
}

// named returns the only argument of "user" and "group".
func named(c *registry.Compiler, st *ast.Statement, what string) (*ast.Word, bool) {
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		c.Alert(&st.Words[0], "cannot find %s id for '' (0:Success)", what)
		return nil, false
	}
	return &st.Words[1], c.MaxArgs(st, 1, 1)
}

// node names this process. The name is of letters, digits, dots, hyphens and
// underscores.
func node() *registry.Directive {
	return directive("node", "3.1", "The name of this node, shown in statistics and in HAPROXY_NODE.",
		[]string{"node lb1"}, []string{"node", "node a/b", "node a b"},
		func(c *registry.Compiler, st *ast.Statement) {
			name := ""
			if len(st.Words) > 1 {
				name = st.Words[1].Text
			}
			ok := name != ""
			for _, b := range []byte(name) {
				ok = ok && (b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || strings.IndexByte(".-_", b) >= 0)
			}
			if !ok {
				c.AlertTight(&st.Words[len(st.Words)-1], "'node' requires valid node name - non-empty string"+
					" with digits(0-9), letters(A-Z, a-z), dot(.), hyphen(-) or underscode(_).")
				return
			}
			if c.MaxArgs(st, 1, 1) {
				c.Global().Node = name
			}
		})
}

func compileUser(c *registry.Compiler, st *ast.Statement) {
	if g := c.Global(); already(c, st, g.User != "" || g.UID != 0) {
		return
	}
	w, ok := named(c, st, "user")
	if !ok {
		return
	}
	u, err := user.Lookup(w.Text)
	if err != nil {
		c.Alert(w, "cannot find user id for '%s' (0:Success)", w.Text)
		return
	}
	id, _ := strconv.Atoi(u.Uid)
	c.Global().User, c.Global().UID = w.Text, id
}

func compileGroup(c *registry.Compiler, st *ast.Statement) {
	if g := c.Global(); already(c, st, g.Group != "" || g.GID != 0) {
		return
	}
	w, ok := named(c, st, "group")
	if !ok {
		return
	}
	g, err := user.LookupGroup(w.Text)
	if err != nil {
		c.Alert(w, "cannot find group id for '%s' (0:Success)", w.Text)
		return
	}
	id, _ := strconv.Atoi(g.Gid)
	c.Global().Group, c.Global().GID = w.Text, id
}

func compileID(field func(*core.Global) *int) func(*registry.Compiler, *ast.Statement) {
	return func(c *registry.Compiler, st *ast.Statement) {
		if !c.MaxArgs(st, 1, 1) || already(c, st, *field(c.Global()) != 0) {
			return
		}
		w, ok := c.Word(st, 1, 0, "an integer argument.")
		if !ok {
			return
		}
		n, err := strconv.Atoi(w.Text)
		if err != nil || n < 0 {
			what := st.Keyword()
			c.Alert(w, " %s: string '%s' is not a number.\nYou might want to use the '%s' parameter to use a system %s name.",
				what, w.Text, map[string]string{"uid": "user", "gid": "group"}[what], map[string]string{"uid": "user", "gid": "group"}[what])
			return
		}
		*field(c.Global()) = n
	}
}

func compileDefaultPath(c *registry.Compiler, st *ast.Statement) {
	mode, last := "", &st.Words[len(st.Words)-1]
	if len(st.Words) > 1 {
		mode = st.Words[1].Text
	}
	var policy func(file string) string
	switch mode {
	case "current":
		policy = func(string) string { return "" }
	case "config":
		policy = filepath.Dir
	case "parent":
		policy = func(file string) string { return filepath.Join(filepath.Dir(file), "..") }
	case "origin":
		if len(st.Words) < 3 || st.Words[2].Text == "" {
			c.Alert(last, "'default-path origin' expects a directory as an argument.")
			return
		}
		origin := st.Words[2].Text
		policy = func(string) string { return origin }
	default:
		c.Alert(last, "%s default-path mode '%s' for 'default-path', supported modes include 'current', 'config', 'parent', and 'origin'.",
			map[bool]string{true: "missing", false: "unsupported"}[mode == ""], mode)
		return
	}
	if err := c.DefaultPath(policy); err != nil {
		where, _ := os.Getwd()
		reason := err.Error()
		if errno := syscall.Errno(0); errors.As(err, &errno) {
			reason = errno.Error()
		}
		c.Alert(last, "couldn't set 'default-path' to origin '%s': Impossible to get back to directory '%s': %s.",
			policy(st.Pos().File), where, strings.ToUpper(reason[:1])+reason[1:])
	}
}
