package spoe

import (
	"strings"
	"sync/atomic"

	"gohap/runtime/core"
	"gohap/runtime/spop"
)

// scopeWords are the words of the scopes that agents know.
var scopeWords = [spop.Scopes]string{"proc.", "sess.", "txn.", "req.", "res."}

// maxForced bounds the variables of the process that an agent may make.
const maxForced = 1000

// variables are those that an agent may set, by the names that it uses. They are
// collected once the configuration is read: nobody else could look at others.
type variables struct {
	names  *core.VarNames
	prefix string
	known  [spop.Scopes]map[string]*core.Var
	// made counts those that were made by force.
	made atomic.Int64
}

func (v *variables) collect(names *core.VarNames, prefix string) {
	v.names, v.prefix = names, prefix
	for scope, word := range scopeWords {
		v.known[scope] = map[string]*core.Var{}
		for _, name := range names.All() {
			if short, ok := strings.CutPrefix(name, word+prefix+"."); ok {
				v.known[scope][short] = names.Known(name)
			}
		}
	}
}

// apply does what the actions of a frame say, up to the first that makes no sense.
func (a *Agent) apply(s *core.Stream, actions []byte) {
	for {
		act, rest, ok := spop.TakeAction(actions)
		if !ok {
			return
		}
		actions = rest
		v := a.vars.known[act.Scope][string(act.Name)]
		if v == nil && act.Scope == spop.Process && a.ForceSetVar && !act.Unset {
			v = a.vars.force(string(act.Name))
		}
		switch {
		case v == nil:
		case act.Unset, act.Value.Kind == spop.Null:
			v.Unset(s)
		default:
			p := s.Borrow()
			if fill(p, &act.Value) {
				v.Set(s, p)
			}
			s.Return()
		}
	}
}

// force makes a variable of the process, as far as there is room for more.
func (v *variables) force(name string) *core.Var {
	full := scopeWords[spop.Process] + v.prefix + "." + name
	if k := v.names.Known(full); k != nil || v.made.Load() >= maxForced {
		return k
	}
	v.made.Add(1)
	k, _ := v.names.Find(full)
	return k
}

// fill makes p of a value. It reports false for a value that there is not.
func fill(p *core.Sample, v *spop.Value) bool {
	switch v.Kind {
	case spop.Bool:
		p.SetBool(v.Int != 0)
	case spop.Int32, spop.Uint32, spop.Int64, spop.Uint64:
		p.SetInt(v.Int)
	case spop.IPv4, spop.IPv6:
		p.IP, p.Type = v.IP, core.IPv4
		if v.Kind == spop.IPv6 {
			p.Type = core.IPv6
		}
	case spop.String:
		p.SetStr(v.Bytes)
	case spop.Binary:
		p.SetBin(v.Bytes)
	default:
		return false
	}
	return true
}
