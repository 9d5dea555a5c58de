package sample

import (
	"slices"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/expr"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// RulePlaces are where the conditions and expressions of a ruleset are
// evaluated, on the frontend's and on the backend's side.
func RulePlaces(set core.Ruleset, caps core.Capability) registry.Places {
	var fe, be registry.Places
	switch set {
	case core.TCPRequestConnection:
		fe = registry.FeConnection
	case core.TCPRequestSession:
		fe = registry.FeSession
	case core.TCPRequestContent:
		fe, be = registry.FeTCPContent, registry.BeTCPContent
	case core.HTTPRequest:
		fe, be = registry.FeRequestHeader, registry.BeRequestHeader
	case core.TCPResponseContent:
		be = registry.BeTCPResponse
	default:
		fe, be = registry.FeResponseHeader, registry.BeResponseHeader
	}
	var at registry.Places
	if caps&core.Frontend != 0 {
		at |= fe
	}
	if caps&core.Backend != 0 {
		at |= be
	}
	return at
}

// Rule compiles a rule whose action is the word after the first k words of st.
// It reports errors itself.
func Rule(c *registry.Compiler, st *ast.Statement, k int, set core.Ruleset) (core.Rule, bool) {
	r := core.Rule{Pos: st.Pos()}
	if len(st.Words) <= k || st.Words[k].Text == "" {
		wrongAction(c, &ast.Word{Pos: st.Words[len(st.Words)-1].Pos}, set)
		return r, false
	}
	w := &st.Words[k]
	a := findAction(w.Text, set)
	if a == nil {
		a = c.Action(w.Text, set)
	}
	if a == nil {
		unknownAction(c, w, set)
		return r, false
	}
	end := len(st.Words)
	for i := k + 1 + a.Least; i < len(st.Words); i++ {
		if n := a.Valued[st.Words[i].Text]; n > 0 {
			i += n
			continue
		}
		if expr.IsCondition(st.Words[i].Text) {
			end = i
			break
		}
	}
	where := RulePlaces(set, c.Proxy.Caps)
	args := &registry.ActionArgs{Statement: st, Ruleset: set, Words: st.Words[k:end], Where: where,
		Error: ruleError(c, set, w.Text)}
	r.Name, r.Final = w.Text, a.Final
	if r.Do = a.Compile(c, args); r.Do == nil {
		return r, false
	}
	cond, ok := Condition(c, st.Words[end:], Place{
		Error: conditionError(c, set, w.Text, st.Words[end:]), Where: where, What: set.String(), Bare: set == core.TCPResponseContent || set <= core.TCPRequestContent,
	})
	r.Cond = cond
	return r, ok
}

// findAction finds an action of the set by its word, of which some take a part
// as an argument: "set-var(txn.x)", "track-sc0".
func findAction(word string, set core.Ruleset) *registry.Action {
	if a, ok := registry.Actions.Find(word); ok && a.In.Has(set) && !a.Prefix {
		return a
	}
	for i := len(word); i > 0; i-- {
		if a, ok := registry.Actions.Find(word[:i]); ok && a.Prefix && a.In.Has(set) {
			return a
		}
	}
	return nil
}

func unknownAction(c *registry.Compiler, w *ast.Word, set core.Ruleset) {
	name, _, _ := strings.Cut(w.Text, "(")
	if registry.HAProxyHas('a', set.String()+" "+name) {
		c.Alert(w, "'%s %s' is a HAProxy keyword that gohap does not support yet.", set, name)
		return
	}
	wrongAction(c, w, set)
}

func actionNames(set core.Ruleset) []string {
	var names []string
	for _, a := range registry.Actions.All() {
		if a.In.Has(set) {
			names = append(names, a.Name)
		}
	}
	slices.Sort(names)
	return names
}
