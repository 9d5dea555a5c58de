package logtag

import (
	"bytes"

	"gohap/runtime/core"
	"gohap/runtime/http"
	"gohap/runtime/registry"
)

// badRequest stands for what cannot be told of a request that is none.
const badRequest = "<BADREQ>"

// The request line is the one that came: what rules made of it does not show.
func init() {
	line("r", "The request line as received.", func(l []byte) ([]byte, bool) { return l, true })
	line("HM", "The request's method.", func(l []byte) ([]byte, bool) {
		m, _, ok := bytes.Cut(l, space)
		return m, ok
	})
	line("HU", "The request's target.", target)
	line("HP", "The request's target up to the question mark.", func(l []byte) ([]byte, bool) {
		t, ok := target(l)
		t, _, _ = bytes.Cut(t, mark)
		return t, ok
	})
	line("HPO", "The path of the request's target.", func(l []byte) ([]byte, bool) {
		r, ok := request(l)
		return r.Path(), ok
	})
	line("HQ", "The query of the request's target with its question mark.", func(l []byte) ([]byte, bool) {
		t, ok := target(l)
		if i := bytes.IndexByte(t, '?'); i >= 0 {
			return t[i:], ok
		}
		return nil, ok
	})
	line("HV", "The request's version, as HTTP/1.1.", func(l []byte) ([]byte, bool) {
		i := bytes.LastIndexByte(l, ' ')
		return l[i+1:], i > bytes.IndexByte(l, ' ')
	})
}

var space, mark = []byte(" "), []byte("?")

// line adds a variable for a part of the request line.
func line(name, doc string, part func(line []byte) ([]byte, bool)) {
	add(name, doc, registry.HTTPMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		if s.Log.URI == nil {
			return appendText(dst, badRequest, f)
		}
		v, ok := part(s.Log.URI)
		if !ok {
			return appendText(dst, badRequest, f)
		}
		dst = quote(dst, f)
		dst = appendEncoded(dst, v, hiddenInLine, f)
		return quote(dst, f)
	})
}

// target is what stands between method and version.
func target(l []byte) ([]byte, bool) {
	_, t, ok := bytes.Cut(l, space)
	if i := bytes.LastIndexByte(t, ' '); i >= 0 {
		t = t[:i]
	}
	return t, ok
}

// request makes a request of the line that knows its target only.
func request(l []byte) (http.Request, bool) {
	t, ok := target(l)
	method, _, _ := bytes.Cut(l, space)
	return http.Request{Target: t, MethodID: http.LookupMethod(method)}, ok
}
