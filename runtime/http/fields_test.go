package http

import (
	"fmt"
	"strings"
	"testing"
)

// fields makes a list from "name: value" lines.
func fields(lines ...string) *Fields {
	f := &Fields{}
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ": ")
		f.Add(name, []byte(value))
	}
	return f
}

// text writes a list as lines.
func text(f *Fields) string {
	var b strings.Builder
	for i := range f.Len() {
		fmt.Fprintf(&b, "%s: %s\n", f.At(i).Name, f.At(i).Value)
	}
	return b.String()
}

func TestFieldsEdit(t *testing.T) {
	f := fields("a: 1", "b: 2", "a: 3", "c: ")
	if f.Count("a") != 2 || f.Count("") != 4 || f.Has("d") || string(f.Value("a")) != "1" {
		t.Error("look-up is wrong")
	}
	if v := f.Value("c"); v == nil || len(v) != 0 {
		t.Errorf("value of an empty field: %v", v)
	}
	if f.Value("d") != nil {
		t.Error("value of a missing field is not nil")
	}
	f.Set("a", []byte("4"))
	if got, want := text(f), "b: 2\nc: \na: 4\n"; got != want {
		t.Errorf("after Set:\n%swant\n%s", got, want)
	}
	f.Insert(1, "x", []byte("y"))
	f.SetValue(0, []byte("two"))
	if got, want := text(f), "b: two\nx: y\nc: \na: 4\n"; got != want {
		t.Errorf("after Insert:\n%swant\n%s", got, want)
	}
	if n := f.Del("c"); n != 1 || f.Del("c") != 0 {
		t.Error("Del counts wrongly")
	}
	f.DelAt(0)
	if got, want := text(f), "x: y\na: 4\n"; got != want {
		t.Errorf("after Del:\n%swant\n%s", got, want)
	}
}

// The expectations are what haproxy's req.hdr(x,OCC) fetches give.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		lines string // fields called x, separated by |
		want  string // elements, in brackets
	}{
		{"a,b,c", "[a][b][c]"},
		{"a , b|c", "[a][b][c]"},
		{`"a,b",c`, `["a,b"][c]`},
		{`"a\",b",c`, `["a\",b"][c]`},
		{`a"b,c"d,e`, `[a"b,c"d][e]`},
		{"'a,b'", "['a][b']"},
		{",a,,b,", "[][a][][b][]"},
		{"", "[]"},
		{"|a", "[][a]"},
		{",", "[][]"},
		{`"a,b`, `["a,b]`},
		{`a\,b`, `[a\][b]`},
		{"a b\tc , d", "[a b\tc][d]"},
	} {
		f := fields("y: z")
		for _, l := range strings.Split(c.lines, "|") {
			f.Add("x", []byte(l))
			f.Add("z", []byte("x"))
		}
		var got strings.Builder
		for v := f.Values("x"); v.Next(); {
			fmt.Fprintf(&got, "[%s]", v.Value())
		}
		if got.String() != c.want {
			t.Errorf("%q: got %s, want %s", c.lines, got.String(), c.want)
		}
		if n := strings.Count(c.want, "["); f.ValueCount("x") != n {
			t.Errorf("%q: %d elements, want %d", c.lines, f.ValueCount("x"), n)
		}
	}
}

func TestValueAt(t *testing.T) {
	f := fields("x: a, b", "y: n", "x: c")
	for occ, want := range map[int]string{1: "a", 2: "b", 3: "c", 4: "-", 0: "c", -1: "c", -2: "b", -3: "a", -4: "-"} {
		v, ok := f.ValueAt("x", occ)
		if !ok {
			v = []byte("-")
		}
		if string(v) != want {
			t.Errorf("element %d: got %s, want %s", occ, v, want)
		}
	}
	for occ, want := range map[int]string{1: "a, b", 2: "c", 3: "-", 0: "c", -1: "c", -2: "a, b", -3: "-"} {
		v, ok := f.FieldAt("x", occ)
		if !ok {
			v = []byte("-")
		}
		if string(v) != want {
			t.Errorf("field %d: got %s, want %s", occ, v, want)
		}
	}
}

func TestValuesReplace(t *testing.T) {
	f := fields("x: a , bb,c", "x: bb")
	for v := f.Values("x"); v.Next(); {
		if string(v.Value()) == "bb" {
			v.Replace([]byte("long,er"))
		}
	}
	if got, want := text(f), "x: a ,long,er,c\nx: long,er\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
