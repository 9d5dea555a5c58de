package runtime

import (
	"os"

	"gohap/parser"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section"
	"gohap/runtime/section/resolvers"
)

// Options is what the process knows beside the configuration.
type Options struct {
	// Files are the configuration files, in order.
	Files []string
	// Features answer the conditions of .if lines.
	Features parser.Features
	// ReleaseDate is the version's, as -v prints it.
	ReleaseDate string
	// Program is the name in log lines and messages: the base name of argv[0].
	Program string
	// LocalPeer is -L: the name of this process among its peers, "" for what the
	// configuration says, or the machine's name.
	LocalPeer string
	// Successor says that the process takes another's place: -sf and -st.
	Successor bool
	// Master says that the process is a master's: -W.
	Master bool
	// Say prints a message about running traffic on stderr, as HAProxy does for
	// servers that change state. nil prints nothing.
	Say func(diag.Severity, string)
	// NoResolve is -dr: a server whose name does not resolve is no error.
	NoResolve bool
	// MaxPerProxy is -N: the maxconn of frontends that have none, 0 for the
	// process's.
	MaxPerProxy int
	// NoSplice is -dS, NoEpoll -de.
	NoSplice, NoEpoll bool
}

// Load reads and compiles the configuration, without an effect on the world. All
// there is to say goes into d; the result is nil when that holds an Alert. It
// keeps o.
func Load(o *Options, d *diag.List) *Instance {
	env := parser.NewEnv(os.Environ())
	presetKeylog(env)
	files, found := parser.Parse(o.Files, env, parser.Options{Features: o.Features, LocalPeer: o.LocalPeer})
	c := &registry.Compiler{Diags: found, Graph: core.NewGraph(), Env: env.Lookup}
	c.Graph.Files = o.Files
	c.Graph.Global.IgnoreUnresolved, c.Graph.Global.MasterWorker = o.NoResolve, o.Master
	c.Graph.Global.LocalPeer, c.Graph.Global.LocalPeerFixed = o.LocalPeer, o.LocalPeer != ""
	for _, f := range files {
		if err := c.BeginFile(f.Name); err != nil {
			found.Config(diag.Alert, "%s", err)
		}
		for _, s := range f.Sections {
			section.Compile(c, s)
		}
		c.EndFile()
	}
	if g := c.Global(); len(g.Programs) > 0 {
		g.Environ = env.Environ()
	}
	resolvers.Default(c)
	i := &Instance{options: o, graph: c.Graph}
	c.Later(registry.Build, func() { i.build(c) })
	// What is said of whole proxies comes after what is said of lines.
	found.SortByPlace(o.Files)
	c.Finish()
	d.All = append(d.All, found.All...)
	if found.Failed() {
		return nil
	}
	return i
}
