package http2

import "encoding/binary"

func (c *Conn) settingsFrame(f *frame, p []byte) error {
	switch {
	case f.id != 0:
		return connError(ProtocolError)
	case f.length%6 != 0 || f.flags&flagAck != 0 && f.length > 0:
		return connError(FrameSizeError)
	}
	if f.flags&flagAck != 0 {
		return c.nothing()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for ; len(p) > 0; p = p[6:] {
		if err := c.set(setting(binary.BigEndian.Uint16(p)), binary.BigEndian.Uint32(p[2:])); err != nil {
			return err
		}
	}
	c.out = appendFrame(c.out, 0, frameSettings, flagAck, 0)
	if !c.settled {
		c.settled = true
		return nil
	}
	return c.nothing()
}

// set takes one of the peer's settings. The lock is held.
func (c *Conn) set(id setting, v uint32) error {
	switch id {
	case settingPush:
		if v > 1 || c.client && v == 1 {
			return connError(ProtocolError)
		}
	case settingMaxStreams:
		c.maxStreams = int(min(v, maxID))
	case settingWindow:
		if v > maxID {
			return connError(FlowControlError)
		}
		change := int64(v) - c.peer.window
		c.peer.window = int64(v)
		for _, s := range c.streams {
			if s.window += change; s.window > maxID {
				return connError(FlowControlError)
			}
		}
		c.wake()
	case settingFrameSize:
		if v < defaultFrameSize || v > 1<<24-1 {
			return connError(ProtocolError)
		}
		// Larger frames would only keep others waiting.
		c.peer.frameSize = int(min(v, defaultFrameSize))
		c.frameSize.Store(int32(c.peer.frameSize))
	case settingExtendedMethod:
		if v > 1 {
			return connError(ProtocolError)
		}
	}
	return nil // the table's size does not matter: we do not use it
}

func (c *Conn) windowFrame(f *frame, p []byte) error {
	if f.length != 4 {
		return connError(FrameSizeError)
	}
	n := int64(binary.BigEndian.Uint32(p) & maxID)
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.id == 0 {
		switch c.window += n; {
		case n == 0:
			return connError(ProtocolError)
		case c.window > maxID:
			return connError(FlowControlError)
		}
		c.wake()
		return nil
	}
	s := c.streams[f.id]
	switch {
	case s == nil && c.idle(f.id):
		return connError(ProtocolError)
	case s == nil:
		return c.nothing()
	case n == 0:
		c.streamError(s, ProtocolError)
		return nil
	}
	if s.window += n; s.window > maxID {
		c.streamError(s, FlowControlError)
		return nil
	}
	s.wr.Signal()
	return nil
}
