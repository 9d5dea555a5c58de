package core

import "sync/atomic"

// VarLimits bounds the memory of variables, in bytes: tune.vars.*-max-size. A
// scope's bound counts what lives in shorter ones, too: "proc" includes "sess",
// "sess" includes "txn", which includes "reqres". 0 sets no bound.
type VarLimits struct {
	Global, Proc, Sess, Txn, ReqRes, Check int64

	// used is what all variables take. Those of checks are counted by themselves.
	used atomic.Int64
}

// varCost is what a variable takes besides its text, as HAProxy counts.
const varCost = 80

// any reports whether there is a bound, so that sizes are to be counted.
func (l *VarLimits) any() bool {
	return l.Global != 0 || l.Proc != 0 || l.Sess != 0 || l.Txn != 0 || l.ReqRes != 0 || l.Check != 0
}

// charge counts n bytes more for v among vars, and reports whether there is room
// for them. Less is always possible.
func (v *Var) charge(s *Stream, vars *varSet, n int64) bool {
	l := v.limits
	if !l.any() || n == 0 {
		return true
	}
	if v.scope == CheckScope {
		if exceeds(vars.size+n, l.Check) && n > 0 {
			return false
		}
		vars.size += n
		return true
	}
	if n > 0 && v.full(s, l, n) {
		return false
	}
	if l.Global != 0 || l.Proc != 0 {
		used := l.used.Load()
		if vars == nil || !vars.copied {
			used = l.used.Add(n)
		}
		if n > 0 && (exceeds(used, l.Global) || exceeds(used, l.Proc)) {
			if vars == nil || !vars.copied {
				l.used.Add(-n)
			}
			return false
		}
	}
	if vars != nil {
		vars.size += n
		vars.limits = l
	}
	return true
}

// full reports whether n bytes more are too many for the stream or its session.
func (v *Var) full(s *Stream, l *VarLimits, n int64) bool {
	size := n
	switch v.scope {
	case ReqScope, ResScope, TxnScope:
		if s.Response {
			size += s.ResponseVars.size()
		} else {
			size += s.Request.size()
		}
		if v.scope != TxnScope && exceeds(size, l.ReqRes) {
			return true
		}
		if size += s.Txn.size(); exceeds(size, l.Txn) {
			return true
		}
		return exceeds(size+s.Session.Vars.size(), l.Sess)
	case SessScope:
		return exceeds(size+s.Session.Vars.size()+s.Txn.size()+s.Request.size()+s.ResponseVars.size(), l.Sess)
	}
	return false
}

func exceeds(size, limit int64) bool { return limit != 0 && size > limit }

// Release counts the variables as gone.
func (v *Vars) Release() {
	s := v.set
	if s == nil || s == &noCopies {
		return
	}
	if s.limits != nil && !s.copied {
		s.limits.used.Add(-s.size)
	}
	s.size, s.limits = 0, nil
}

// Become makes v what n, a copy of it that others have changed, is.
func (v *Vars) Become(n Vars) {
	if n.set == &noCopies {
		n.set = nil
	}
	if s := n.set; s != nil {
		if s.limits != nil {
			s.limits.used.Add(s.size - v.size())
		}
		s.copied = false
	}
	*v = n
}
