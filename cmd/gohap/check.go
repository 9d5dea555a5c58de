package main

import (
	"os"

	"gohap/parser"
)

// check is -c: everything but binding. The status is 0, 1 with errors and 2
// where there is nothing to listen on.
func (p *process) check(files []string) int {
	e, code := p.compile(files, true)
	if e == nil {
		return code
	}
	if p.warnings > 0 {
		p.say.print("Warnings were found.\n")
	}
	if e.Listeners() == 0 {
		p.say.print("Configuration file has no error but will not start (no listener) => exit(2).\n")
		return 2
	}
	p.say.print("Configuration file is valid\n")
	return 0
}

// evaluate is -cc: 0 when the condition is true, 1 when it is false, 2 when it
// cannot be understood.
func (p *process) evaluate(cond string) int {
	yes, err := parser.EvalCondition(cond, parser.NewEnv(os.Environ()), parserFeatures())
	switch {
	case err != nil:
		p.say.alert("config : %s", err)
		return 2
	case yes:
		return 0
	}
	return 1
}
