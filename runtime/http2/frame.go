package http2

import "encoding/binary"

// frameType is the kind of a frame (RFC 9113, section 6).
type frameType uint8

const (
	frameData frameType = iota
	frameHeaders
	framePriority
	frameReset
	frameSettings
	framePush
	framePing
	frameGoAway
	frameWindow
	frameContinuation
)

// Flags of frames.
const (
	flagEndStream  = 0x1
	flagAck        = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20
)

const (
	headerLen = 9         // of a frame
	maxID     = 1<<31 - 1 // of a stream; also the largest window
)

// Preface is what a client sends first.
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// frame is a frame's header.
type frame struct {
	length int
	kind   frameType
	flags  uint8
	id     uint32
}

// parseFrame reads the header at the start of b, which has headerLen bytes.
func parseFrame(b []byte) frame {
	_ = b[headerLen-1]
	return frame{
		length: int(b[0])<<16 | int(b[1])<<8 | int(b[2]),
		kind:   frameType(b[3]),
		flags:  b[4],
		id:     binary.BigEndian.Uint32(b[5:]) & maxID,
	}
}

// appendFrame appends a frame's header.
func appendFrame(dst []byte, length int, kind frameType, flags uint8, id uint32) []byte {
	dst = append(dst, byte(length>>16), byte(length>>8), byte(length), byte(kind), flags)
	return binary.BigEndian.AppendUint32(dst, id)
}

// putLength corrects the length of the frame that starts at b.
func putLength(b []byte, length int) {
	b[0], b[1], b[2] = byte(length>>16), byte(length>>8), byte(length)
}

// putID sets the stream of the frame that starts at b.
func putID(b []byte, id uint32) { binary.BigEndian.PutUint32(b[5:], id) }

func appendReset(dst []byte, id uint32, code Code) []byte {
	dst = appendFrame(dst, 4, frameReset, 0, id)
	return binary.BigEndian.AppendUint32(dst, uint32(code))
}

func appendWindow(dst []byte, id uint32, n int) []byte {
	dst = appendFrame(dst, 4, frameWindow, 0, id)
	return binary.BigEndian.AppendUint32(dst, uint32(n))
}

func appendGoAway(dst []byte, last uint32, code Code) []byte {
	dst = appendFrame(dst, 8, frameGoAway, 0, 0)
	dst = binary.BigEndian.AppendUint32(dst, last)
	return binary.BigEndian.AppendUint32(dst, uint32(code))
}

func appendSetting(dst []byte, id setting, value uint32) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(id))
	return binary.BigEndian.AppendUint32(dst, value)
}
