package stream

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/fcgi"
	"gohap/runtime/http"
)

// scriptParam is a parameter of a request to a FastCGI application.
type scriptParam struct {
	name  string
	value []byte
}

// prepareScript does to a request what its backend's fcgi-app section says. An
// application wants to know the size of a body before it comes.
func (st *stream) prepareScript() outcome {
	app := st.Backend.FCGI
	st.Complete = true
	st.params, st.bodySize = st.params[:0], 0
	for i := range app.Params {
		p := &app.Params[i]
		if p.Cond != nil && !p.Cond.Holds(&st.Stream) {
			continue
		}
		if v := st.Text(p.Value); len(v) > 0 {
			st.setParam(p.Name, st.Keep(v))
		}
	}
	if user, ok := basicUser(st.Req.Value("authorization")); ok {
		st.addParam("AUTH_TYPE", []byte("Basic"))
		st.addParam("REMOTE_USER", user)
	}
	slices.SortFunc(st.params, func(a, b scriptParam) int { return strings.Compare(a.name, b.name) })
	st.dropHeaders(app)
	if st.Req.Is(http.FlagExpect) {
		st.sendContinue() // which applications do not know
	}
	if m := &st.Req.Message; m.HasBody() && m.Framing != http.Length && (m.Framing != http.Framed || m.ContentLength < 0) {
		if !st.WaitForBody(0, 0) {
			return st.reply(st.Backend)
		}
		if !st.BodyWhole() {
			st.terminate(byProxy, inHeaders)
			return st.refuse(400)
		}
		st.bodySize = len(st.Body())
	}
	return goOn
}

// setParam gives a parameter a value, addParam unless it has one.
func (st *stream) setParam(name string, v []byte) {
	for i := range st.params {
		if st.params[i].name == name {
			st.params[i].value = v
			return
		}
	}
	st.params = append(st.params, scriptParam{name, v})
}

func (st *stream) addParam(name string, v []byte) {
	if _, has := st.param(name); !has {
		st.params = append(st.params, scriptParam{name, v})
	}
}

func (st *stream) param(name string) ([]byte, bool) {
	for i := range st.params {
		if st.params[i].name == name {
			return st.params[i].value, true
		}
	}
	return nil, false
}

// hidden are the headers that applications do not see unless "pass-header" names them:
// credentials, what is about the connection, and one that would become a variable which
// programs take for their own.
var hidden = []string{"authorization", "proxy-authorization", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy"}

func (st *stream) dropHeaders(app *core.FCGIApp) {
	for _, name := range hidden {
		if st.Req.Has(name) && !st.passes(app, name) {
			st.Req.Del(name)
		}
	}
}

func (st *stream) passes(app *core.FCGIApp, name string) bool {
	for i := range app.Pass {
		if p := &app.Pass[i]; p.Name == name && (p.Cond == nil || p.Cond.Holds(&st.Stream)) {
			return true
		}
	}
	return false
}

// basicUser is the name in Basic credentials.
func basicUser(v []byte) ([]byte, bool) {
	if len(v) < 6 || !bytes.EqualFold(v[:6], []byte("basic ")) {
		return nil, false
	}
	b, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(v[6:]))
	user, _, ok := bytes.Cut(b, []byte(":"))
	return user, err == nil && ok
}

// scriptParams are all parameters of a request: its headers, those of the section, and
// those that every application gets.
func (st *stream) scriptParams(r *http.Request) []byte {
	b := st.Scratch(2048)[:0]
	add := func(name string, v []byte) {
		if _, has := st.param(name); !has {
			b = fcgi.AppendParam(b, name, v)
		}
	}
	for i := range r.Len() {
		if f := r.At(i); !oddHeader(f.Name) {
			add(variable(f.Name), f.Value)
		}
	}
	for _, p := range st.params {
		b = fcgi.AppendParam(b, p.name, p.value)
	}
	app := st.Backend.FCGI
	path, _ := decodePath(st.Scratch(len(r.Target))[:0], r.Path())
	name, info := app.Script(path)
	if len(name) > 0 && name[len(name)-1] == '/' && app.Index != "" {
		name = append(slices.Clip(name), app.Index...)
	}
	if v, has := st.param("SCRIPT_NAME"); has {
		name = v
	}
	root := []byte(app.Docroot)
	add("GATEWAY_INTERFACE", []byte("CGI/1.1"))
	add("DOCUMENT_ROOT", root)
	add("SCRIPT_NAME", name)
	if len(info) > 0 {
		add("PATH_INFO", info)
	}
	add("REQUEST_URI", r.Target)
	b = fcgi.AppendParam(b, "REQUEST_METHOD", r.Method)
	if q := r.Query(); len(q) > 0 {
		add("QUERY_STRING", q)
	}
	src, dst := st.Session.Src, st.Session.Dst
	host := r.Value("host")
	if host == nil {
		host = []byte(dst.Addr().Unmap().String())
	}
	add("SERVER_NAME", host)
	add("SERVER_PORT", strconv.AppendUint(nil, uint64(dst.Port()), 10))
	add("SERVER_PROTOCOL", []byte(r.Version.String()))
	if src.IsValid() {
		add("REMOTE_ADDR", []byte(src.Addr().Unmap().String()))
		add("REMOTE_PORT", strconv.AppendUint(nil, uint64(src.Port()), 10))
	}
	add("SCRIPT_FILENAME", append(slices.Clip(root), name...))
	if len(info) > 0 {
		add("PATH_TRANSLATED", append(slices.Clip(root), info...))
	}
	if st.Session.TLS != nil {
		add("HTTPS", []byte("on"))
	}
	if !r.Has("content-length") {
		add("CONTENT_LENGTH", strconv.AppendInt(nil, int64(st.bodySize), 10))
	}
	add("SERVER_SOFTWARE", []byte("HAProxy 2.6.12-gohap"))
	return b
}

// oddHeader reports whether a name has bytes that a variable's could not be told from.
func oddHeader(name []byte) bool {
	for _, c := range name {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return true
		}
	}
	return false
}

// variable is the name of the variable that a header becomes.
func variable(header []byte) string {
	name := strings.ToUpper(strings.ReplaceAll(string(header), "-", "_"))
	if name == "CONTENT_TYPE" || name == "CONTENT_LENGTH" {
		return name
	}
	return "HTTP_" + name
}

// unfit reports whether the section cannot make a script's name of the path.
func (st *stream) unfit() bool {
	path, _ := decodePath(st.Scratch(len(st.Req.Target))[:0], st.Req.Path())
	return st.Backend.FCGI.Unfit(path)
}

// decodePath resolves the %XX in a path. It reports false for one that is wrong.
func decodePath(dst, path []byte) ([]byte, bool) {
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			dst = append(dst, path[i])
			continue
		}
		if i+2 >= len(path) {
			return dst, false
		}
		n, err := strconv.ParseUint(string(path[i+1:i+3]), 16, 8)
		if err != nil {
			return dst, false
		}
		dst = append(dst, byte(n))
		i += 2
	}
	return dst, true
}
