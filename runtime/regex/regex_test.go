package regex

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestBothEngines(t *testing.T) {
	for _, c := range []struct {
		re, text string
		want     []int
	}{
		{"a(b+)", "xabb", []int{1, 4, 2, 4}},
		{"(a)(x)?", "a", []int{0, 1, 0, 1, -1, -1}},
		{"(?<=a)b", "ab", []int{1, 2}},
		{"(?<=a)b", "cb", nil},
		{`(a|b)\1`, "abb", []int{1, 3, 1, 2}},
		{"a(?!b).", "abac", []int{2, 4}},
		{"(?<!é)x(y)?", "éx x", []int{4, 5, -1, -1}},
	} {
		re, err := Compile(c.re, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := re.FindSubmatchIndex([]byte(c.text)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s in %q: %v, want %v", c.re, c.text, got, c.want)
		}
		if re.Match([]byte(c.text)) != (c.want != nil) {
			t.Errorf("%s in %q: Match differs", c.re, c.text)
		}
	}
}

func TestFindAll(t *testing.T) {
	for _, re := range []string{"a|", "(?=|x)a|(?=)"} {
		r, err := Compile(re, false)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := r.FindAllSubmatchIndex([]byte("ab"), -1), 2; len(got) < want {
			t.Errorf("%s: %v", re, got)
		}
		if got := r.FindAllSubmatchIndex([]byte("aaa"), 2); len(got) != 2 {
			t.Errorf("%s: %v", re, got)
		}
	}
}

func TestInsensitive(t *testing.T) {
	for _, text := range []string{"ab", "(?<=a)b"} {
		re, err := Compile(text, true)
		if err != nil || !re.Match([]byte("AB")) {
			t.Errorf("%s does not match AB: %v", text, err)
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]string{
		"(":    "missing closing parenthesis, erroffset=1",
		"a)":   "unmatched closing parenthesis, erroffset=1",
		"[a":   "missing terminating ] for character class, erroffset=2",
		"*a":   "quantifier does not follow a repeatable item, erroffset=0",
		`a\`:   `\ at end of pattern, erroffset=2`,
		`(?z)`: "erroffset=0",
	} {
		if _, err := Compile(text, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// TestTimeLimit searches for what takes a backtracking engine for ever.
func TestTimeLimit(t *testing.T) {
	re, err := Compile(`(?=x*)(a+)+\1$`, false)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if re.Match([]byte(strings.Repeat("a", 5000) + "b")) {
		t.Error("it matches")
	}
	if d := time.Since(begin); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
}
