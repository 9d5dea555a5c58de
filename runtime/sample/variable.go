package sample

import (
	"bytes"
	"fmt"

	"gohap/runtime/core"
)

// VarText returns a variable's value as text.
func VarText(s *core.Stream, v *core.Var) ([]byte, bool) {
	p := s.Borrow()
	defer s.Return()
	ok := v.Get(s, p) && Cast(s, p, core.Str)
	return p.Bytes, ok
}

// VarInt returns a variable's value as a number.
func VarInt(s *core.Stream, v *core.Var) (int64, bool) {
	p := s.Borrow()
	defer s.Return()
	ok := v.Get(s, p) && Cast(s, p, core.Sint)
	return p.Int, ok
}

// VarConditions is what must hold for a variable to be set (configuration.txt
// 4.2 "http-request set-var"); all of them must. The zero value always holds.
type VarConditions uint16

// The conditions.
const (
	ifExists VarConditions = 1 << iota
	ifNotExists
	ifEmpty
	ifNotEmpty
	ifSet
	ifNotSet
	ifGreater
	ifLess
)

var varConditions = map[string]VarConditions{
	"ifexists": ifExists, "ifnotexists": ifNotExists, "ifempty": ifEmpty, "ifnotempty": ifNotEmpty,
	"ifset": ifSet, "ifnotset": ifNotSet, "ifgt": ifGreater, "iflt": ifLess,
}

// ParseVarConditions reads the words behind a variable's name.
func ParseVarConditions(words []string) (VarConditions, error) {
	var all VarConditions
	for _, w := range words {
		cond, ok := varConditions[w]
		if !ok {
			return 0, fmt.Errorf("unknown condition %q", w)
		}
		all |= cond
	}
	return all, nil
}

// Hold reports whether v may be set to p now.
func (d VarConditions) Hold(s *core.Stream, v *core.Var, p *core.Sample) bool {
	if d == 0 {
		return true
	}
	var old core.Sample
	set, created := v.Get(s, &old), v.Created(s)
	switch {
	case d&ifExists != 0 && !created, d&ifNotExists != 0 && created,
		d&ifSet != 0 && !set, d&ifNotSet != 0 && set,
		d&ifEmpty != 0 && !isEmpty(p), d&ifNotEmpty != 0 && isEmpty(p):
		return false
	}
	// Only values of one type can be compared; others may be set.
	if set && d&(ifGreater|ifLess) != 0 && old.Type == p.Type {
		order := compare(&old, p)
		return !(d&ifGreater != 0 && order <= 0 || d&ifLess != 0 && order >= 0)
	}
	return true
}

func isEmpty(p *core.Sample) bool {
	switch p.Type {
	case core.Str, core.Bin:
		return len(p.Bytes) == 0
	}
	return false
}

func compare(a, b *core.Sample) int {
	switch a.Type {
	case core.Str, core.Bin:
		return bytes.Compare(a.Bytes, b.Bytes)
	case core.IPv4, core.IPv6:
		return a.IP.Compare(b.IP)
	}
	switch {
	case a.Int < b.Int:
		return -1
	case a.Int > b.Int:
		return 1
	}
	return 0
}
