package http1

import "gohap/runtime/http"

// ParseResponse reads a response's head from b as [ParseRequest] reads a
// request's. req is the request that it answers, as it was sent: what follows
// the head depends on it. Errors carry the status 502.
func ParseResponse(b []byte, r *http.Response, req *http.Request, o *Options) (n int, err error) {
	if o == nil {
		o = &defaults
	}
	if limit := o.bufSize(); len(b) > limit {
		b = b[:limit]
	}
	h := head{b: b, m: &r.Message, o: o, status: 502, kind: response}
	state := h.resume()
	if state < sLine {
		if state == sStart {
			h.restart()
		}
		var cause http.Cause
		if state, cause = h.statusLine(state, r); cause != 0 {
			return h.fail(cause, h.i)
		}
		if state < sLine {
			return h.pause(state)
		}
	}
	state, cause := h.lines(state)
	if cause != 0 {
		return h.fail(cause, h.i)
	}
	if state != sDone {
		return h.pause(state)
	}
	if cause := h.finishResponse(r, req); cause != 0 {
		return h.fail(cause, h.i)
	}
	r.Scan.State = sDone
	return h.i, nil
}

// maxStatus is the largest status code taken. HAProxy knows no limit; beyond
// three digits nothing is defined.
const maxStatus = 9999

// statusLine reads blank lines, then the status line. It returns sLine once the
// line is complete, else the state to pause in.
func (h *head) statusLine(state uint8, r *http.Response) (uint8, http.Cause) {
	b, i := h.b, h.i
	switch state {
	case sStart:
		start, ok := h.blankLines()
		if !ok {
			h.at = stateResponseBeforeCR
			return 0, http.CauseLoneCR
		}
		if start < 0 {
			return sStart, 0
		}
		i = start
		fallthrough

	case sVersion:
		for i < len(b) && inVersion(b[i]) {
			i++
		}
		if h.i = i; i == len(b) {
			return sVersion, 0
		}
		switch {
		case i == h.mark:
			h.at = stateResponseBefore
			return 0, http.CauseVersion
		case !isBlank(b[i]):
			h.at = stateResponseVersion
			return 0, http.CauseVersion
		case !h.version(b[h.mark:i:i]):
			h.i, h.at = h.mark, stateData
			return 0, http.CauseVersion
		}
		h.mark = -1
		fallthrough

	case sStatus:
		if h.mark < 0 {
			for i < len(b) && isBlank(b[i]) {
				i++
			}
			if h.i = i; i == len(b) {
				return sStatus, 0
			}
			h.mark = i
			r.Status = 0
		}
		for ; i < len(b) && '0' <= b[i] && b[i] <= '9'; i++ {
			if r.Status = r.Status*10 + int(b[i]-'0'); r.Status > maxStatus {
				h.i, h.at = i, stateStatus
				return 0, http.CauseStatus
			}
		}
		if h.i = i; i == len(b) {
			return sStatus, 0
		}
		if i == h.mark || !isBlank(b[i]) && b[i] != '\r' && b[i] != '\n' {
			h.at = stateStatus
			return 0, http.CauseStatus
		}
		h.mark = -1
		fallthrough

	case sReason:
		if h.mark < 0 {
			for i < len(b) && isBlank(b[i]) {
				i++
			}
			if h.i = i; i == len(b) {
				return sReason, 0
			}
			h.mark = i
		}
		for i < len(b) && b[i] != '\r' && b[i] != '\n' {
			i++
		}
		if h.i = i; i == len(b) {
			return sReason, 0
		}
		r.Reason = b[h.mark:i:i]
		return h.lineEnd(sReason)
	}
	return 0, http.CauseStartLine
}

// finishResponse decides how the body ends (RFC 9112, section 6.3).
func (h *head) finishResponse(r *http.Response, req *http.Request) http.Cause {
	var method http.Method
	if req != nil {
		method = req.MethodID
	}
	if !h.o.fits(h.m, h.i, len("HTTP/d.d")+len("ddd")+len(r.Reason)) {
		h.at = stateData
		return http.CauseTooLarge
	}
	switch {
	case r.Status == 101:
		// Only what the client asked for may be switched to.
		if req == nil || !req.Is(http.FlagUpgrade) || !req.Has("upgrade") || !r.Is(http.FlagUpgrade) || !r.Has("upgrade") {
			return http.CauseUpgrade
		}
		r.Framing = http.Tunnel
		return 0
	case method == http.MethodConnect && r.Status >= 200 && r.Status < 300:
		r.Framing = http.Tunnel
		return 0
	}
	if cause := h.framing(); cause != 0 {
		return cause
	}
	switch {
	case r.Status < 200 || r.Status == 204 || r.Status == 304 || method == http.MethodHead:
		r.Framing = http.NoBody
	case r.Framing == http.NoBody:
		r.Framing = http.UntilClose
		r.Flags |= http.FlagClose
	}
	return 0
}
