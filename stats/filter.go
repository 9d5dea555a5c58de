package stats

import (
	"slices"
	"strings"
)

// A Filter says which rows to show. A nil *Filter and the zero value show all.
type Filter struct {
	Proxy   string // only the proxy of this name
	IID     uint64 // only the proxy of this id; 0 for any
	OneID   bool   // only the server or listener of the id SID
	SID     uint64
	Kinds   Kinds    // only these kinds; 0 for all
	Scope   []string // only proxies with one of these names ("stats scope")
	Match   string   // only proxies whose name contains this, in any case ("scope=")
	Up      bool     // no servers that are down
	NoMaint bool     // no servers in maintenance
}

// WantProxy reports whether the proxy of that name and id may have rows to show.
func (f *Filter) WantProxy(name string, id uint64) bool {
	if f == nil {
		return true
	}
	if f.Proxy != "" && f.Proxy != name || f.IID != 0 && f.IID != id || !containsFold(name, f.Match) {
		return false
	}
	return len(f.Scope) == 0 || slices.Contains(f.Scope, name)
}

// Want reports whether to show the row, given that its proxy is wanted.
func (f *Filter) Want(r *Row) bool {
	switch {
	case f == nil:
		return true
	case f.Kinds != 0 && !f.Kinds.Has(r.Kind):
		return false
	case r.Kind == KindFrontend || r.Kind == KindBackend:
		return true
	case f.OneID && r.SID != f.SID:
		return false
	}
	state := r.State()
	return !(f.Up && state.Down()) && !(f.NoMaint && state == StateMaint)
}

// containsFold reports whether s contains part, whatever the case of ASCII
// letters.
func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
