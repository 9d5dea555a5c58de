package json_test

import (
	"bytes"
	stdjson "encoding/json"
	"regexp"
	"testing"

	"gohap/stats"
	"gohap/stats/internal/example"
	"gohap/stats/json"
)

// volatile are the values that depend on when one looks.
var volatile = regexp.MustCompile(`("name":"(?:lastchg|downtime|check_duration|agent_duration)"},[^{]*\{[^}]*\},"value":\{"type":"u\d\d","value":)\d+`)

func TestStatIsHAProxys(t *testing.T) {
	h, snap, _ := example.Start(t)
	var out bytes.Buffer
	if err := json.Stat(&out, snap, nil, json.Options{Legends: true}); err != nil {
		t.Fatal(err)
	}
	got := volatile.ReplaceAllString(out.String(), "${1}0")
	want := volatile.ReplaceAllString(h.Steady(t, "show stat json"), "${1}0")
	compare(t, got+"\n", want)
}

func TestNoRowsIsAnEmptyArray(t *testing.T) {
	h, snap, _ := example.Start(t)
	var out bytes.Buffer
	if err := json.Stat(&out, snap, &stats.Filter{OneID: true, SID: 99, Kinds: stats.Servers}, json.Options{}); err != nil {
		t.Fatal(err)
	}
	compare(t, out.String()+"\n", h.Steady(t, "show stat -1 4 99 json"))
}

// value is the number or text of a field.
var value = regexp.MustCompile(`("value":\{"type":"\w+","value":)[^}]*\}`)

func TestInfoIsHAProxys(t *testing.T) {
	h, snap, _ := example.Start(t)
	for words, o := range map[string]json.Options{"": {}, " float": {Float: true}} {
		got := value.ReplaceAllString(string(json.AppendInfo(nil, snap.Info(), o)), "${1}}")
		// The description's quotes are the one thing that haproxy gets wrong.
		want := value.ReplaceAllString(h.Command(t, "show info json"+words), "${1}}")
		compare(t, got+"\n", want)
	}
}

func TestOutputIsJSON(t *testing.T) {
	snap := example.Snapshot(example.Addrs{})
	up := &snap.List[0].Servers[0]
	up.Check.Last = "quote \" backslash \\ tab \t bell \a <b> é \xff"
	up.BytesIn = 1 << 60
	var out bytes.Buffer
	if err := json.Stat(&out, snap, nil, json.Options{Legends: true}); err != nil {
		t.Fatal(err)
	}
	var rows [][]struct {
		Field struct{ Name string }
		Value struct{ Value any }
	}
	if err := stdjson.Unmarshal(out.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	found := map[string]any{}
	for _, f := range rows[2] {
		found[f.Field.Name] = f.Value.Value
	}
	if want := "quote \" backslash \\ tab \t bell \a <b> é \ufffd"; found["last_chk"] != want {
		t.Errorf("last_chk is %q, want %q", found["last_chk"], want)
	}
	if found["bin"] != float64(1<<53-1) {
		t.Errorf("bin is %v, want the highest exact number", found["bin"])
	}
}

func TestSchemaIsOneLineOfJSON(t *testing.T) {
	b := json.AppendSchema([]byte("x"))[1:]
	if !stdjson.Valid(b) || bytes.ContainsAny(b, "\n") {
		t.Errorf("schema is %s", b)
	}
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	part := func(s string) string { return s[max(0, min(len(s), i-200)):min(len(s), i+100)] }
	t.Errorf("differs at byte %d:\n gohap   %q\n haproxy %q", i, part(got), part(want))
}
