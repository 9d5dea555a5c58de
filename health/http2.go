package health

import (
	"encoding/binary"
	"io"
	"net"
	"strconv"

	"gohap/runtime/http2/hpack"
)

// http2Conn asks over HTTP/2 and gives the answer in the form of HTTP/1, so that
// nobody else has to know.
type http2Conn struct {
	c      net.Conn
	secure bool
	hp     hpack.Decoder
	in     []byte // received and not used
	block  []byte // of the header that is not complete
	text   []byte // of the answer, to be read
	id     uint32 // of the request
	more   bool   // block goes on
	end    bool   // with block the answer ends
	headed bool   // its header has come
	over   bool   // nothing more will come
	broken bool   // because of a mistake, or because the server said so
}

// Frames and flags of HTTP/2 that matter here (RFC 9113, section 6).
const (
	frameHeader = 9

	frameData, frameHeaders, frameReset, frameSettings, framePing, frameGoAway, frameContinuation = 0, 1, 3, 4, 6, 7, 9

	flagEnd, flagAck, flagEndHeaders, flagPadded, flagPriority = 0x1, 0x1, 0x4, 0x8, 0x20
)

const (
	maxFrame    = 16384
	preface     = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	settingPush = 2
)

func newHTTP2(c net.Conn, secure bool) *http2Conn {
	h := &http2Conn{c: c, secure: secure}
	h.hp.Init(4096, maxInput)
	return h
}

func appendFrame(dst []byte, kind, flags uint8, id uint32, payload []byte) []byte {
	n := len(payload)
	dst = append(dst, byte(n>>16), byte(n>>8), byte(n), kind, flags)
	return append(binary.BigEndian.AppendUint32(dst, id), payload...)
}

// request makes the frames of a request. The first one on a connection follows
// the preface.
func (h *http2Conn) request(method, uri string, headers []Header, body string) []byte {
	var b []byte
	if h.id == 0 {
		h.id = 1
		push := binary.BigEndian.AppendUint32([]byte{0, settingPush}, 0)
		b = appendFrame(append(b, preface...), frameSettings, 0, 0, push)
	} else {
		h.id += 2
	}
	h.headed, h.over, h.broken, h.text = false, false, false, nil
	scheme := "http"
	if h.secure {
		scheme = "https"
	}
	add := func(dst []byte, name, value string) []byte {
		return hpack.AppendField(dst, []byte(name), []byte(value))
	}
	block := add(nil, ":method", method)
	block = add(block, ":scheme", scheme)
	block = add(block, ":path", uri)
	for _, f := range headers {
		block = add(block, f.Name, f.Value)
	}
	kind, flags := uint8(frameHeaders), uint8(0)
	if body == "" {
		flags = flagEnd
	}
	for len(block) > maxFrame {
		b = appendFrame(b, kind, flags, h.id, block[:maxFrame])
		block, kind, flags = block[maxFrame:], frameContinuation, 0
	}
	b = appendFrame(b, kind, flags|flagEndHeaders, h.id, block)
	for len(body) > 0 {
		n := min(len(body), maxFrame)
		flags := uint8(0)
		if n == len(body) {
			flags = flagEnd
		}
		b = appendFrame(b, frameData, flags, h.id, []byte(body[:n]))
		body = body[n:]
	}
	return b
}

// Read gives the answer; io.EOF at its end, or where there will be none.
func (h *http2Conn) Read(p []byte) (int, error) {
	for len(h.text) == 0 {
		if h.over {
			return 0, io.EOF
		}
		if h.frames() {
			continue
		}
		buf := make([]byte, 4096)
		n, err := h.c.Read(buf)
		h.in = append(h.in, buf[:n]...)
		if n == 0 && err != nil {
			return 0, err
		}
	}
	n := copy(p, h.text)
	h.text = h.text[n:]
	return n, nil
}

// frames acts on the next whole frame. It gives false where there is none.
func (h *http2Conn) frames() bool {
	if len(h.in) < frameHeader {
		return false
	}
	n := int(h.in[0])<<16 | int(h.in[1])<<8 | int(h.in[2])
	if n > maxFrame {
		h.over, h.broken = true, true
		return true
	}
	if len(h.in) < frameHeader+n {
		return false
	}
	kind, flags, id := h.in[3], h.in[4], binary.BigEndian.Uint32(h.in[5:])&(1<<31-1)
	payload := h.in[frameHeader : frameHeader+n]
	h.in = h.in[frameHeader+n:]
	if h.more && kind != frameContinuation || !h.frame(kind, flags, id, payload) {
		h.over, h.broken = true, true
	}
	return true
}

// frame acts on a frame. It gives false where the connection is of no use any more.
func (h *http2Conn) frame(kind, flags uint8, id uint32, p []byte) bool {
	switch kind {
	case frameSettings:
		if flags&flagAck == 0 {
			h.c.Write(appendFrame(nil, frameSettings, flagAck, 0, nil))
		}
	case framePing:
		if flags&flagAck == 0 {
			h.c.Write(appendFrame(nil, framePing, flagAck, 0, p))
		}
	case frameGoAway:
		// The server closes when it is through.
	case frameReset:
		return id != h.id
	case frameHeaders:
		p, ok := unpad(flags, p)
		if skip := 5; ok && flags&flagPriority != 0 {
			if len(p) < skip {
				return false
			}
			p = p[skip:]
		}
		h.block, h.end = append(h.block[:0], p...), flags&flagEnd != 0
		return ok && h.header(flags, id)
	case frameContinuation:
		if !h.more || len(h.block)+len(p) > maxInput {
			return false
		}
		h.block = append(h.block, p...)
		return h.header(flags, id)
	case frameData:
		p, ok := unpad(flags, p)
		if id != h.id || !ok {
			return ok
		}
		h.text = append(h.text, p...)
		h.over = flags&flagEnd != 0
		return h.headed
	}
	return true
}

// unpad takes away the padding of a frame.
func unpad(flags uint8, p []byte) ([]byte, bool) {
	if flags&flagPadded == 0 {
		return p, true
	}
	if len(p) == 0 || int(p[0]) >= len(p) {
		return nil, false
	}
	return p[1 : len(p)-int(p[0])], true
}

// header takes a header block once it is complete.
func (h *http2Conn) header(flags uint8, id uint32) bool {
	if h.more = flags&flagEndHeaders == 0; h.more {
		return true
	}
	status, fields := 0, []byte(nil)
	var f hpack.Field
	h.hp.Begin(h.block)
	for {
		more, err := h.hp.Next(&f)
		switch {
		case err != nil || f.Unsound:
			return false
		case !more:
			return id != h.id || h.answer(status, fields)
		case string(f.Name) == ":status":
			status, _ = strconv.Atoi(string(f.Value))
		case f.Name[0] == ':' || string(f.Name) == "transfer-encoding" || string(f.Name) == "connection":
			return false
		default:
			fields = append(append(append(append(fields, f.Name...), ": "...), f.Value...), "\r\n"...)
		}
	}
}

// answer takes the header of an answer, or what follows its body.
func (h *http2Conn) answer(status int, fields []byte) bool {
	switch {
	case h.headed:
		h.over = h.end
		return true
	case status < 100 || status > 999:
		return false
	case status < 200:
		return !h.end
	}
	h.headed, h.over = true, h.end
	h.text = append(h.text, "HTTP/1.1 "+strconv.Itoa(status)+" \r\n"+string(fields)+"\r\n"...)
	return true
}
