package http2

// bodyPart is what is still to come of a DATA frame.
type bodyPart struct {
	id            uint32
	left, padding int
	end           bool
}

// dataFrame takes the beginning of a DATA frame; pad is the byte that tells the
// padding, where there is one.
func (c *Conn) dataFrame(f *frame, pad []byte) error {
	c.counters.DataReceived.Add(1)
	if f.id == 0 {
		return connError(ProtocolError)
	}
	d := &c.data
	*d = bodyPart{id: f.id, left: f.length, end: f.flags&flagEndStream != 0}
	if f.flags&flagPadded != 0 {
		if f.length == 0 {
			return connError(FrameSizeError)
		}
		d.left--
		if d.padding = int(pad[0]); d.padding > d.left {
			return connError(ProtocolError)
		}
		d.left -= d.padding
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.granted -= int64(f.length); c.granted < 0 {
		return connError(FlowControlError)
	}
	c.grant(f.length - d.left) // padding is read at once
	s := c.streams[f.id]
	switch {
	case s == nil && c.idle(f.id):
		return connError(ProtocolError)
	case s == nil:
		if !c.wasCut(f.id) {
			c.resetUnknown(f.id, StreamClosed)
		}
		return c.nothing()
	case s.resetByPeer:
		c.out = appendReset(c.out, s.id, StreamClosed)
		return c.nothing()
	case s.ended:
		c.streamError(s, StreamClosed)
		return nil
	}
	s.granted -= int64(f.length)
	s.received += int64(d.left)
	switch {
	case s.granted < 0:
		c.streamError(s, FlowControlError)
	case s.length >= 0 && s.received > s.length, d.end && s.short(), c.client && !s.headed.Load():
		c.streamError(s, ProtocolError)
	case d.left == 0 && d.end:
		s.ended = true
		s.rd.Signal()
	case d.left == 0:
		return c.nothing()
	}
	s.grant(f.length - d.left)
	return nil
}

// payload takes what has come of the current DATA frame and returns its length.
func (c *Conn) payload(p []byte) int {
	d := &c.data
	if d.left == 0 {
		n := min(d.padding, len(p))
		d.padding -= n
		return n
	}
	n := min(d.left, len(p))
	d.left -= n
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.streams[d.id]
	if s == nil || s.err != nil {
		c.grant(n)
		return n
	}
	s.queue.write(p[:n], c.o.Buffers)
	if d.left == 0 && d.end {
		s.ended = true
	}
	s.rd.Signal()
	return n
}

// grant notes that n bytes are off our hands, and lets the peer send as many
// once that is worth a frame. The lock is held.
func (c *Conn) grant(n int) {
	if c.owed += n; c.owed >= windowConn/2 {
		c.granted += int64(c.owed)
		c.out = appendWindow(c.out, 0, c.owed)
		c.owed = 0
	}
}

// grant is the same for a stream.
func (s *Stream) grant(n int) {
	if s.ended || s.err != nil {
		return
	}
	if s.owed += n; s.owed > 0 && s.owed >= s.c.o.Window/2 {
		s.granted += int64(s.owed)
		s.c.out = appendWindow(s.c.out, s.id, s.owed)
		s.owed = 0
	}
}

// cut remembers streams that this end has given up before the peer had ended
// them: more of them may be on its way, and is no mistake.
type cut struct {
	ids [64]uint32
	at  int
}

func (c *Conn) cutOff(id uint32) {
	c.cut.ids[c.cut.at] = id
	c.cut.at = (c.cut.at + 1) % len(c.cut.ids)
}

func (c *Conn) wasCut(id uint32) bool {
	for _, x := range c.cut.ids {
		if x == id {
			return true
		}
	}
	return false
}

// streamError resets a stream for what the peer did on it. The lock is held.
func (c *Conn) streamError(s *Stream, code Code) {
	c.counters.StreamErrors.Add(1)
	if !s.resetSent && !s.resetByPeer {
		s.resetSent = true
		c.counters.RstStreamSent.Add(1)
		c.out = appendReset(c.out, s.id, code)
		if !s.ended {
			c.cutOff(s.id)
		}
	}
	s.end(ErrMalformed)
}

// resetUnknown resets a stream that may be gone already. The lock is held.
func (c *Conn) resetUnknown(id uint32, code Code) {
	if s := c.streams[id]; s != nil {
		c.streamError(s, code)
		return
	}
	c.counters.StreamErrors.Add(1)
	c.counters.RstStreamSent.Add(1)
	c.out = appendReset(c.out, id, code)
}
