package sample

import (
	"fmt"

	"gohap/runtime/core"
)

// Term is what one ACL of a condition came to.
type Term struct {
	// ACL is its name, or the words of an anonymous one with their braces.
	ACL string `json:"acl"`
	// Negated says that the condition has it with a "!".
	Negated bool `json:"negated,omitempty"`
	// Held says that the ACL itself matched.
	Held bool `json:"held"`
	// Values are those that were looked at, in order.
	Values []Value `json:"values,omitempty"`
}

// Value is one value of an ACL's expression.
type Value struct {
	// Expression is the expression as written, and Steps what its fetch and its
	// converters gave, as far as they gave anything.
	Expression string   `json:"expression"`
	Steps      []string `json:"steps,omitempty"`
	// Matched says that the value matched a pattern.
	Matched bool `json:"matched"`
}

// Explain evaluates a condition in place of its Holds, and tells how it came to
// the result: one list of terms for each of the alternatives between "or". What
// decides nothing any more is not evaluated.
func Explain(c core.Condition, s *core.Stream) (held bool, or [][]Term) {
	d, ok := c.(*condition)
	if !ok {
		return c.Holds(s), nil
	}
	s.ResetWanting()
	wanting := false
	for _, group := range d.or {
		var terms []Term
		v := true
		for i := range group {
			s.ResetWanting()
			t := group[i].explain(s)
			terms = append(terms, t)
			if v = t.Held != t.Negated; s.Wanting() {
				wanting, v = true, false
			}
			if !v {
				break
			}
		}
		or = append(or, terms)
		if v {
			s.ResetWanting()
			return !d.unless, or
		}
	}
	if wanting {
		s.NeedMore()
		return false, or
	}
	s.ResetWanting()
	return d.unless, or
}

func (t *term) explain(s *core.Stream) Term {
	out := Term{ACL: t.name, Negated: t.neg}
	for _, x := range t.tests {
		if x.explain(s, &out) {
			s.ResetWanting()
			out.Held = true
			break
		}
	}
	return out
}

// explain is holds with notes.
func (t *test) explain(s *core.Stream, out *Term) bool {
	p := s.Borrow()
	defer s.Return()
	p.All = true
	for first := true; ; first = false {
		p.More = false
		v := Value{Expression: t.expr.text}
		if !t.expr.fetch(s, p) {
			if first {
				out.Values = append(out.Values, v)
			}
			return false
		}
		cursor, more := p.Cursor, p.More
		v.Steps = append(v.Steps, Show(p))
		v.Matched = t.explainSteps(s, p, &v) && t.matches(s, p)
		out.Values = append(out.Values, v)
		if v.Matched || !more {
			return v.Matched
		}
		*p = core.Sample{All: true, Cursor: cursor}
	}
}

// explainSteps is convert with notes.
func (t *test) explainSteps(s *core.Stream, p *core.Sample, v *Value) bool {
	for i := range t.expr.steps {
		st := &t.expr.steps[i]
		if st.in != core.Any && p.Type != st.in && !Cast(s, p, st.in) || !st.conv(s, p) {
			return false
		}
		v.Steps = append(v.Steps, st.name+" "+Show(p))
	}
	return t.in == core.Any || Cast(s, p, t.in)
}

// Show writes a value for a reader.
func Show(p *core.Sample) string {
	switch p.Type {
	case core.Bool:
		return fmt.Sprint(p.Int != 0)
	case core.Sint:
		return fmt.Sprint(p.Int)
	case core.IPv4, core.IPv6, core.Addr:
		return p.IP.String()
	case core.Meth:
		return string(p.Bytes)
	case core.Bin:
		return fmt.Sprintf("%x", p.Bytes)
	}
	return fmt.Sprintf("%q", p.Bytes)
}
