package e2e

import (
	"bytes"
	"fmt"
)

// reply waits for one whole response, 1xx ones left aside, or for the end of
// the connection.
func (p *player) reply(e *endpoint, bodyless bool) error {
	for {
		var size int
		ended := false
		ok := p.w.await(stepLimit, func() bool {
			size = responseLen(e.buf[e.seen:], bodyless)
			ended = e.end != ""
			return size > 0 || ended
		})
		p.w.mu.Lock()
		if size == 0 && ended {
			e.seen, e.noticed = len(e.buf), true
			p.w.mu.Unlock()
			return nil
		}
		interim := size > 0 && bytes.HasPrefix(e.buf[e.seen:], []byte("HTTP/1.1 1")) &&
			!bytes.HasPrefix(e.buf[e.seen:], []byte("HTTP/1.1 101"))
		e.seen += size
		p.w.mu.Unlock()
		if !ok {
			return fmt.Errorf("no response")
		}
		if !interim {
			return nil
		}
	}
}

// responseLen returns the length of the complete response at the start of buf,
// or 0 while it is incomplete: one without length and chunks never is.
func responseLen(buf []byte, bodyless bool) int {
	head := bytes.Index(buf, []byte("\r\n\r\n"))
	if head < 0 {
		return 0
	}
	head += 4
	if _, rest, ok := bytes.Cut(buf[:head], []byte(" ")); ok && len(rest) > 3 {
		code := string(rest[:3])
		bodyless = bodyless || code[0] == '1' || code == "204" || code == "304"
	}
	if bodyless {
		return head
	}
	n, chunked, _ := framing(buf[:head])
	if chunked {
		_, used, done := dechunk(buf[head:])
		if !done {
			return 0
		}
		return head + used
	}
	if n < 0 || len(buf) < head+n {
		return 0
	}
	return head + n
}

// end finds out how the proxy leaves the connection after its last response:
// ended, or open for another request.
func (p *player) end(e *endpoint) error {
	p.w.mu.Lock()
	closes, over := false, e.end != ""
	if i := bytes.LastIndex(e.buf, []byte("HTTP/1.")); i >= 0 {
		if head, _, ok := bytes.Cut(e.buf[i:], []byte("\r\n\r\n")); ok {
			_, _, says := framing(head)
			closes = says
		}
	}
	e.noticed = over
	p.w.mu.Unlock()
	switch {
	case closes:
		return p.eof(e)
	case over:
		e.unannounced()
		return nil
	}
	return p.open(e)
}

// open sends one more request, to see whether the connection is still usable.
func (p *player) open(e *endpoint) error {
	e.send([]byte("GET /probe HTTP/1.1\r\nHost: probe\r\n\r\n"))
	err := p.reply(e, false)
	p.w.mu.Lock()
	defer p.w.mu.Unlock()
	if e.noticed {
		e.unannounced()
	} else {
		e.usable = true
	}
	return err
}

// unannounced notes that a connection turned out to be closed without a word
// about it: whether the test sees that before or after it has sent something
// decides between FIN and RST, so neither is told.
func (e *endpoint) unannounced() { e.end = "the end" }
