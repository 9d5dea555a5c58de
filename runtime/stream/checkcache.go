package stream

import (
	"gohap/runtime/core"
	"gohap/runtime/logs"
)

// manageCookies does what the backend's configuration says about the cookies of a
// response, after its rules have run.
func (st *stream) manageCookies() outcome {
	own := st.Res.Has("set-cookie")
	st.setCookie()
	if own && st.Backend.Is(core.OptCheckCache) {
		return st.checkCache()
	}
	return goOn
}

// checkCache refuses a response whose cookies a cache would hand to everybody
// ("option checkcache"). HAProxy 2.6 answers 200 then, though its manual promises
// the 502 that the client gets here.
func (st *stream) checkCache() outcome {
	if _, cookies := cacheable(&st.Req, &st.Res); !cookies {
		return goOn
	}
	be := st.Backend
	st.countDenied(be)
	st.terminate(byProxy, inHeaders)
	st.responseTick = 0
	if be.Logger != nil {
		b := append(st.line[:0], "Blocking cacheable cookie in response from instance "...)
		b = append(append(append(b, be.Name...), ", server "...), st.Server.Name...)
		st.line = append(b, '.')
		be.Logger.Log(logs.Alert, st.line)
	}
	return st.refuse(502)
}
