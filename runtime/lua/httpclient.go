package lua

import (
	"cmp"
	"crypto/tls"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/http1"
	"gohap/runtime/resolver"
	"gohap/runtime/ssl"
)

// clientTimeout is that of a request of an HTTPClient that names none.
const clientTimeout = time.Minute

func (st *state) newHTTPClient(L *lua.LState) int {
	L.Push(st.object("HTTPClient", st))
	return 1
}

func (st *state) openHTTPClient() {
	methods := map[string]lua.LGFunction{}
	for _, m := range []string{"get", "head", "put", "post", "delete"} {
		methods[m] = func(L *lua.LState) int { return st.fetchURL(L, m) }
	}
	st.define("HTTPClient", methods)
}

// exchange is one request of an HTTPClient.
type exchange struct {
	r       *run
	method  string
	target  *url.URL
	body    string
	headers [][2]string
	timeout time.Duration
	dial    conn.DialOptions

	status  int
	reason  string
	answer  []byte
	fields  [][2]string
	in      []byte
	chunks  http1.ChunkReader
	message http.Response
}

// fetchURL sends a request and pushes the response as a table. What goes wrong on the
// way is one that the proxy would give: 503 without a server, 504 without an answer.
func (st *state) fetchURL(L *lua.LState, method string) int {
	r := current(L)
	t, ok := L.Get(2).(*lua.LTable)
	if !ok || L.GetTop() != 2 {
		L.RaiseError("'%s' needs a table as argument", method)
	}
	if r.starting {
		L.RaiseError("couldn't start the httpclient")
	}
	r.mayWait(L)
	x := &exchange{r: r, method: strings.ToUpper(method), timeout: clientTimeout}
	x.read(L, t, method)
	if x.locate(L, t) {
		x.do(L)
	} else {
		x.failed(503)
	}
	o, h := L.NewTable(), L.NewTable()
	o.RawSetString("status", lua.LNumber(x.status))
	o.RawSetString("reason", lua.LString(x.reason))
	for _, f := range x.fields {
		addHeader(L, h, f[0], f[1])
	}
	o.RawSetString("headers", h)
	o.RawSetString("body", lua.LString(x.answer))
	L.Push(o)
	return 1
}

// read reads the request's table.
func (x *exchange) read(L *lua.LState, t *lua.LTable, method string) {
	raw, ok := L.GetField(t, "url").(lua.LString)
	if !ok {
		L.RaiseError("'%s' need a 'url' argument", method)
	}
	u, err := url.Parse(string(raw))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		L.RaiseError("couldn't start the httpclient")
	}
	x.target = u
	if v, ok := L.GetField(t, "body").(lua.LString); ok {
		x.body = string(v)
	}
	if v, ok := L.GetField(t, "timeout").(lua.LNumber); ok && v > 0 {
		x.timeout = time.Duration(float64(v) * float64(time.Millisecond))
	}
	h, ok := L.GetField(t, "headers").(*lua.LTable)
	if !ok {
		return
	}
	h.ForEach(func(k, v lua.LValue) {
		values, ok := v.(*lua.LTable)
		if !ok {
			values = list(L, []string{v.String()})
		}
		values.ForEach(func(_, one lua.LValue) {
			name, value := strings.ToLower(k.String()), one.String()
			if strings.ContainsAny(name+value, "\r\n") {
				L.RaiseError("invalid header '%s'", name)
			}
			x.headers = append(x.headers, [2]string{name, value})
		})
	})
}

// locate finds where to connect to.
func (x *exchange) locate(L *lua.LState, t *lua.LTable) (ok bool) {
	port, _ := strconv.Atoi(x.target.Port())
	if port == 0 {
		if port = 80; x.target.Scheme == "https" {
			port = 443
		}
	}
	if dst, given := L.GetField(t, "dst").(lua.LString); given {
		if x.dial, ok = endpoint(string(dst), 0); !ok {
			x.dial, ok = endpoint(string(dst), port)
		}
		return ok
	}
	host := x.target.Hostname()
	ip, err := netip.ParseAddr(host)
	if err != nil {
		if ip, ok = x.r.resolve(L, host); !ok {
			return false
		}
	}
	x.dial.Addr = netip.AddrPortFrom(ip, uint16(port))
	return true
}

// resolve looks a name up in the resolvers section of HTTP clients, outside the state.
func (r *run) resolve(L *lua.LState, name string) (ip netip.Addr, ok bool) {
	h := &r.st.p.graph.Global.HTTPClient
	section := r.st.p.graph.Resolver(cmp.Or(h.Resolvers, "default"))
	if section == nil || h.NoResolvers || r.starting {
		return ip, false
	}
	r.mayWait(L)
	r.check(L)
	r.outside(func() {
		var q struct {
			resolver.Ask
			done conn.Event
		}
		q.Done = q.done.Signal
		if q.Start(section, name, h.IPv4) {
			q.done.Wait(0) // the section's times bound it
		}
		ip, ok = q.Result()
	})
	r.check(L)
	return ip, ok
}

// failed makes the answer one of the proxy's own.
func (x *exchange) failed(status int) {
	p := errorpage.Builtin(status)
	x.status, x.reason, x.answer, x.fields = status, http.Reason(status), p.Body, nil
	var h http.Response
	p.Fill(&h)
	for i := range h.Len() {
		x.fields = append(x.fields, [2]string{string(h.At(i).Name), string(h.At(i).Value)})
	}
}

func (x *exchange) head() []byte {
	path := x.target.RequestURI()
	b := []byte(x.method + " " + path + " HTTP/1.1\r\n")
	given := map[string]bool{}
	for _, h := range x.headers {
		given[h[0]] = true
		b = append(b, h[0]+": "+h[1]+"\r\n"...)
	}
	for _, h := range [][2]string{{"host", x.target.Host}, {"accept", "*/*"}, {"user-agent", "HAProxy"}} {
		if !given[h[0]] {
			b = append(b, h[0]+": "+h[1]+"\r\n"...)
		}
	}
	switch {
	case x.body == "":
	case given["content-length"]:
		return append(append(b, "\r\n"...), x.body...)
	default:
		b = append(b, "transfer-encoding: chunked\r\n\r\n"...)
		return http1.AppendLastChunk(http1.AppendChunk(b, []byte(x.body)), nil)
	}
	return append(b, "\r\n"...)
}

// do connects, sends the request and reads the response.
func (x *exchange) do(L *lua.LState) {
	r := x.r
	h := &r.st.p.graph.Global.HTTPClient
	var config *tls.Config
	if x.target.Scheme == "https" {
		config = &tls.Config{ServerName: serverName(x.target.Hostname()), InsecureSkipVerify: h.Verify == ssl.None}
		if h.CA != nil {
			config.RootCAs = h.CA.Content().Pool
		}
	}
	c, err := r.dial(L, x.dial, h.Connect, config)
	for try := 0; err != nil && try < h.Retries; try++ {
		if conn.Cause(err) != conn.ErrTimeout {
			r.sleep(L, min(time.Second, max(h.Connect, time.Millisecond)))
		}
		c, err = r.dial(L, x.dial, h.Connect, config)
	}
	if err != nil {
		x.failed(503)
		return
	}
	r.outside(func() {
		defer c.Close()
		c.SetReadTimeout(x.timeout)
		c.SetWriteTimeout(x.timeout)
		err = r.cancel.Guard(c, func() error {
			if _, err := c.Write(x.head()); err != nil {
				return err
			}
			return x.receive(c)
		})
	})
	r.check(L)
	switch {
	case err == nil:
	case conn.Cause(err) == conn.ErrTimeout:
		x.failed(504)
	default:
		x.failed(502)
	}
}

// receive reads the response.
func (x *exchange) receive(c *conn.Conn) error {
	opts := &http1.Options{BufSize: longest, MaxFields: 101}
	req := http.Request{}
	req.SetMethod([]byte(x.method))
	buf := make([]byte, 16384)
	for {
		x.message.Reset()
		n, err := http1.ParseResponse(x.in, &x.message, &req, opts)
		if err != nil {
			return err
		}
		if n > 0 && !x.message.Interim() {
			x.message.Detach()
			x.in = x.in[n:]
			break
		}
		if n > 0 {
			x.in = x.in[n:]
			continue
		}
		n, err = c.Read(buf)
		if x.in = append(x.in, buf[:n]...); n == 0 || len(x.in) > longest {
			return err
		}
	}
	m := &x.message
	x.status, x.reason = m.Status, string(m.Reason)
	for i := range m.Len() {
		x.fields = append(x.fields, [2]string{string(m.At(i).Name), string(m.At(i).Value)})
	}
	x.chunks.Options = opts
	x.chunks.Reset()
	for m.HasBody() {
		if x.more() {
			return nil
		}
		n, err := c.Read(buf)
		if x.in = append(x.in, buf[:n]...); n == 0 {
			if m.Framing == http.UntilClose {
				x.answer = append(x.answer, x.in...)
				return nil
			}
			return err
		}
		if len(x.in)+len(x.answer) > longest {
			return conn.ErrResource
		}
	}
	return nil
}

// more takes what has come of the body, and reports whether that is all of it.
func (x *exchange) more() bool {
	m := &x.message
	switch m.Framing {
	case http.Length:
		if int64(len(x.in)) < m.ContentLength {
			return false
		}
		x.answer = x.in[:m.ContentLength]
		return true
	case http.Chunked:
		for !x.chunks.Done() {
			n, data, err := x.chunks.Next(x.in)
			if err != nil || n == 0 {
				return err != nil
			}
			x.answer = append(x.answer, data...)
			x.in = x.in[n:]
		}
		return true
	}
	x.answer, x.in = append(x.answer, x.in...), nil
	return false
}
