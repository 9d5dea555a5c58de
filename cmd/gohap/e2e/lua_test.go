package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// luaConfig is a configuration with a script and nothing to do.
func luaConfig(t testing.TB, global string) string {
	return writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), "global\n"+global+
		"listen l\n bind 127.0.0.1:0\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n")
}

// TestLuaLanguage has HAProxy and gohap read a script that prints what the language
// and its libraries make of all sorts of things.
func TestLuaLanguage(t *testing.T) {
	noEngine(t)
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	script, err := filepath.Abs(testdata("lua", "language.lua"))
	if err != nil {
		t.Fatal(err)
	}
	cfg := luaConfig(t, " lua-load "+script+"\n")
	_, want, why := output(t, exec.Command(ref, "-c", "-f", cfg))
	_, got, said := output(t, exec.Command(bin, "-c", "-f", cfg))
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	if len(w) < 60 {
		t.Fatalf("HAProxy prints %d lines only: %s%s", len(w), want, why)
	}
	if len(w) != len(g) {
		t.Fatalf("%d lines, want %d: %s%s", len(g), len(w), got, said)
	}
	for i := range w {
		if w[i] != g[i] {
			t.Errorf("line %d\nHAProxy %s\ngohap   %s", i+1, w[i], g[i])
		}
	}
}

// TestLuaMessages compares what is said of scripts that cannot be loaded.
func TestLuaMessages(t *testing.T) {
	noEngine(t)
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	scripts := []string{
		`x = = 1`, `error("top")`, `goto nowhere`, `break`, `for i = 1 do end`, `local function f( end`, `x = "open`, `x = [[open`, `if x then`,
		`return 1 x`, `f(`, `x = }`, `local 1`, `a.b:c = 1`, `x = 0x`, `x = "\400"`, `x = "\q"`, `::a:: ::a::`, `x = ...; function f() return ... end`, `(f)`,
		`x = 1 .. `, `function f() end end`, `repeat local x until`, `local t = {1, 2`, `a = b c`,
		`require("no.such.module")`, `print(1 // 0)`, `error({})`, `local s = ("x"):rep(1e10)`,
		`core.register_action("x", {"foo"}, function() end)`, `core.register_action("x", {"http-req"}, 1)`,
		`core.register_action("x")`, `core.register_service("x", "foo", function() end)`,
		`core.register_fetches("x")`, `core.register_init()`, `core.log(1)`, `core.sleep()`,
	}
	lines := []string{
		"lua-load", "lua-load /no/such/file.lua", "lua-load-per-thread", "lua-load-per-thread /no/such/file.lua",
		"lua-prepend-path", "lua-prepend-path a b", "lua-prepend-path a path c", "tune.lua.maxmem", "tune.lua.maxmem x",
		"tune.lua.session-timeout", "tune.lua.service-timeout x", "tune.lua.task-timeout 99999999999", "tune.lua.forced-yield x",
		"httpclient.resolvers.id nowhere", "httpclient.resolvers.id a b",
	}
	rules := []string{
		"http-request lua.nothing", "http-request lua.two a", "http-request lua.two a b c", "http-request use-service lua.none",
		"tcp-request content use-service lua.web", "http-request set-header x %[lua.none]", "http-request set-header x %[src,lua.none]",
		"tcp-request content lua.two a b", "http-request set-header x %[lua.get(1,2,3,4,5,6)]", "http-response lua.two a b",
	}
	dir := t.TempDir()
	var configs []string
	for i, s := range scripts {
		configs = append(configs, luaConfig(t, " lua-load "+writeFile(t, filepath.Join(dir, fmt.Sprint(i, ".lua")), s+"\n")+"\n"))
	}
	for _, l := range lines {
		configs = append(configs, luaConfig(t, " "+l+"\n"))
	}
	known := writeFile(t, filepath.Join(dir, "known.lua"), `core.register_action("two", {"http-req"}, function() end, 2)
core.register_service("web", "http", function() end)
core.register_fetches("get", function() end)
`)
	for _, r := range rules {
		configs = append(configs, writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), "global\n lua-load "+known+
			"\nlisten l\n bind 127.0.0.1:0\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\n "+r+"\n"))
	}
	name := func(i int) string {
		if i < len(scripts) {
			return scripts[i]
		}
		return append(append([]string(nil), lines...), rules...)[i-len(scripts)]
	}
	for i, cfg := range configs {
		code, _, want := output(t, exec.Command(ref, "-c", "-f", cfg))
		mine, _, got := output(t, exec.Command(bin, "-c", "-f", cfg))
		w, g := firstAlert(want), firstAlert(got)
		if code != mine || w != g {
			t.Errorf("%s\nHAProxy %d %s\ngohap   %d %s", name(i), code, w, mine, g)
		}
	}
}

var pidOf = regexp.MustCompile(`\(\d+\)`)

// firstAlert is the first error of what a program says, without its process's number.
func firstAlert(text string) string {
	i := strings.Index(text, "[ALERT]")
	if i < 0 {
		return ""
	}
	text = pidOf.ReplaceAllString(text[i:], "")
	if end := strings.Index(text[1:], "\n["); end >= 0 {
		text = text[:end+1]
	}
	line, rest, _ := strings.Cut(text, "\n")
	if strings.Contains(rest, " | ") {
		return line // a place with a mark follows
	}
	return line
}
