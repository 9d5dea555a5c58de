package core

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// Scope is the life time of a variable (configuration.txt 2.8).
type Scope uint8

// The scopes, by the word that starts a variable's name.
const (
	ProcScope Scope = iota
	SessScope
	TxnScope
	ReqScope
	ResScope
	CheckScope
	scopes
)

var scopeNames = [scopes]string{"proc", "sess", "txn", "req", "res", "check"}

// Vars holds a scope's variables. The zero value holds none, and takes no more than a
// word: most scopes stay empty.
type Vars struct{ set *varSet }

// varSet holds variables by index, in the order in which the configuration first
// names them.
type varSet struct {
	values []varValue
	// size is what they take, where limits bound that; copied says that the
	// original is counted already.
	size   int64
	limits *VarLimits
	copied bool
}

// varValue is a variable: created says that it was set once, the type Any that
// it has no value.
type varValue struct {
	Sample
	created bool
}

// noCopies is the copy of a scope that holds none. Nobody may write to it.
var noCopies = varSet{copied: true}

// own gives the set for changes.
func (v *Vars) own() *varSet {
	switch v.set {
	case nil:
		v.set = new(varSet)
	case &noCopies:
		v.set = &varSet{copied: true}
	}
	return v.set
}

// reset empties v but keeps its memory.
func (v *Vars) reset() {
	s := v.set
	if s == nil {
		return
	}
	v.Release()
	if s == &noCopies {
		v.set = nil
		return
	}
	clear(s.values)
	s.values, s.copied = s.values[:0], false
}

// Len returns how many variables v has room for: 0 when none was ever set.
func (v *Vars) Len() int {
	if v.set == nil {
		return 0
	}
	return len(v.set.values)
}

// at gives the variable with that index, nil where it was never set.
func (v *Vars) at(i int) *varValue {
	if i >= v.Len() || !v.set.values[i].created {
		return nil
	}
	return &v.set.values[i]
}

// size is what the variables take, where limits bound that.
func (v *Vars) size() int64 {
	if v.set == nil {
		return 0
	}
	return v.set.size
}

// Clone returns a copy of v that shares nothing with it.
func (v *Vars) Clone() Vars {
	if v.Len() == 0 {
		return Vars{&noCopies}
	}
	s := v.set
	c := &varSet{values: append([]varValue(nil), s.values...), size: s.size, limits: s.limits, copied: true}
	for i := range c.values {
		c.values[i].Bytes = append([]byte(nil), c.values[i].Bytes...)
	}
	return Vars{c}
}

// Var is a variable of the configuration. All its users share one.
type Var struct {
	scope  Scope
	index  int
	limits *VarLimits
	// proc is the value of a variable of the process.
	proc atomic.Pointer[varValue]
}

// OfProcess reports whether the variable is one of the whole process.
func (v *Var) OfProcess() bool { return v.scope == ProcScope }

// VarNames are the variables that a configuration names. Its methods may be called
// from any goroutine.
type VarNames struct {
	// Limits bound the memory of the variables. They are set before there are any.
	Limits VarLimits

	mu    sync.Mutex
	all   map[string]*Var
	count [scopes]int
}

// Known returns the variable of that name, nil where nothing names it.
func (n *VarNames) Known(name string) *Var {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all[name]
}

// Find returns the variable of that name, such as "txn.user", and enters it
// when it is new. Errors are worded as HAProxy does.
func (n *VarNames) Find(name string) (*Var, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if v := n.all[name]; v != nil {
		return v, nil
	}
	if name == "" {
		return nil, fmt.Errorf("Empty variable name cannot be accepted")
	}
	scope, ok := scopeOf(name)
	if !ok {
		return nil, fmt.Errorf("invalid variable name '%s'. A variable name must be start by its scope. "+
			"The scope can be 'proc', 'sess', 'txn', 'req', 'res' or 'check'", name)
	}
	for i := range len(name) {
		if !varByte(name[i]) {
			return nil, fmt.Errorf("invalid syntax at char '%s'", name[i:])
		}
	}
	if n.all == nil {
		n.all = map[string]*Var{}
	}
	v := &Var{scope: scope, index: n.count[scope], limits: &n.Limits}
	n.count[scope]++
	n.all[name] = v
	return v, nil
}

// All lists the names, sorted.
func (n *VarNames) All() []string { return slices.Sorted(maps.Keys(n.all)) }

func scopeOf(name string) (Scope, bool) {
	for s, word := range scopeNames {
		if n := len(word); len(name) > n+1 && name[:n] == word && name[n] == '.' {
			return Scope(s), true
		}
	}
	return 0, false
}

func varByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.'
}

// vars returns where s keeps the variables of v's scope, nil where that scope
// has no meaning: req ends with the request, and res begins with the response.
func (v *Var) vars(s *Stream) *Vars {
	switch v.scope {
	case SessScope:
		return &s.Session.Vars
	case TxnScope:
		return &s.Txn
	case CheckScope:
		return s.Check
	case ReqScope:
		if !s.Response {
			return &s.Request
		}
	case ResScope:
		if s.Response {
			return &s.ResponseVars
		}
	}
	return nil
}

// value returns v's current value, nil when it was never set.
func (v *Var) value(s *Stream) *varValue {
	if v.scope == ProcScope {
		return v.proc.Load()
	}
	vars := v.vars(s)
	if vars == nil {
		return nil
	}
	return vars.at(v.index)
}

// Get puts the variable's value into p and reports whether there is one.
func (v *Var) Get(s *Stream, p *Sample) bool {
	c := v.value(s)
	if c == nil || c.Type == Any {
		return false
	}
	p.Type, p.Int, p.IP, p.Bytes, p.Const = c.Type, c.Int, c.IP, c.Bytes, true
	return true
}

// Created reports whether the variable exists, with a value or without.
func (v *Var) Created(s *Stream) bool { return v.value(s) != nil }

// Set gives the variable p's value, of which it keeps a copy. It reports false
// where the variable's scope has no meaning, and where there is no room: a variable
// that exists has no value then.
func (v *Var) Set(s *Stream, p *Sample) bool {
	n := varValue{Sample: Sample{Type: p.Type, Int: p.Int, IP: p.IP, Bytes: p.Bytes}, created: true}
	if v.scope == ProcScope {
		var old varValue
		if p := v.proc.Load(); p != nil {
			old = *p
		}
		if !v.make(s, nil, &old) {
			return false
		}
		if !v.charge(s, nil, n.textSize()-old.textSize()) {
			return v.spoil(s, nil, &old)
		}
		shared := n
		shared.Bytes = append([]byte(nil), p.Bytes...)
		v.proc.Store(&shared)
		return true
	}
	scope := v.vars(s)
	if scope == nil {
		return false
	}
	vars := scope.own()
	for v.index >= len(vars.values) {
		vars.values = append(vars.values, varValue{})
	}
	old := &vars.values[v.index]
	if !v.make(s, vars, old) {
		return false
	}
	if !v.charge(s, vars, n.textSize()-old.textSize()) {
		return v.spoil(s, vars, old)
	}
	if v.scope == SessScope {
		// It outlives the stream, so it needs memory of its own.
		n.Bytes = append(old.Bytes[:0], p.Bytes...)
	} else {
		n.Bytes = append(s.Scratch(len(p.Bytes))[:0], p.Bytes...)
	}
	*old = n
	return true
}

// make finds room for the variable itself, where it does not exist yet. It does
// without a value, then.
func (v *Var) make(s *Stream, vars *varSet, old *varValue) bool {
	if old.created {
		return true
	}
	if !v.charge(s, vars, varCost) {
		return false
	}
	old.created = true
	if v.scope == ProcScope {
		v.proc.Store(&varValue{created: true})
	}
	return true
}

// spoil takes the text away from a variable that has no room for another one; other
// values stay. It returns false.
func (v *Var) spoil(s *Stream, vars *varSet, old *varValue) bool {
	if old.textSize() == 0 {
		return false
	}
	v.charge(s, vars, -old.textSize())
	*old = varValue{created: true}
	if v.scope == ProcScope {
		v.proc.Store(&varValue{created: true})
	}
	return false
}

// textSize is how much a value takes besides the variable.
func (c *varValue) textSize() int64 {
	if c.Type == Str || c.Type == Bin {
		return int64(len(c.Bytes))
	}
	return 0
}

// Unset takes the variable's value away; but for those of the process, it does not
// exist any more then.
func (v *Var) Unset(s *Stream) {
	c := v.value(s)
	if c == nil {
		return
	}
	if v.scope == ProcScope {
		v.charge(s, nil, -c.textSize())
		v.proc.Store(&varValue{created: true})
		return
	}
	v.charge(s, v.vars(s).set, -c.textSize()-varCost)
	*c = varValue{Sample: Sample{Bytes: c.Bytes[:0]}}
}
