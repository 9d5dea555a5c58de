package health

import (
	"bytes"
	"strconv"
)

// Answer is the HTTP response to a check, as far as it has come.
type Answer struct {
	Code   int
	Reason string
	head   []byte // header lines
	body   []byte
	ended  bool // nothing more will come
}

// Header is the value of the first header with the name.
func (a *Answer) Header(name string) (string, bool) {
	found, ok := "", false
	a.eachHeader(name, func(v []byte) bool {
		found, ok = string(v), true
		return false
	})
	return found, ok
}

// Body is the part of the body that has come, without chunk marks.
func (a *Answer) Body() []byte { return a.body }

// eachHeader calls f with the value of each header of the name, until f returns
// false.
func (a *Answer) eachHeader(name string, f func(value []byte) bool) {
	rest := a.head
	for len(rest) > 0 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		n, v, ok := bytes.Cut(line, []byte(":"))
		if ok && bytes.EqualFold(n, []byte(name)) && !f(bytes.TrimSpace(v)) {
			return
		}
	}
}

// parseHTTP reads a response from the input. more tells that the head is not
// complete; bad that this is no HTTP response.
func parseHTTP(input []byte, closed bool) (a *Answer, more, bad bool) {
	const version = "HTTP/1."
	if n := min(len(input), len(version)); string(input[:n]) != version[:n] {
		return nil, false, true
	}
	end := bytes.Index(input, []byte("\n\r\n"))
	skip := 3
	if i := bytes.Index(input, []byte("\n\n")); i >= 0 && (end < 0 || i < end) {
		end, skip = i, 2
	}
	if end < 0 {
		return nil, !closed, closed
	}
	status, head, _ := bytes.Cut(input[:end+1], []byte("\n"))
	status = bytes.TrimRight(status, "\r")
	if len(status) < len("HTTP/1.x nnn") || status[8] != ' ' {
		return nil, false, true
	}
	code, err := strconv.Atoi(string(status[9:12]))
	if err != nil || code < 100 || len(status) > 12 && status[12] != ' ' {
		return nil, false, true
	}
	a = &Answer{Code: code, head: head}
	if len(status) > 13 {
		a.Reason = string(bytes.TrimLeft(status[13:], " "))
	}
	for line := range bytes.Lines(head) {
		if bytes.IndexByte(line, ':') <= 0 {
			return nil, false, true
		}
	}
	a.takeBody(input[end+skip:], closed)
	return a, false, false
}

// takeBody finds the body and its end.
func (a *Answer) takeBody(rest []byte, closed bool) {
	a.body, a.ended = rest, closed
	if te, ok := a.Header("transfer-encoding"); ok && te != "identity" {
		var whole bool
		a.body, whole = unchunk(rest)
		a.ended = closed || whole
		return
	}
	if cl, ok := a.Header("content-length"); ok {
		if n, err := strconv.Atoi(cl); err == nil && n >= 0 && len(rest) >= n {
			a.body, a.ended = rest[:n], true
		}
		return
	}
	if a.Code == 204 || a.Code == 304 || a.Code < 200 {
		a.body, a.ended = nil, true
	}
}

// unchunk takes the chunk marks out. whole tells that the last chunk is there.
func unchunk(b []byte) (body []byte, whole bool) {
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		if !ok {
			return body, false
		}
		size, _, _ := bytes.Cut(bytes.TrimRight(line, "\r"), []byte(";"))
		n, err := strconv.ParseUint(string(bytes.TrimSpace(size)), 16, 31)
		if err != nil {
			return body, true
		}
		if n == 0 {
			return body, true
		}
		if uint64(len(rest)) < n {
			return append(body, rest...), false
		}
		body = append(body, rest[:n]...)
		b = bytes.TrimLeft(rest[n:], "\r")
		b = bytes.TrimPrefix(b, []byte("\n"))
	}
}
