package http2

import (
	"encoding/binary"

	"gohap/runtime/http"
)

// heading is the header block that is being received.
type heading struct {
	id    uint32 // 0 for none
	flags uint8
	self  bool // the stream claims to depend on itself
	block []byte
	more  int // CONTINUATION frames so far
}

// maxContinuations bounds how many frames a header block is cut into.
const maxContinuations = 32

// headersFrame takes a HEADERS frame.
func (c *Conn) headersFrame(f *frame, p []byte) error {
	if f.id == 0 || !c.client && f.id&1 == 0 {
		return connError(ProtocolError)
	}
	pad := 0
	if f.flags&flagPadded != 0 {
		if len(p) == 0 {
			return connError(FrameSizeError)
		}
		pad, p = int(p[0]), p[1:]
	}
	self := false
	if f.flags&flagPriority != 0 {
		if len(p) < 5 {
			return connError(FrameSizeError)
		}
		self = binary.BigEndian.Uint32(p)&maxID == f.id
		p = p[5:]
	}
	if pad > len(p) {
		return connError(ProtocolError)
	}
	p = p[:len(p)-pad]
	h := &c.head
	h.id, h.flags, h.self, h.more = f.id, f.flags, self, 0
	if f.flags&flagEndHeaders != 0 {
		return c.headerBlock(p)
	}
	h.block = append(h.block[:0], p...)
	return nil
}

// continuation takes a CONTINUATION frame.
func (c *Conn) continuation(f *frame, p []byte) error {
	h := &c.head
	h.more++
	switch {
	case h.id == 0:
		return connError(ProtocolError)
	case len(h.block)+len(p) > c.o.BufSize, h.more > maxContinuations:
		return connError(EnhanceYourCalm)
	}
	h.block = append(h.block, p...)
	if f.flags&flagEndHeaders == 0 {
		return nil
	}
	p = h.block
	h.block = nil
	return c.headerBlock(p)
}

// headerBlock acts on a complete header block. Whatever becomes of it, it is
// decoded: later blocks build on its entries in the table.
func (c *Conn) headerBlock(p []byte) error {
	id, end := c.head.id, c.head.flags&flagEndStream != 0
	c.head.id = 0
	if !c.client && id > c.last { // which only this task changes
		return c.newRequest(id, end, p)
	}
	c.mu.Lock()
	s := c.streams[id]
	c.mu.Unlock()
	if c.client {
		return c.responseHead(s, id, end, p)
	}
	if s != nil {
		return c.trailers(s, end, p)
	}
	return c.newRequest(id, end, p)
}

// newRequest takes the header block of a new stream.
func (c *Conn) newRequest(id uint32, end bool, p []byte) error {
	r := &c.request
	r.Reset()
	c.block.begin(requestBlock, &r.Fields)
	if err := c.block.decode(p); err != nil {
		return err
	}
	ok := c.block.finishRequest(r, end)
	c.mu.Lock()
	switch {
	case id <= c.last && c.wasCut(id):
		c.mu.Unlock()
		return nil // trailers of a request that was answered before it ended
	case id <= c.last:
		c.mu.Unlock()
		if c.gaps {
			return connError(ProtocolError)
		}
		return connError(StreamClosed)
	case c.leaving:
		c.mu.Unlock()
		return c.nothing()
	}
	c.gaps = c.gaps || id > c.last+2
	c.last = id
	code := NoError
	switch {
	case !ok || c.head.self:
		code = ProtocolError
	case c.block.large:
		code = EnhanceYourCalm
	case c.o.MaxStreams > 0 && len(c.streams) >= c.o.MaxStreams:
		code = RefusedStream
	}
	if code != NoError {
		c.counters.StreamErrors.Add(1)
		c.counters.RstStreamSent.Add(1)
		c.out = appendReset(c.out, id, code)
		if !end {
			c.cutOff(id)
		}
		c.mu.Unlock()
		if c.block.large {
			return c.charge(largeHeader)
		}
		return c.nothing()
	}
	s := newStream(c, id)
	s.length = c.block.length
	s.ended = end
	c.add(s)
	c.mu.Unlock()
	c.handler.Begin(s, r)
	return nil
}

// trailers takes the header block that ends a message.
func (c *Conn) trailers(s *Stream, end bool, p []byte) error {
	t := newResponse()
	c.block.begin(trailerBlock, &t.Fields)
	if err := c.block.decode(p); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case s.ended, s.resetByPeer:
		freeResponse(t)
		return connError(StreamClosed)
	case !end || c.block.bad || c.block.large || s.short():
		c.streamError(s, ProtocolError)
	default:
		s.trailers = t
		s.ended = true
		s.rd.Signal()
		return nil
	}
	freeResponse(t)
	return nil
}

// responseHead takes a header block from a server.
func (c *Conn) responseHead(s *Stream, id uint32, end bool, p []byte) error {
	if s != nil && s.headed.Load() {
		return c.trailers(s, end, p)
	}
	r := newResponse()
	c.block.begin(responseBlock, &r.Fields)
	if err := c.block.decode(p); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s == nil {
		freeResponse(r)
		if c.idle(id) || id&1 == 0 {
			return connError(ProtocolError)
		}
		return c.nothing()
	}
	if !c.block.finishResponse(r, end) || c.block.large || s.ended || len(s.heads) >= maxHeads {
		freeResponse(r)
		c.streamError(s, ProtocolError)
		return nil
	}
	if !r.Interim() {
		s.headed.Store(true)
		s.ended = end
		if s.length = c.block.length; s.bodyless || r.Status == 304 {
			s.length = -1
			r.Framing = http.NoBody
		}
		if end && s.length > 0 {
			freeResponse(r)
			c.streamError(s, ProtocolError)
			return nil
		}
	}
	s.heads = append(s.heads, r)
	s.rd.Signal()
	return nil
}

// maxHeads bounds the interim responses that wait to be read.
const maxHeads = 16
