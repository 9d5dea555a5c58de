package http1

import (
	"bytes"

	"gohap/runtime/http"
)

// ParseRequest reads a request's head from b, whose first byte must be the
// first of the message. It returns the length of the head once it is complete,
// 0 while bytes are missing, or an error of type *[http.Error] that lives in r.
//
// While it returns 0 the caller keeps r and calls again with more bytes at b's
// end; work done is not done again unless b has moved. b is changed in place:
// names get lower case, folded lines are joined. Nothing is kept of o.
//
// Bad bytes are refused as soon as they are seen, also in a line whose end is
// still missing.
func ParseRequest(b []byte, r *http.Request, o *Options) (n int, err error) {
	if o == nil {
		o = &defaults
	}
	if limit := o.bufSize(); len(b) > limit {
		b = b[:limit]
	}
	h := head{b: b, m: &r.Message, o: o, status: 400, kind: request}
	state := h.resume()
	if state < sLine {
		if state == sStart {
			h.restart()
		}
		var cause http.Cause
		if state, cause = h.requestLine(state, r); cause != 0 {
			return h.fail(cause, h.i)
		}
		if state < sLine {
			return h.pause(state)
		}
	}
	if state != sDone {
		var cause http.Cause
		if state, cause = h.lines(state); cause != 0 {
			return h.fail(cause, h.i)
		}
		if state != sDone {
			return h.pause(state)
		}
	}
	if cause := h.finishRequest(r); cause != 0 {
		return h.fail(cause, h.i)
	}
	r.Scan.State = sDone
	return h.i, nil
}

// requestLine reads blank lines, then the request line. It returns sLine once
// the line is complete, else the state to pause in.
func (h *head) requestLine(state uint8, r *http.Request) (uint8, http.Cause) {
	b, i := h.b, h.i
	switch state {
	case sStart:
		start, ok := h.blankLines()
		if !ok {
			h.at = stateRequestBeforeCR
			return 0, http.CauseLoneCR
		}
		if start < 0 {
			return sStart, 0
		}
		i = start
		fallthrough

	case sMethod:
		for i < len(b) && lower[b[i]] != 0 {
			i++
		}
		if h.i = i; i == len(b) {
			return sMethod, 0
		}
		switch c := b[i]; {
		case i == h.mark:
			h.at = stateRequestBefore
			return 0, http.CauseMethod
		case c == '\r' || c == '\n':
			return h.cutShort(sMethod)
		case !isBlank(c):
			h.at = stateMethod
			return 0, http.CauseMethod
		}
		r.Method = b[h.mark:i:i]
		r.MethodID = http.LookupMethod(r.Method)
		h.mark = -1
		fallthrough

	case sTarget:
		if h.mark < 0 {
			for i < len(b) && isBlank(b[i]) {
				i++
			}
			if h.i = i; i == len(b) {
				return sTarget, 0
			}
			h.mark = i
		}
		for i < len(b) && (inTarget[b[i]] || h.o.AcceptInvalid && h.invalidTarget(b[i])) {
			i++
		}
		if h.i = i; i == len(b) {
			return sTarget, 0
		}
		switch end := b[i] == '\r' || b[i] == '\n'; {
		case end && i == h.mark:
			return h.cutShort(sTarget)
		case !end && !isBlank(b[i]):
			h.at = stateTarget
			return 0, http.CauseTarget
		}
		r.Target = b[h.mark:i:i]
		h.mark = -1
		fallthrough

	case sVersion:
		if h.mark < 0 {
			for i < len(b) && isBlank(b[i]) {
				i++
			}
			if h.i = i; i == len(b) {
				return sVersion, 0
			}
			h.mark = i
		}
		for i < len(b) && inVersion(b[i]) {
			i++
		}
		if h.i = i; i == len(b) {
			return sVersion, 0
		}
		if next, cause := h.lineEnd(sVersion); next != sLine {
			if cause == http.CauseLoneCR && i == h.mark {
				h.at = stateLastLF
			}
			return next, cause
		}
		if i == h.mark {
			return h.http09(r)
		}
		if !h.version(b[h.mark:i:i]) {
			h.m.Scan.BadVersion = h.mark // what else is wrong comes first
		}
		return sLine, 0
	}
	return 0, http.CauseStartLine
}

// cutShort refuses a request line that ends at h.i, before its target, once the
// line end is complete.
func (h *head) cutShort(state uint8) (uint8, http.Cause) {
	i := h.i
	next, cause := h.lineEnd(state)
	switch {
	case next == sLine:
		h.i, h.at = i, stateData
		return 0, http.CauseStartLine
	case cause != 0:
		h.at = stateLastLF
	}
	return next, cause
}

// http09 takes a request line without version: HTTP/0.9, which knows GET only
// and has no header. It is passed on as HTTP/1.0.
func (h *head) http09(r *http.Request) (uint8, http.Cause) {
	if !h.o.AcceptInvalid || r.MethodID != http.MethodGet {
		h.i, h.at = h.mark, stateData
		return 0, http.CauseVersion
	}
	r.Version = http.Version10
	r.Flags |= http.FlagClose | http.FlagInvalid
	return sDone, 0
}

// invalidTarget reports whether c may be part of a target where invalid
// messages are accepted.
func (h *head) invalidTarget(c byte) bool {
	if c != '#' && c < 0x80 {
		return false
	}
	h.m.Flags |= http.FlagInvalid
	return true
}

// webSocketKeyLen is the length of 16 bytes in base64 (RFC 6455, section 4.1).
const webSocketKeyLen = 24

// finishRequest checks what only a whole head can tell.
func (h *head) finishRequest(r *http.Request) http.Cause {
	if len(r.Target) > 0 && r.Target[0] != '/' && r.Target[0] != '*' || r.MethodID == http.MethodConnect {
		if !normalise(r) && !h.o.AcceptInvalid {
			h.i, h.at = h.hostPos(r), stateLastLF
			return http.CauseHost
		}
	}
	if cause := h.framing(); cause != 0 {
		if cause == http.CauseCodingSupport {
			h.status = 422
		}
		return cause
	}
	if i := r.Scan.BadVersion; i > 0 {
		h.i, h.at = i, stateData
		return http.CauseVersion
	}
	if r.HasBody() && !h.o.AcceptPayload && r.Version < http.Version11 {
		switch r.MethodID {
		case http.MethodGet, http.MethodHead, http.MethodDelete:
			h.at, h.status = stateDone, 413
			return http.CausePayload
		}
	}
	if r.Flags&http.FlagUpgrade != 0 && r.HasBody() {
		// A body would have to end before the new protocol begins.
		r.Del("upgrade")
		r.Flags &^= http.FlagWebSocket
	}
	if r.Is(http.FlagUpgrade|http.FlagWebSocket) && len(r.Value("sec-websocket-key")) != webSocketKeyLen {
		h.at = stateDone
		return http.CauseWebSocket
	}
	if !h.o.fits(h.m, h.i, len(r.Method)+len(r.Target)+len("HTTP/d.d")) {
		h.at = stateData
		return http.CauseTooLarge
	}
	return 0
}

// hostPos returns where the value of the Host header is, or the target when that
// is what is wrong.
func (h *head) hostPos(r *http.Request) int {
	const name = "\nhost:"
	i := bytes.Index(h.b[:h.i], []byte(name))
	if i < 0 || lacksPort(r) {
		start := h.m.Scan.Start + len(r.Method)
		return start + bytes.Index(h.b[start:], r.Target)
	}
	for i += len(name); isBlank(h.b[i]); {
		i++
	}
	return i
}
