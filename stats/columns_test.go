package stats

import (
	"regexp"
	"slices"
	"testing"
)

func TestColumnsAreComplete(t *testing.T) {
	format := regexp.MustCompile(`^[MSKCP][GLmMRCDATNOa][CPSs]:(u32|s32|u64|s64|str)$`)
	seen := map[string]bool{}
	for i := range Columns {
		c := &Columns[i]
		if c.Name == "" || c.Doc == "" || c.Kinds == 0 || c.Get == nil || !format.MatchString(string(c.Format)) {
			t.Errorf("column %d, %q, lacks something", i, c.Name)
		}
		if seen[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		seen[c.Name] = true
		for k := KindFrontend; k <= KindListener; k++ {
			v := c.Value(&Row{Kind: k, Mode: "http", Check: Check{Configured: true}, Agent: Check{Configured: true}}, true)
			if v.Present() && v.IsText() != (c.Format.Type() == "str") {
				t.Errorf("%s yields another type than its format %s says", c.Name, c.Format)
			}
			if v.Present() && !c.Kinds.Has(k) {
				t.Errorf("%s is filled for a %v", c.Name, k)
			}
		}
	}
	for i := range InfoFields {
		f := &InfoFields[i]
		if f.Name == "" || f.Doc == "" || f.Get == nil || !format.MatchString(string(f.Format)) {
			t.Errorf("field %d, %q, lacks something", i, f.Name)
		}
		if v := f.Get(&Info{}); v.kind == floatValue && f.FloatFormat == "" {
			t.Errorf("%s has a fraction but no format for it", f.Name)
		}
	}
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		f    Filter
		want bool
	}{
		{Filter{}, true},
		{Filter{Proxy: "shop"}, true},
		{Filter{Proxy: "Shop"}, false},
		{Filter{IID: 3}, true},
		{Filter{IID: 4}, false},
		{Filter{Match: "HO"}, true},
		{Filter{Match: "hob"}, false},
		{Filter{Scope: []string{"a", "shop"}}, true},
		{Filter{Scope: []string{"a"}}, false},
		{Filter{Scope: []string{"shop"}, Match: "x"}, false},
	} {
		if got := c.f.WantProxy("shop", 3); got != c.want {
			t.Errorf("%+v wants it: %t", c.f, got)
		}
	}
	var none *Filter
	if !none.WantProxy("shop", 3) || !none.Want(&Row{}) {
		t.Error("no filter hides something")
	}
}

func TestHiddenServersAreCounted(t *testing.T) {
	p := Proxy{Name: "b", Backend: &Row{Kind: KindBackend, Name: "BACKEND", Status: "UP"}}
	for _, s := range []string{"UP", "DOWN", "MAINT", "no check", "DOWN 1/2"} {
		p.Servers = append(p.Servers, Row{Kind: KindServer, Name: s, Status: s, UserWeight: 1})
	}
	rows := func(f *Filter) (names []string) {
		for r := range p.Rows(f) {
			names = append(names, r.Name)
			if r.Kind == KindBackend {
				names = append(names, r.Status)
			}
		}
		return names
	}
	if got, want := rows(&Filter{Up: true}), []string{"UP", "no check", "BACKEND", "UP (2/5)"}; !slices.Equal(got, want) {
		t.Errorf("up: %v, want %v", got, want)
	}
	if got, want := rows(&Filter{NoMaint: true}), []string{"UP", "DOWN", "no check", "DOWN 1/2", "BACKEND", "UP (2/5)"}; !slices.Equal(got, want) {
		t.Errorf("no-maint: %v, want %v", got, want)
	}
	if p.Backend.Status != "UP" {
		t.Error("the row itself was changed")
	}
	for range p.Rows(nil) {
		break // a consumer may stop early
	}
}

func TestSnapshotStandsAlone(t *testing.T) {
	src := &Snapshot{List: []Proxy{{Name: "a", Frontend: &Row{Sessions: 1}, Servers: []Row{{Sessions: 2}}, Backend: &Row{Sessions: 3}}}}
	got := Collect(src, nil)
	src.List[0].Frontend.Sessions, src.List[0].Servers[0].Sessions, src.List[0].Backend.Sessions = 9, 9, 9
	p := got.List[0]
	if p.Frontend.Sessions != 1 || p.Servers[0].Sessions != 2 || p.Backend.Sessions != 3 {
		t.Error("the snapshot changes with its source")
	}
}
