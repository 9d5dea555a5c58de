package lua

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/http/errorpage"
)

// applet is a registered service.
type applet struct {
	p    *Program
	fn   *function
	http bool
}

// Name implements [core.Applet].
func (a *applet) Name() string { return a.fn.name }

// service is a service at work: what an object of class AppletHTTP or AppletTCP
// stands for.
type service struct {
	*applet
	real *core.Stream // until there is a response
	own  *core.Stream // from then on
	peer core.Peer
	in   []byte // read and not yet taken
	eof  bool

	request request
	head    http.Response
	started bool
	most    int // of a line, in bytes
}

// request is what a service sees of the request.
type request struct {
	method, path, query, version string
	queried                      bool
	length                       int64
	fields                       [][2]string
}

// Start implements [core.Applet].
func (a *applet) Start(s *core.Stream, p core.Peer) func() {
	x := &service{applet: a, real: s, peer: p, most: a.p.graph.Global.Tune.BufSize}
	if a.http {
		x.head.Reset()
		x.head.Version = http.Version10
		x.head.SetStatus(200)
		r := &s.Req
		x.request = request{
			method: string(r.Method), path: string(r.Path()), query: string(r.Query()), queried: r.Query() != nil,
			version: "HTTP/1.0", length: max(r.ContentLength, 0),
		}
		if r.Version >= http.Version11 {
			x.request.version = "HTTP/1.1"
			x.head.Version = http.Version11
		}
		if r.Framing == http.Chunked && s.Control != nil && s.Control.BodyWhole() {
			x.request.length = int64(len(s.Control.Body()))
		}
		for i := range r.Len() {
			f := r.At(i)
			x.request.fields = append(x.request.fields, [2]string{string(f.Name), string(f.Value)})
		}
	}
	shard := s.Session.Shard
	return func() { x.run(shard) }
}

// stream is what fetches and variables of the service are of: the stream itself while
// it waits for the response, and then a copy of what is left to look at.
func (x *service) stream() *core.Stream {
	if x.own != nil {
		return x.own
	}
	return x.real
}

// detach gives the stream up to those that forward the response.
func (x *service) detach() {
	if s := x.real; x.own == nil {
		x.own = &core.Stream{
			Session: s.Session, Frontend: s.Frontend, Backend: s.Backend, Exchange: new(core.Exchange),
			Txn: s.Txn.Clone(), Request: s.Request.Clone(),
		}
	}
}

func (x *service) run(shard int) {
	p := x.p
	st, fn := x.fn.of(p, shard)
	class, kind := "AppletTCP", "tcp"
	if x.http {
		class, kind = "AppletHTTP", "http"
	}
	r := &run{stream: x.real, waits: true, limit: p.graph.Global.Scripts.Service}
	defer r.closeAll()
	x.peer.OnGone(r.abandon)
	fail := st.call(r, fn, func(L *lua.LState) []lua.LValue {
		return []lua.LValue{st.newService(L, class, x)}
	}, nil)
	x.peer.OnGone(nil)
	if fail != nil && !r.gone.Load() {
		p.tell("Lua applet " + kind + " '" + x.fn.name + "': " + fail.log(st))
	}
	switch {
	case !x.http:
	case !x.started:
		page := errorpage.Builtin(500)
		version := x.head.Version
		x.head.Reset()
		page.Fill(&x.head)
		x.head.Version = version
		x.head.Framing, x.head.ContentLength = http.Framed, int64(len(page.Body))
		if x.peer.Respond(&x.head) == nil {
			x.peer.Write(page.Body)
		}
	case fail != nil:
		x.peer.Fail()
	}
}

// newService makes the object that a service gets.
func (st *state) newService(L *lua.LState, class string, x *service) *lua.LTable {
	o := st.object(class, x)
	if !x.http {
		return o
	}
	q := &x.request
	o.RawSetString("method", lua.LString(q.method))
	o.RawSetString("version", lua.LString(q.version))
	o.RawSetString("path", lua.LString(q.path))
	o.RawSetString("qs", lua.LString(q.query))
	o.RawSetString("length", lua.LNumber(q.length))
	h := L.NewTable()
	for _, f := range q.fields {
		addHeader(L, h, f[0], f[1])
	}
	o.RawSetString("headers", h)
	return o
}

func (st *state) openApplets() {
	for _, class := range []string{"AppletTCP", "AppletHTTP"} {
		of := func(L *lua.LState) *service { return self[*service](L, 1, class) }
		methods := map[string]lua.LGFunction{
			"getline": func(L *lua.LState) int { return of(L).getline(L) },
			"receive": func(L *lua.LState) int { return of(L).receive(L) },
			"send": func(L *lua.LState) int {
				needs(L, "send", 2, 2)
				return of(L).send(L, text(L, 2))
			},
		}
		st.addVariables(methods, func(L *lua.LState) *core.Stream { return of(L).stream() })
		if class == "AppletHTTP" {
			methods["set_status"] = func(L *lua.LState) int { return of(L).setStatus(L) }
			methods["add_header"] = func(L *lua.LState) int { return of(L).addHeader(L) }
			methods["start_response"] = func(L *lua.LState) int { return of(L).respond(L) }
		}
		st.lazy(st.define(class, methods), func(L *lua.LState, name string) lua.LValue {
			x := of(L)
			switch name {
			case "f", "sf":
				return st.object("Fetches", &fetcher{s: x.stream, text: name == "sf", service: true})
			case "c", "sc":
				return st.object("Converters", &fetcher{s: x.stream, text: name == "sc"})
			}
			return lua.LNil
		})
	}
}

// fill reads more, outside the state. It reports false at the end.
func (x *service) fill(L *lua.LState) bool {
	if x.eof {
		return false
	}
	r := current(L)
	r.check(L)
	var b [4096]byte
	n := 0
	r.outside(func() {
		var err error
		if n, err = x.peer.Read(b[:]); err != nil {
			x.eof = true
		}
	})
	r.check(L)
	x.in = append(x.in, b[:n]...)
	return n > 0 || !x.eof
}

// take gives the first n bytes of what was read.
func (x *service) take(L *lua.LState, n int) int {
	L.Push(lua.LString(x.in[:n]))
	if x.in = x.in[n:]; len(x.in) == 0 {
		x.in = nil
	}
	return 1
}

func (x *service) getline(L *lua.LState) int {
	seen := 0
	for {
		if i := strings.IndexByte(string(x.in[seen:]), '\n'); i >= 0 {
			return x.take(L, seen+i+1)
		}
		seen = len(x.in)
		if seen >= x.most || !x.fill(L) {
			return x.take(L, len(x.in))
		}
	}
}

func (x *service) receive(L *lua.LState) int {
	most := longest
	if v := L.Get(2); v != lua.LNil {
		if n := integerArg(L, 2); n >= 0 {
			most = int(min(n, longest))
		}
	}
	for len(x.in) < most && x.fill(L) {
	}
	return x.take(L, min(most, len(x.in)))
}

func (x *service) send(L *lua.LState, data string) int {
	if x.http && !x.started {
		L.Error(lua.LString("Lua: 'send' you must call start_response() before sending data."), 0)
	}
	r := current(L)
	r.check(L)
	n := 0
	if data != "" {
		r.outside(func() { n, _ = x.peer.Write([]byte(data)) })
	}
	r.check(L)
	L.Push(lua.LNumber(n))
	return 1
}

func (x *service) setStatus(L *lua.LState) int {
	n := L.CheckInt(2)
	if n < 100 || n > 599 || x.started {
		L.Push(lua.LFalse)
		return 1
	}
	x.head.SetStatus(n)
	if L.Get(3) != lua.LNil {
		x.head.SetReason([]byte(text(L, 3)))
	}
	L.Push(lua.LTrue)
	return 1
}

func (x *service) addHeader(L *lua.LState) int {
	needs(L, "add_header", 3, 3)
	if x.started {
		L.Push(lua.LTrue) // too late
		return 1
	}
	name, value := strings.ToLower(text(L, 2)), text(L, 3)
	if strings.ContainsAny(name, "\r\n: ") || strings.ContainsAny(value, "\r\n") || name == "" {
		L.RaiseError("Lua applet http '%s': invalid header '%s'", x.fn.name, name)
	}
	x.head.Add(name, []byte(value))
	L.Push(lua.LTrue)
	return 1
}

// respond begins the response.
func (x *service) respond(L *lua.LState) int {
	h := &x.head
	if x.started {
		return 0
	}
	h.Framing, h.ContentLength = http.Framed, -1
	if v := h.Value("content-length"); v != nil {
		n, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil || n < 0 {
			L.RaiseError("Lua applet http '%s': failed to get 'content-length' from headers", x.fn.name)
		}
		h.ContentLength = n
		h.Del("transfer-encoding")
	} else if h.Status >= 200 && h.Status != 204 && h.Status != 304 && h.Version >= http.Version11 && !h.Has("transfer-encoding") {
		h.Add("transfer-encoding", []byte("chunked"))
	}
	x.started = true
	x.detach()
	r := current(L)
	r.outside(func() { x.peer.Respond(h) })
	r.check(L)
	return 0
}
