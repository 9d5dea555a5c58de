package parser

import (
	"sort"
	"strings"
)

// Env is the environment that a configuration sees and changes: the process's
// variables at first, then what setenv, presetenv, unsetenv and resetenv of
// global sections make of them, in file order. Not safe for concurrent use.
type Env struct {
	vars map[string]string
}

// NewEnv returns an environment of "NAME=value" strings, as os.Environ gives
// them.
func NewEnv(environ []string) *Env {
	e := &Env{vars: make(map[string]string, len(environ))}
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && name != "" {
			e.vars[name] = value
		}
	}
	return e
}

// Lookup returns the value of a variable and whether it exists.
func (e *Env) Lookup(name string) (string, bool) {
	v, ok := e.vars[name]
	return v, ok
}

// Set gives a variable a value (setenv).
func (e *Env) Set(name, value string) { e.vars[name] = value }

// Preset gives a variable a value unless it has one (presetenv).
func (e *Env) Preset(name, value string) {
	if _, ok := e.vars[name]; !ok {
		e.vars[name] = value
	}
}

// Unset removes variables (unsetenv).
func (e *Env) Unset(names ...string) {
	for _, name := range names {
		delete(e.vars, name)
	}
}

// Reset removes all variables but those named (resetenv).
func (e *Env) Reset(keep ...string) {
	kept := make(map[string]string, len(keep))
	for _, name := range keep {
		if v, ok := e.vars[name]; ok {
			kept[name] = v
		}
	}
	e.vars = kept
}

// Environ returns the variables as sorted "NAME=value" strings, for programs
// that are started.
func (e *Env) Environ() []string {
	out := make([]string, 0, len(e.vars))
	for name, value := range e.vars {
		out = append(out, name+"="+value)
	}
	sort.Strings(out)
	return out
}

// apply does what a statement of a global section does to the environment.
// Whether its arguments are right is for the section's compiler to say.
func (e *Env) apply(keyword string, args []string) {
	switch keyword {
	case "setenv":
		if len(args) >= 2 {
			e.Set(args[0], args[1])
		}
	case "presetenv":
		if len(args) >= 2 {
			e.Preset(args[0], args[1])
		}
	case "unsetenv":
		e.Unset(args...)
	case "resetenv":
		e.Reset(args...)
	}
}
