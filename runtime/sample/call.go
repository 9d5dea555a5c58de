package sample

import (
	"fmt"

	"gohap/parser/ast"
	"gohap/parser/expr"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// ArgError is an argument that a call of a fetch or converter may not have.
type ArgError struct {
	// Number counts the arguments from 1; 0 blames none.
	Number int
	Text   string
}

func (e *ArgError) Error() string { return e.Text }

// Call compiles a fetch with arguments that do not stand in an expression, such as
// those that a script passes. It runs while traffic flows, too.
func Call(c *registry.Compiler, f *registry.Fetch, args []string) (core.Fetch, error) {
	checked, err := called(c, f.Name, f.Args, f.Min, args)
	if err != nil {
		return nil, err
	}
	run, ferr := f.Compile(c, checked)
	return run, finished(c, ferr)
}

// CallConverter is Call for converters.
func CallConverter(c *registry.Compiler, cv *registry.Converter, args []string) (core.Convert, error) {
	checked, err := called(c, cv.Name, cv.Args, cv.Min, args)
	if err != nil {
		return nil, err
	}
	run, ferr := cv.Compile(c, checked)
	return run, finished(c, ferr)
}

// finished ends the compilation of a call, and turns what it reports into an error.
func finished(c *registry.Compiler, err error) error {
	if err != nil {
		return err
	}
	c.Finish()
	for _, d := range c.Diags.All {
		return &ArgError{Number: 1, Text: d.Message}
	}
	return nil
}

func called(c *registry.Compiler, name string, specs []registry.ArgSpec, least int, given []string) ([]registry.Arg, error) {
	args := make([]registry.Arg, len(specs))
	for i := range args {
		a := &args[i]
		a.Kind = specs[i].Kind
		a.Place = fmt.Sprintf("arg %d of %s", i+1, name)
		present(c, a)
		if i >= len(given) {
			if i < least {
				return nil, &ArgError{i + 1, "Mandatory argument expected"}
			}
			continue
		}
		a.Word = ast.Word{Text: given[i]}
		if !read(&expr.Arg{Text: given[i], Len: len(given[i])}, a) {
			return nil, &ArgError{i + 1, fmt.Sprintf("%s expected", specs[i].Kind)}
		}
		resolveLater(c, a)
	}
	return args, nil
}
