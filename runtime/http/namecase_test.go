package http

import "testing"

func TestNameCase(t *testing.T) {
	var c NameCase
	for _, add := range []struct {
		from, to string
		ok       bool
	}{
		{"host", "Host", true}, {"host", "HOST", false}, {"Host", "HOST", false},
		{"a", "b", false}, {"", "", false}, {"x-y", "X-y", true},
	} {
		if ok := c.Add(add.from, add.to); ok != add.ok {
			t.Errorf("%s to %s: %v", add.from, add.to, ok)
		}
	}
	for name, want := range map[string]string{"host": "Host", "x-y": "X-y", "other": "other"} {
		if got := string(c.Append(nil, []byte(name))); got != want {
			t.Errorf("%s is written %s", name, got)
		}
	}
	if got := string((*NameCase)(nil).Append(nil, []byte("host"))); got != "host" {
		t.Errorf("without spellings host is written %s", got)
	}
}
