package http2

import (
	"encoding/binary"
	"io"

	"gohap/runtime/conn"
)

// Receive reads what has arrived and acts on it. It waits where nothing has. An
// error says that the connection is over; it has told the peer why where there
// is something to tell.
func (c *Conn) Receive() error {
	for {
		full, err := c.fill()
		if err != nil {
			return c.abort(err)
		}
		c.mu.Lock()
		c.ready()
		c.mu.Unlock()
		if err := c.process(); err != nil {
			return c.abort(err)
		}
		c.catchUp(writeSize)
		if !full {
			break
		}
	}
	if c.r == c.w {
		c.freeInput()
	}
	c.mu.Lock()
	err := c.err
	c.unlock()
	return err
}

// Early acts on the bytes that came with the connection, and sends this end's
// settings.
func (c *Conn) Early() error {
	if err := c.process(); err != nil {
		return c.abort(err)
	}
	c.mu.Lock()
	err := c.err
	c.unlock()
	return err
}

// fill reads once and reports whether there may be more.
func (c *Conn) fill() (full bool, err error) {
	if c.in == nil {
		c.in, c.r, c.w = c.o.reads.Get(), 0, 0
	}
	if c.r > 0 {
		c.w = copy(c.in, c.in[c.r:c.w])
		c.r = 0
	}
	n, err := c.sock.Read(c.in[c.w:])
	c.w += n
	return c.w == len(c.in), err
}

func (c *Conn) freeInput() {
	if c.in != nil {
		c.o.reads.Put(c.in)
	}
	c.in, c.r, c.w = nil, 0, 0
}

// abort ends the connection for err.
func (c *Conn) abort(err error) error {
	c.mu.Lock()
	if e, ok := err.(*ConnError); ok && c.err == nil {
		c.counters.ConnectionErrors.Add(1)
		c.goAway(e.Code)
		c.mu.Unlock()
		c.catchUp(0)
		c.mu.Lock()
	}
	if err == io.EOF {
		if err = ErrHungUp; c.client {
			err = conn.ErrReset
		} else if !c.writing && len(c.out) > 0 && c.err == nil {
			// The client may still read what was answered before it closed.
			c.writing = true
			c.write()
			c.writing = false
		}
	}
	c.fail(err)
	c.mu.Unlock()
	return err
}

// process acts on the frames in the buffer.
func (c *Conn) process() error {
	for c.preface > 0 {
		have := c.in[c.r:c.w]
		n := min(len(have), c.preface)
		if string(have[:n]) != Preface[len(Preface)-c.preface:][:n] {
			return connError(ProtocolError)
		}
		c.r += n
		if c.preface -= n; c.preface > 0 {
			return nil
		}
	}
	for {
		have := c.in[c.r:c.w]
		if c.data.left > 0 || c.data.padding > 0 {
			if len(have) == 0 {
				return nil
			}
			c.r += c.payload(have)
			continue
		}
		if len(have) < headerLen {
			return nil
		}
		f := parseFrame(have)
		if err := c.check(&f); err != nil {
			return err
		}
		if f.kind == frameData {
			n := headerLen
			if f.flags&flagPadded != 0 {
				if n++; len(have) < n {
					return nil
				}
			}
			c.r += n
			if err := c.dataFrame(&f, have[headerLen:n]); err != nil {
				return err
			}
			continue
		}
		if len(have) < headerLen+f.length {
			return nil
		}
		c.r += headerLen + f.length
		if err := c.frame(&f, have[headerLen:headerLen+f.length]); err != nil {
			return err
		}
	}
}

// check looks at what a frame's header tells.
func (c *Conn) check(f *frame) error {
	switch {
	case f.length > c.o.FrameSize:
		return connError(FrameSizeError)
	case !c.settled && (f.kind != frameSettings || f.flags&flagAck != 0):
		return connError(ProtocolError)
	case c.head.id != 0 && (f.kind != frameContinuation || f.id != c.head.id):
		return connError(ProtocolError)
	}
	return nil
}

// frame acts on a frame other than DATA.
func (c *Conn) frame(f *frame, p []byte) error {
	switch f.kind {
	case frameHeaders:
		c.counters.HeadersReceived.Add(1)
		return c.headersFrame(f, p)
	case frameContinuation:
		return c.continuation(f, p)
	case framePriority:
		return c.priority(f, p)
	case frameReset:
		c.counters.RstStreamReceived.Add(1)
		return c.resetFrame(f, p)
	case frameSettings:
		c.counters.SettingsReceived.Add(1)
		return c.settingsFrame(f, p)
	case framePush:
		return connError(ProtocolError) // clients cannot push, and we have told servers not to
	case framePing:
		return c.ping(f, p)
	case frameGoAway:
		c.counters.GoAwayReceived.Add(1)
		return c.goAwayFrame(f, p)
	case frameWindow:
		return c.windowFrame(f, p)
	}
	return c.nothing() // an extension
}

// nothing charges the peer for a frame that brings nothing.
func (c *Conn) nothing() error { return c.charge(1) }

func (c *Conn) charge(n int) error {
	if !c.budget.spend(n) {
		return connError(EnhanceYourCalm)
	}
	return nil
}

// priority: priorities are deprecated and without effect here.
func (c *Conn) priority(f *frame, p []byte) error {
	switch {
	case f.id == 0:
		return connError(ProtocolError)
	case f.length != 5:
		c.mu.Lock()
		c.resetUnknown(f.id, FrameSizeError)
		c.mu.Unlock()
	case binary.BigEndian.Uint32(p)&maxID == f.id: // depends on itself
		c.mu.Lock()
		c.resetUnknown(f.id, ProtocolError)
		c.mu.Unlock()
	}
	return c.nothing()
}

func (c *Conn) resetFrame(f *frame, p []byte) error {
	switch {
	case f.id == 0:
		return connError(ProtocolError)
	case f.length != 4:
		return connError(FrameSizeError)
	}
	code := Code(binary.BigEndian.Uint32(p))
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.streams[f.id]
	if s == nil {
		if c.idle(f.id) {
			return connError(ProtocolError)
		}
		return c.nothing()
	}
	s.resetByPeer = true
	if code == RefusedStream {
		s.end(ErrRefused)
	} else {
		s.end(conn.ErrReset)
	}
	return c.nothing()
}

// idle reports whether a stream was not opened yet. The lock is held.
func (c *Conn) idle(id uint32) bool {
	if (id&1 == 1) == c.client {
		return id >= c.next
	}
	return id > c.last
}

func (c *Conn) ping(f *frame, p []byte) error {
	switch {
	case f.id != 0:
		return connError(ProtocolError)
	case f.length != 8:
		return connError(FrameSizeError)
	}
	if f.flags&flagAck == 0 {
		c.mu.Lock()
		c.out = append(appendFrame(c.out, 8, framePing, flagAck, 0), p...)
		c.mu.Unlock()
	}
	return c.nothing()
}

func (c *Conn) goAwayFrame(f *frame, p []byte) error {
	switch {
	case f.id != 0:
		return connError(ProtocolError)
	case f.length < 8:
		return connError(FrameSizeError)
	}
	last := binary.BigEndian.Uint32(p) & maxID
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = true
	if c.client {
		for id, s := range c.streams {
			if id > last {
				s.end(ErrRefused)
			}
		}
	}
	return c.nothing()
}
