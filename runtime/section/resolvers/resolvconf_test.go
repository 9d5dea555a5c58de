package resolvers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/resolver"
)

// system puts a file in the place of /etc/resolv.conf.
func system(t *testing.T, text string) {
	old := resolvConf
	t.Cleanup(func() { resolvConf = old })
	resolvConf = filepath.Join(t.TempDir(), "resolv.conf")
	if text != "" {
		if err := os.WriteFile(resolvConf, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func names(r *core.Resolvers) string {
	var all []string
	for _, n := range r.Stats() {
		all = append(all, n.Name)
	}
	return strings.Join(all, " ")
}

func TestResolvConf(t *testing.T) {
	system(t, "# c\nnameserver 1.1.1.1\nnameserver 1.1.1.1\nnameserver 2001::1 \nnameserver fe80::1%eth0\nnameserver\nnameserver foo\nsearch x\n"+
		" nameserver 9.9.9.9\nnameserver 8.8.8.8 # x\noptions edns0\n")
	r := &core.Resolvers{Section: resolver.New(resolver.DefaultConfig("a")), Named: map[string]diag.Pos{}}
	said, err := readResolvConf(r)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(r); got != "1.1.1.1 2001::1 8.8.8.8" {
		t.Errorf("name servers %s", got)
	}
	// As haproxy 2.6 says it of that file.
	want := []string{
		"Parsing [FILE:3] : generated name for FILE nameserver '1.1.1.1' conflicts with another nameserver (declared at FILE:2), it appears to be a duplicate and will be excluded.",
		"parsing [FILE:5] : address 'fe80::1%eth0' could not be recognized, nameserver will be excluded.",
		"parsing [FILE:6] : nameserver line is missing address.",
		"parsing [FILE:7] : address 'foo' could not be recognized, nameserver will be excluded.",
	}
	for i := range said {
		said[i] = strings.ReplaceAll(said[i], resolvConf, "FILE")
	}
	if !slices.Equal(said, want) {
		t.Errorf("said\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
}

func TestDefault(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"nameserver 1.1.1.1\n", "1.1.1.1"},
		{"search x\n", ""},
		{"", ""}, // no file
	} {
		system(t, c.text)
		g := core.NewGraph()
		Default(&registry.Compiler{Graph: g, Diags: &diag.List{}})
		got := ""
		for _, r := range g.Resolvers {
			if got = names(r); r.Name != "default" {
				t.Errorf("section %s", r.Name)
			}
		}
		if got != c.want {
			t.Errorf("%q: name servers %s", c.text, got)
		}
		if n := len(g.Resolvers); n != min(len(c.want), 1) {
			t.Errorf("%q: %d sections", c.text, n)
		}
	}
	system(t, "nameserver 1.1.1.1\n")
	g := core.NewGraph()
	g.Resolvers = []*core.Resolvers{{Section: resolver.New(resolver.DefaultConfig("default"))}}
	Default(&registry.Compiler{Graph: g, Diags: &diag.List{}})
	if len(g.Resolvers) != 1 || names(g.Resolvers[0]) != "" {
		t.Error("the section of the configuration is not the one that counts")
	}
}
