package stream

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// captureRequest keeps the headers that "capture request header" names.
func (st *stream) captureRequest(fe *core.Proxy) {
	for i := range fe.RequestCaptures {
		st.RequestCaptures = append(st.RequestCaptures, st.capture(&st.Req.Fields, &fe.RequestCaptures[i]))
	}
}

// captureResponse keeps the headers that "capture response header" names.
func (st *stream) captureResponse() {
	fe := st.Frontend
	for i := range fe.ResponseCaptures {
		st.ResponseCaptures = append(st.ResponseCaptures, st.capture(&st.Res.Fields, &fe.ResponseCaptures[i]))
	}
	st.Log.ResponseCookie = st.captureCookie(st.Res.SetCookies())
}

// capture copies a header's value, cut to the length declared.
func (st *stream) capture(f *http.Fields, c *core.Capture) []byte {
	for i := f.Len() - 1; i >= 0; i-- {
		fd := f.At(i)
		if string(fd.Name) != c.Name {
			continue
		}
		return st.Keep(fd.Value[:min(len(fd.Value), c.Len)])
	}
	return nil
}

// captureCookie copies the first cookie that "capture cookie" means: the one
// whose name, with the equals sign, begins as declared. It keeps the name too.
func (st *stream) captureCookie(it http.Cookies) []byte {
	c := st.Frontend.CookieCapture
	if c == nil {
		return nil
	}
	for it.Next() {
		name, value := it.Name(), it.Value()
		if len(name)+1 < len(c.Name) {
			continue
		}
		b := st.Scratch(len(name) + 1 + len(value))[:0]
		b = append(append(append(b, name...), '='), value...)
		if string(b[:len(c.Name)]) == c.Name {
			return b[:min(len(b), c.Len)]
		}
	}
	return nil
}
