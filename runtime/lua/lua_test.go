package lua

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// program loads a script.
func program(t *testing.T, script string, set func(*core.ScriptSettings)) *Program {
	t.Helper()
	c := &registry.Compiler{Diags: &diag.List{}, Graph: core.NewGraph()}
	if set != nil {
		set(&c.Graph.Global.Scripts)
	}
	path := filepath.Join(t.TempDir(), "script.lua")
	if err := os.WriteFile(path, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	p := For(c)
	if err := p.Load(path, nil); err != nil {
		t.Fatal(err)
	}
	p.heap = liveHeap()
	return p
}

// call runs a global function of the shared state.
func call(p *Program, r *run, name string) (string, *Failure) {
	p.shared.lock.acquire()
	fn, _ := p.shared.L.GetGlobal(name).(*lua.LFunction)
	p.shared.lock.release()
	text := ""
	f := p.shared.call(r, fn, nil, func(L *lua.LState, all []lua.LValue) {
		for _, v := range all {
			text += display(L, v) + " "
		}
	})
	return strings.TrimSpace(text), f
}

// TestLimits holds that no script computes for longer than it may, whatever it tries.
func TestLimits(t *testing.T) {
	p := program(t, `
function loop() while true do end end
function caught() while true do pcall(function() while true do end end) end end
function coroutines() while true do coroutine.wrap(function() while true do end end)() end end
function metas() local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x end
function sorts() local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function(a, b) while true do end end) end
function patterns() return ("a"):rep(40):find(("a*"):rep(40) .. "b") end
function gsubs() return ("x"):rep(1000):gsub(".", function() while true do end end) end
`, nil)
	for _, name := range []string{"loop", "caught", "coroutines", "metas", "sorts", "patterns", "gsubs"} {
		begin := time.Now()
		_, f := call(p, &run{limit: 30 * time.Millisecond}, name)
		if f == nil || f.Text != "execution timeout" {
			t.Errorf("%s: %+v", name, f)
		}
		if d := time.Since(begin); d > 3*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
	if got, f := call(p, &run{}, "type"); f == nil || got != "" {
		t.Errorf("after all that: %q %+v", got, f)
	}
}

// TestMemory holds that a script cannot take more memory than it may.
func TestMemory(t *testing.T) {
	p := program(t, `
function tables() local t = {} while true do t[#t + 1] = {1, 2, 3} end end
function texts() local s = "x" while true do s = s .. s end end
function rep() return ("x"):rep(1e12) end
function deep() local function f() return 1 + f() end return f() end
`, func(s *core.ScriptSettings) { s.MaxMemory = 64 << 20 })
	for _, name := range []string{"tables", "rep", "deep"} {
		if _, f := call(p, &run{limit: 20 * time.Second}, name); f == nil {
			t.Errorf("%s ends well", name)
		} else if f.Text == "execution timeout" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestGone holds that a run that nobody wants any more ends, even one that sleeps.
func TestGone(t *testing.T) {
	p := program(t, `function sleep() core.sleep(100) end function loop() while true do pcall(core.yield) end end`, nil)
	for _, name := range []string{"sleep", "loop"} {
		r := &run{waits: true}
		time.AfterFunc(20*time.Millisecond, r.abandon)
		if _, f := call(p, r, name); f == nil || f.Text != "aborted" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestShared has many tasks use one state, all of which give way in between.
func TestShared(t *testing.T) {
	p := program(t, `
n = 0
local co = coroutine.wrap(function() while true do coroutine.yield(1) end end)
function count()
	for i = 1, 20 do
		local m = n
		n = m + co()
		core.yield()
	end
	for i = 1, 30000 do end
	return n
end
local nap = coroutine.wrap(function() while true do coroutine.yield(core.msleep(1)) end end)
function clash()
	local ok, err = pcall(nap)
	return ok and "ok" or err
end`, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, f := call(p, &run{waits: true}, "count"); f != nil {
				t.Errorf("%+v", f)
			}
		})
	}
	all.Wait()
	for range 8 {
		all.Go(func() {
			if got, f := call(p, &run{waits: true}, "clash"); f != nil || got != "ok" && !strings.Contains(got, "non-suspended") {
				t.Errorf("%q %+v", got, f)
			}
		})
	}
	all.Wait()
	if n := p.shared.L.GetGlobal("n"); n != lua.LNumber(160) {
		t.Errorf("n is %v, want 160: something ran beside", n)
	}
}

func TestDone(t *testing.T) {
	p := program(t, `function f() core.done("early") return "late" end function g() pcall(core.done, "x") return "on" end`, nil)
	for name, want := range map[string]string{"f": "early", "g": "on"} {
		if got, f := call(p, &run{}, name); f != nil || got != want {
			t.Errorf("%s: %q %+v, want %q", name, got, f, want)
		}
	}
}

// TestNoYield holds that fetches and converters may not wait.
func TestNoYield(t *testing.T) {
	p := program(t, `function f() core.msleep(1) end`, nil)
	if _, f := call(p, &run{}, "f"); f == nil || f.Text != "yield not allowed" {
		t.Errorf("%+v", f)
	}
}
