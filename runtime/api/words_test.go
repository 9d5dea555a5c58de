package api

import (
	"slices"
	"testing"
)

func TestCommands(t *testing.T) {
	for line, want := range map[string][]string{
		"":           {""},
		"a":          {"a"},
		"a;b":        {"a", "b"},
		"a;;b;":      {"a", "", "b", ""},
		`a\;b;c`:     {`a\;b`, "c"},
		`a\\;b`:      {`a\\`, "b"},
		`a\`:         {`a\`},
		"a b ; c\td": {"a b ", " c\td"},
	} {
		if got := commands(line); !slices.Equal(got, want) {
			t.Errorf("commands(%q) = %q, want %q", line, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for command, want := range map[string][]string{
		"":                      nil,
		"   ":                   nil,
		"show stat":             {"show", "stat"},
		"  show \t stat\r":      {"show", "stat"},
		`set map a\ b c\;d`:     {"set", "map", "a b", "c;d"},
		`a\\b \\`:               {`a\b`, `\`},
		`a\`:                    {"a"},
		`agent-send \n "quo te`: {"agent-send", "n", `"quo`, "te"},
	} {
		if got := split(command); !slices.Equal(got, want) {
			t.Errorf("split(%q) = %q, want %q", command, got, want)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add(`show stat \; foo;bar \\`)
	f.Fuzz(func(t *testing.T, line string) {
		for _, command := range commands(line) {
			if n := len(split(command)); n > maxArgs {
				t.Errorf("%d words", n)
			}
		}
	})
}
