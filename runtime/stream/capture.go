package stream

import (
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// captureRequest keeps the headers that "capture request header" names.
func (st *stream) captureRequest(fe *core.Proxy) {
	st.RequestCaptures = st.captures(st.RequestCaptures, &st.Req.Fields, fe.RequestCaptures)
}

// captureResponse keeps the headers that "capture response header" names.
func (st *stream) captureResponse() {
	fe := st.Frontend
	st.ResponseCaptures = st.captures(st.ResponseCaptures, &st.Res.Fields, fe.ResponseCaptures)
	st.Log.ResponseCookie = st.captureCookie(st.Res.SetCookies())
}

// captures keeps headers in the places declared for them, over what rules may
// have put there before.
func (st *stream) captures(kept [][]byte, f *http.Fields, places []core.Capture) [][]byte {
	for i := range places {
		if i >= len(kept) {
			kept = append(kept, nil)
		}
		if v := st.capture(f, &places[i]); v != nil || kept[i] == nil {
			kept[i] = v
		}
	}
	return kept
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
