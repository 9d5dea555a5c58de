package http1

import (
	"bytes"

	"gohap/runtime/http"
)

// States of a head that is being read. Those below sLine are start lines'.
const (
	sStart uint8 = iota
	sMethod
	sTarget
	sVersion
	sStatus
	sReason
	sLine
	sName
	sValue
	sDone
)

// head is one run over a head. It lives on the stack of the parser.
type head struct {
	b      []byte
	m      *http.Message
	o      *Options
	i      int    // next byte to look at
	mark   int    // first byte of the element being read
	colon  int    // position of the colon of the field being read
	status int    // what to answer on an error
	at     string // the parser's state on an error
	kind   kind
}

// kind says which fields mean something to the parser.
type kind uint8

const (
	request kind = iota
	response
	file
	trailer
)

// resume picks up where the last run stopped, or starts over when the buffer
// has moved: starting over gives the same result, since what was changed in
// place reads the same.
func (h *head) resume() uint8 {
	s := &h.m.Scan
	if s.State == sStart || len(h.b) == 0 || s.Base != &h.b[0] {
		return sStart
	}
	h.i, h.mark, h.colon = s.Pos, s.Mark, s.Colon
	return s.State
}

// restart empties what an earlier run over other memory may have left. The
// flags stay: they come out the same.
func (h *head) restart() {
	h.m.Truncate(0)
	h.m.ContentLength = -1
	h.m.Scan = http.Scan{}
}

// pause remembers where to go on. It fails when the head may not get longer.
func (h *head) pause(state uint8) (int, error) {
	if len(h.b) >= h.o.bufSize() {
		h.at = pausedAt(state, h.kind)
		return h.fail(http.CauseTooLarge, len(h.b))
	}
	if len(h.b) > 0 {
		s := &h.m.Scan
		s.Base, s.Pos, s.Mark, s.Colon, s.State = &h.b[0], h.i, h.mark, h.colon, state
	}
	return 0, nil
}

// fail notes an error in the message and returns it.
func (h *head) fail(c http.Cause, pos int) (int, error) {
	h.m.Err = http.Error{Cause: c, Pos: pos, State: h.at, Status: h.status}
	return 0, &h.m.Err
}

// lines reads header lines up to and including the blank one, from state on. It
// returns the state sDone when the blank line has been read, else the state to
// pause in; or the cause of an error, found at h.i.
func (h *head) lines(state uint8) (next uint8, cause http.Cause) {
	b, i := h.b, h.i
	limit := h.o.maxFields()
	for {
		switch state {
		case sLine:
			end, blank := blankLine(b, i)
			if end < 0 {
				h.i = i
				return sLine, 0
			}
			if h.i = end; blank {
				if h.at = stateLastLF; b[end-1] != '\n' {
					return 0, http.CauseLoneCR
				}
				if h.m.Len() > limit {
					return 0, http.CauseTooMany
				}
				return sDone, 0
			}
			if isBlank(b[i]) && !h.o.AcceptInvalid {
				h.at = stateName
				return 0, http.CauseFold
			}
			h.mark = i
			state = sName
			fallthrough

		case sName:
			for i < len(b) {
				c := lower[b[i]]
				if c == 0 {
					break
				}
				b[i] = c
				i++
			}
			if h.i = i; i == len(b) {
				return sName, 0
			}
			if c := b[i]; c != ':' || i == h.mark {
				if !h.o.AcceptInvalid || c == ':' || c == '\r' || c == '\n' {
					h.at = stateName
					return 0, http.CauseName
				}
				h.m.Flags |= http.FlagInvalid
				i++
				continue
			}
			h.colon = i
			i++
			state = sValue
			fallthrough

		case sValue:
			j := bytes.IndexByte(b[i:], '\n')
			lf := i + j
			if j < 0 {
				lf = len(b)
			}
			if k := loneCR(b[i:lf]); k >= 0 {
				if h.at = stateValueLF; len(trim(b[h.colon+1:i+k])) == 0 {
					h.at = stateBlankLF
				}
				h.i = i + k + 1
				return 0, http.CauseLoneCR
			}
			if lf+1 >= len(b) {
				// The next line's first byte tells whether this one goes on.
				h.i = lf
				if lf > i && b[lf-1] == '\r' {
					h.i-- // to be looked at again together with its LF
				}
				return sValue, 0
			}
			end := lf
			if b[lf-1] == '\r' {
				end--
			}
			i = lf + 1
			if isBlank(b[i]) {
				b[end], b[lf] = ' ', ' '
				continue
			}
			start := h.colon + 1
			for start < end && isBlank(b[start]) {
				start++
			}
			for end > start && isBlank(b[end-1]) {
				end--
			}
			h.i, h.at = i, stateValueEnd
			if h.m.Len() > limit {
				return 0, http.CauseTooMany
			}
			if cause := h.field(b[h.mark:h.colon:h.colon], b[start:end:end]); cause != 0 {
				h.i = start
				return 0, cause
			}
			state = sLine
		}
	}
}

// blankLine looks for a blank line at i. end is behind it, or behind its lone CR,
// or i where there is none; -1 when b is too short to tell.
func blankLine(b []byte, i int) (end int, blank bool) {
	switch {
	case i == len(b):
		return -1, false
	case b[i] == '\n':
		return i + 1, true
	case b[i] != '\r':
		return i, false
	case i+1 == len(b):
		return -1, false
	case b[i+1] != '\n':
		return i + 1, true
	}
	return i + 2, true
}

// loneCR returns where v has a CR before its last byte, or -1.
func loneCR(v []byte) int {
	if i := bytes.IndexByte(v, '\r'); i >= 0 && i != len(v)-1 {
		return i
	}
	return -1
}

// trim removes blanks around v and keeps its capacity from reaching further.
func trim(v []byte) []byte {
	i, j := 0, len(v)
	for i < j && (v[i] == ' ' || v[i] == '\t') {
		i++
	}
	for j > i && (v[j-1] == ' ' || v[j-1] == '\t') {
		j--
	}
	return v[i:j:j]
}
