package spoe

import (
	"bytes"
	"strings"
	"testing"

	"gohap/runtime/core"
	"gohap/runtime/spop"
)

// constant is an expression that always gives the same.
type constant struct{ core.Sample }

func (c constant) Eval(_ *core.Stream, _ core.Type, p *core.Sample) bool {
	*p = c.Sample
	return c.Type != core.Any
}
func (constant) Output() core.Type { return core.Any }
func (constant) Text() string      { return "" }

func text(n int) core.Expr {
	return constant{core.Sample{Type: core.Str, Bytes: bytes.Repeat([]byte{'x'}, n)}}
}

func newStream() *core.Stream {
	return &core.Stream{Session: &core.Session{}, Exchange: &core.Exchange{}}
}

// TestParts cuts a message at every size that it may have.
func TestParts(t *testing.T) {
	s := newStream()
	for n := range 700 {
		m := &Message{Name: "message", Args: []Arg{
			{"first", text(n)}, {"second", constant{core.Sample{Type: core.Sint, Int: 5_000_000}}}, {"none", constant{}}, {"third", text(n / 2)},
		}}
		var whole, parts writer
		whole.reset(maxPayload, true)
		whole.message(s, m)
		parts.reset(224, false)
		parts.message(s, m)
		if whole.failed || parts.failed || len(whole.cuts) > 0 {
			t.Fatalf("%d: whole %v, parts %v", n, whole.failed, parts.failed)
		}
		var all []byte
		for i := range len(parts.cuts) + 1 {
			p := parts.payload(i)
			if len(p) == 0 || len(p) > 224 || i < len(parts.cuts) && len(p) < 224-8 {
				t.Fatalf("%d: part %d is of %d bytes", n, i, len(p))
			}
			all = append(all, p...)
		}
		if !bytes.Equal(all, whole.buf) {
			t.Fatalf("%d: the parts are not the whole", n)
		}
		var tight writer
		if tight.reset(224, true); true {
			tight.message(s, m)
		}
		if tight.failed != (len(whole.buf) > 224) {
			t.Fatalf("%d: one frame for %d bytes: failed is %v", n, len(whole.buf), tight.failed)
		}
	}
}

func TestTooLarge(t *testing.T) {
	s := newStream()
	for name, m := range map[string]*Message{
		"name":     {Name: strings.Repeat("n", 300)},
		"argument": {Name: "m", Args: []Arg{{strings.Repeat("a", 300), text(1)}}},
		"all":      {Name: "m", Args: []Arg{{"a", text(maxPayload)}}},
	} {
		var w writer
		w.reset(224, false)
		if w.message(s, m); !w.failed {
			t.Errorf("%s: it is written", name)
		}
	}
}

// TestSteady holds that encoding allocates nothing once there is room.
func TestSteady(t *testing.T) {
	s := newStream()
	m := &Message{Name: "message", Args: []Arg{{"first", text(100)}, {"none", constant{}}}}
	var w writer
	if n := testing.AllocsPerRun(100, func() {
		w.reset(1000, false)
		w.message(s, m)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestForced bounds the variables that an agent makes.
func TestForced(t *testing.T) {
	var names core.VarNames
	if _, err := names.Find("txn.px.known"); err != nil {
		t.Fatal(err)
	}
	a := New("agent", 16384)
	a.vars.collect(&names, "px")
	s := newStream()
	set := func(scope spop.Scope, name string) {
		a.apply(s, append(spop.AppendString([]byte{1, 3, byte(scope)}, name), spop.AppendBool(nil, true)...))
	}
	set(spop.Transaction, "known")
	set(spop.Transaction, "unknown")
	set(spop.Process, "free")
	if v := names.Known("txn.px.known"); !v.Created(s) || names.Known("txn.px.unknown") != nil || names.Known("proc.px.free") != nil {
		t.Error("an agent sets what nobody names, or not what somebody does")
	}
	a.ForceSetVar = true
	set(spop.Process, "free")
	if v := names.Known("proc.px.free"); v == nil || !v.Created(s) {
		t.Error("no variable is made by force")
	}
	for i := range 2 * maxForced {
		set(spop.Process, "v"+strings.Repeat("x", i))
	}
	if n := len(names.All()); n > maxForced+2 {
		t.Errorf("%d variables", n)
	}
}

func TestRate(t *testing.T) {
	var r rate
	if r.full(5000, 1) {
		t.Error("nothing has happened, and it is full")
	}
	r.add(5000)
	r.add(5999)
	if !r.full(5999, 2) || r.full(5999, 3) || r.full(5999, 0) {
		t.Error("two in a second")
	}
	if !r.full(6100, 1) || r.full(6600, 1) || r.full(8000, 1) {
		t.Error("two in the second before")
	}
	r.add(9000)
	if !r.full(10999, 1) || r.full(11000, 1) {
		t.Error("one in the second before")
	}
}
