package main

import (
	"fmt"
	"os"
	"strings"

	"gohap/cmd/gohap/keywords"
	"gohap/parser/diag"
)

// process is this program on its way to what it is to be: a server, a master or
// a daemon's parent.
type process struct {
	opts *options
	role role
	load loader
	say  *console
	dir  string // where it was started
	exe  string // the path it was started by

	warnings int // about the configuration
}

// start does what a complete command line asks for.
func (p *process) start() int {
	files, code, ok := p.files()
	if !ok {
		return code
	}
	if !resumed() && p.role.Kind == "" {
		os.Setenv("HAPROXY_STARTUP_VERSION", version)
	}
	os.Setenv("HAPROXY_CFGFILES", strings.Join(files, ";"))
	os.Setenv("HAPROXY_LOCALPEER", p.localPeer())

	o := p.opts
	switch {
	case o.check:
		return p.check(files)
	case p.role.Kind == workerRole:
		return p.serve(files, nil)
	case resumed():
		return p.runMaster(nil)
	case o.daemon && !o.stays() && p.role.Kind == "":
		return p.background(false)
	case o.master && (o.stays() || p.role.Kind == daemonRole):
		return p.runMaster(nil)
	}
	// What remains to be known is in the configuration.
	e, code := p.compile(files, !p.role.Told)
	if e == nil {
		return code
	}
	g := e.Settings()
	switch {
	case g.Daemon && !o.stays() && p.role.Kind == "":
		return p.background(true)
	case o.master || g.MasterWorker:
		o.master = true
		return p.runMaster(e)
	}
	if len(o.cliAddr) > 0 {
		p.say.warning("config : a master CLI socket was defined, but master-worker mode (-W) is not enabled.")
	}
	return p.serve(files, e)
}

// files expands the configuration's files, with -C obeyed.
func (p *process) files() (files []string, code int, ok bool) {
	if dir := p.opts.chdir; dir != "" {
		if err := os.Chdir(dir); err != nil {
			p.say.alert("Could not change to directory %s : %s", dir, reason(err))
			return nil, 1, false
		}
	}
	for _, path := range p.opts.files {
		list, err := expand(path)
		if err != nil {
			p.say.alert("config : Cannot open configuration file/directory %s : %s", path, reason(err))
			return nil, 1, false
		}
		files = append(files, list...)
	}
	if len(files) == 0 {
		return nil, p.usage(), false
	}
	return files, 0, true
}

func (p *process) localPeer() string {
	if p.opts.localPeer != "" {
		return p.opts.localPeer
	}
	name, _ := os.Hostname()
	return name
}

// compile reads the configuration. A nil engine comes with the exit status.
func (p *process) compile(files []string, show bool) (engine, int) {
	collect := collectLater()
	if p.opts.check {
		if size(files) > largeConfig {
			largePages()
		}
	} else {
		defer collect()
	}
	list := &diag.List{}
	e := p.load(p.opts, files, p.say.runtime, list)
	if show || list.Failed() {
		p.say.text.WriteList(list)
	}
	if list.Failed() || e == nil {
		p.sayWrongFiles(files, list)
		p.say.alert("config : Fatal errors found in configuration.")
		return nil, 1
	}
	p.warnings = list.Count(diag.Warning)
	if (p.opts.zeroWarning || e.Settings().ZeroWarning) && p.warnings > 0 {
		p.say.alert("config : Some warnings were found and 'zero-warning' is set. Aborting.")
		return nil, 1
	}
	if p.opts.keywords != nil {
		keywords.Dump(os.Stdout, *p.opts.keywords)
	}
	if p.opts.listObjects {
		fmt.Printf("List of loaded object files:\n%s\n", p.exe)
	}
	return e, 0
}

// sayWrongFiles names the files whose lines have errors, as HAProxy does.
func (p *process) sayWrongFiles(files []string, list *diag.List) {
	wrong := map[string]bool{}
	for i := range list.All {
		if d := &list.All[i]; d.Severity == diag.Alert && strings.HasPrefix(strings.ToLower(d.Message), "config : parsing [") {
			wrong[d.Pos.File] = true
		}
	}
	for _, file := range files {
		if wrong[file] {
			p.say.alert("config : Error(s) found in configuration file : %s", file)
		}
	}
}
