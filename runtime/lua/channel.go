package lua

import (
	"bytes"

	lua "github.com/yuin/gopher-lua"
)

// channel is what an object of class Channel stands for.
type channel struct {
	t        *txn
	response bool
}

// change gives a channel that a script may look into and change: not one of HTTP.
func change(L *lua.LState) *channel {
	c := self[*channel](L, 1, "Channel")
	if c.t.http || c.t.s.RequestParsed {
		L.Error(lua.LString("Cannot manipulate HAProxy channels in HTTP mode."), 0)
	}
	return c
}

// input is what has come, nil outside of streams.
func (c *channel) input() []byte {
	if c.t.s.Control == nil {
		return nil
	}
	return c.t.s.Control.Input(c.response)
}

// more waits for further bytes, and reports false where none will come.
func (c *channel) more(L *lua.LState) bool {
	r := current(L)
	if !r.waits || c.t.s.Control == nil {
		return false
	}
	ok := false
	r.outside(func() { ok = c.t.s.Control.MoreInput(c.response) })
	r.check(L)
	return ok
}

// span reads the arguments offset and length, from number n on, and waits where all
// or more is asked for than is there. It gives false where there is nothing and
// nothing will come.
func (c *channel) span(L *lua.LState, n int) (from, to int, ok bool) {
	off, size := 0, -2 // all that is there
	if L.Get(n) != lua.LNil {
		off = int(integerArg(L, n))
	}
	if L.Get(n+1) != lua.LNil {
		size = int(integerArg(L, n+1))
	}
	if size < -2 {
		L.RaiseError("length out of range.")
	}
	for {
		b := c.input()
		if from = off; off < 0 {
			from = max(0, len(b)+off)
		}
		if from > len(b) {
			L.RaiseError("offset out of range.")
		}
		to = len(b)
		enough := size == -2
		if size >= 0 {
			enough = from+size <= len(b)
			to = min(to, from+size)
		}
		if enough && (len(b) > 0 || size == 0) || !c.more(L) {
			return from, to, len(b) > 0
		}
	}
}

func (st *state) openChannel() {
	flag := func(f func(c *channel) lua.LValue) lua.LGFunction {
		return func(L *lua.LState) int {
			L.Push(f(self[*channel](L, 1, "Channel")))
			return 1
		}
	}
	length := flag(func(c *channel) lua.LValue { return lua.LNumber(len(c.input())) })
	none := flag(func(*channel) lua.LValue { return lua.LNumber(0) })
	st.define("Channel", map[string]lua.LGFunction{
		"input": length, "get_in_len": length, "output": none, "get_out_len": none,
		"is_resp":  flag(func(c *channel) lua.LValue { return lua.LBool(c.response) }),
		"is_full":  flag(func(c *channel) lua.LValue { return lua.LBool(len(c.input()) >= st.p.graph.Global.Tune.BufSize) }),
		"may_recv": flag(func(c *channel) lua.LValue { return lua.LTrue }),
		"data": func(L *lua.LState) int {
			c := change(L)
			return c.give(L, 2, false)
		},
		"dup": func(L *lua.LState) int {
			return change(L).all(L, false)
		},
		"get":     func(L *lua.LState) int { return change(L).all(L, true) },
		"line":    func(L *lua.LState) int { return change(L).give(L, 2, true) },
		"getline": channelGetline,
		"append":  func(L *lua.LState) int { c := change(L); return c.put(L, len(c.input()), 0) },
		"prepend": func(L *lua.LState) int { return change(L).put(L, 0, 0) },
		"insert": func(L *lua.LState) int {
			c := change(L)
			off := 0
			if L.Get(3) != lua.LNil {
				off = int(integerArg(L, 3))
			}
			n := len(c.input())
			if off < 0 {
				off = max(0, n+off)
			}
			if off > n {
				L.RaiseError("offset out of range.")
			}
			return c.put(L, off, 0)
		},
		"set": func(L *lua.LState) int {
			c := change(L)
			from, to := 0, len(c.input())
			if L.Get(3) != lua.LNil {
				from, to, _ = c.span(L, 3)
			}
			return c.put(L, from, to-from)
		},
		"remove": func(L *lua.LState) int {
			c := change(L)
			from, to := 0, len(c.input())
			if L.Get(2) != lua.LNil {
				from, to, _ = c.span(L, 2)
			}
			if to > from && !c.t.s.Control.ChangeInput(c.response, from, to-from, nil) {
				to = from
			}
			L.Push(lua.LNumber(to - from))
			return 1
		},
		"send": channelSend,
		"forward": func(L *lua.LState) int {
			L.RaiseError("'Channel.forward' is a HAProxy function that gohap does not support yet")
			return 0
		},
	})
}

// give pushes a part of the channel, or its first line.
func (c *channel) give(L *lua.LState, n int, line bool) int {
	if line && c.firstLine(L, n) {
		return 1
	}
	from, to, ok := c.span(L, n)
	if !ok {
		L.Push(lua.LNil)
		return 1
	}
	L.Push(lua.LString(firstLine(c.input()[from:to], line)))
	return 1
}

func firstLine(b []byte, line bool) []byte {
	if i := bytes.IndexByte(b, '\n'); line && i >= 0 {
		return b[:i+1]
	}
	return b
}

// firstLine pushes the first line behind the offset of argument n, once it has come.
// Where a length other than -1 is given, that decides.
func (c *channel) firstLine(L *lua.LState, n int) bool {
	off := 0
	if L.Get(n) != lua.LNil {
		off = int(integerArg(L, n))
	}
	if size, ok := whole(L.Get(n + 1)); !ok || size != -1 || off < 0 {
		return false
	}
	for {
		if b := c.input(); off <= len(b) {
			if i := bytes.IndexByte(b[off:], '\n'); i >= 0 {
				L.Push(lua.LString(b[off : off+i+1]))
				return true
			}
		}
		if !c.more(L) {
			return false
		}
	}
}

// all pushes everything that is there, and takes it away if so.
func (c *channel) all(L *lua.LState, take bool) int {
	for len(c.input()) == 0 {
		if !c.more(L) {
			L.Push(lua.LNil)
			return 1
		}
	}
	b := c.input()
	L.Push(lua.LString(b))
	if take {
		c.t.s.Control.ChangeInput(c.response, 0, len(b), nil)
	}
	return 1
}

func channelGetline(L *lua.LState) int {
	c := change(L)
	for {
		b := c.input()
		i := bytes.IndexByte(b, '\n')
		if i < 0 && c.more(L) {
			continue
		}
		if len(b) == 0 {
			L.Push(lua.LNil)
			return 1
		}
		if i < 0 {
			i = len(b) - 1
		}
		L.Push(lua.LString(b[:i+1]))
		c.t.s.Control.ChangeInput(c.response, 0, i+1, nil)
		return 1
	}
}

// put replaces n bytes at off by the text of argument 2.
func (c *channel) put(L *lua.LState, off, n int) int {
	with := text(L, 2)
	if c.t.s.Control == nil || !c.t.s.Control.ChangeInput(c.response, off, n, []byte(with)) {
		L.Push(lua.LNumber(-1))
	} else {
		L.Push(lua.LNumber(len(with)))
	}
	return 1
}

// channelSend sends at once: to the client over the response's channel.
func channelSend(L *lua.LState) int {
	c := change(L)
	if !c.response {
		L.RaiseError("'Channel.send' on the request is a HAProxy function that gohap does not support yet")
	}
	data := []byte(text(L, 2))
	r := current(L)
	r.mayWait(L)
	var err error
	r.outside(func() { err = c.t.s.Control.SendToClient(data) })
	r.check(L)
	if err != nil {
		L.Push(lua.LNumber(-1))
	} else {
		L.Push(lua.LNumber(len(data)))
	}
	return 1
}
