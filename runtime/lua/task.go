package lua

import (
	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/conn"
)

// startTask runs a function that nobody waits for.
func (p *Program) startTask(st *state, fn *lua.LFunction) {
	conn.Go(func() {
		r := &run{waits: true, limit: p.graph.Global.Scripts.Task}
		defer r.closeAll()
		if fail := st.call(r, fn, nil, nil); fail != nil {
			p.tell("Lua task: " + fail.log(st))
		}
	})
}
