// Command gohap is a proxy engine that runs HAProxy's configuration files. Its
// command line, messages, exit codes, signals and process roles are HAProxy's
// (management.txt 3 and 4), so that it can stand in its place under its name.
package main

import (
	"os"
	"path/filepath"
)

func main() { os.Exit(run(os.Args, load)) }

// run does what a command line asks for and returns the exit status. Roles that
// go on as another process image do not return.
func run(argv []string, load loader) int {
	if len(argv) > 1 && isSubcommand(argv[1]) {
		return runSubcommand(argv, os.Stdout, os.Stderr)
	}
	role := takeRole()
	p := &process{role: role, load: load, dir: startDir(), exe: executable(argv[0])}
	keepName(argv[0])
	o, end, err := parseArgs(argv)
	p.opts = o
	p.say = newConsole(os.Stderr, p)
	if role.Kind == programRole {
		return p.become(role.Program)
	}
	if err != nil {
		p.say.alert("%s", err)
		if wrong, ok := err.(*argError); !ok || !wrong.usage {
			return 1
		}
	}
	switch end {
	case toVersion:
		printVersion(os.Stdout)
		return 0
	case toBuild:
		printBuild(os.Stdout)
		return 0
	case toDebugHelp:
		printMemoryHelp(os.Stdout)
		return 0
	case toUsage:
		return p.usage()
	}
	if o.cond != nil {
		return p.evaluate(*o.cond)
	}
	return p.start()
}

// usage is what a wrong command line gets.
func (p *process) usage() int {
	printVersion(os.Stdout)
	printUsage(os.Stderr, filepath.Base(p.opts.name()))
	return 1
}
