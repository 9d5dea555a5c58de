package lua

import (
	"io"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/runtime/http"
)

// Command is a command of the runtime API that a script has registered.
type Command struct {
	// Name is its words, Usage what "help" shows.
	Name, Usage string

	p  *Program
	fn *function
}

// Commands are the commands that scripts have registered.
func (p *Program) Commands() []*Command {
	if p == nil {
		return nil
	}
	return p.commands
}

// Run runs the command with all its words. It writes the answer to w.
func (c *Command) Run(w io.Writer, words []string) {
	st, fn := c.fn.of(c.p, 0)
	if fn == nil {
		return
	}
	px := &core.Proxy{Name: "GLOBAL"}
	x := &service{
		applet: &applet{p: c.p, fn: c.fn}, peer: console{w}, eof: true,
		own: &core.Stream{Session: &core.Session{Frontend: px}, Frontend: px, Backend: px, Exchange: new(core.Exchange)},
	}
	r := &run{waits: true, limit: c.p.graph.Global.Scripts.Session}
	defer r.closeAll()
	fail := st.call(r, fn, func(L *lua.LState) []lua.LValue {
		args := []lua.LValue{st.newService(L, "AppletTCP", x)}
		for _, word := range words {
			args = append(args, lua.LString(word))
		}
		return args
	}, nil)
	if fail != nil {
		c.p.tell("Lua cli '" + c.fn.name + "': " + fail.log(st))
	}
}

// console is the client of a command.
type console struct{ io.Writer }

func (console) Read([]byte) (int, error)     { return 0, io.EOF }
func (console) Respond(*http.Response) error { return io.ErrClosedPipe }
func (console) Fail()                        {}
func (console) OnGone(func())                {}
