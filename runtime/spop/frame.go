package spop

import "encoding/binary"

// Type is what a frame is for, its first byte.
type Type byte

// The types of frames.
const (
	Unset             Type = 0
	HAProxyHello      Type = 1
	HAProxyDisconnect Type = 2
	Notify            Type = 3
	AgentHello        Type = 101
	AgentDisconnect   Type = 102
	Ack               Type = 103
)

// The flags of frames.
const (
	// Fin is set in the last frame of a payload.
	Fin = 1 << iota
	// Abort gives a payload of several frames up.
	Abort
)

// Frame is a frame without its length.
type Frame struct {
	Type  Type
	Flags uint32
	// Stream is the stream that the frame is about and ID its number there; both are 0
	// for frames about the connection.
	Stream, ID uint64
	Payload    []byte
}

// Is reports whether a flag is set.
func (f *Frame) Is(flag uint32) bool { return f.Flags&flag != 0 }

// Append appends the frame behind its length.
func (f *Frame) Append(dst []byte) []byte {
	at := len(dst)
	dst = append(dst, 0, 0, 0, 0, byte(f.Type))
	dst = binary.BigEndian.AppendUint32(dst, f.Flags)
	dst = AppendVarint(dst, f.Stream)
	dst = AppendVarint(dst, f.ID)
	dst = append(dst, f.Payload...)
	binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-PrefixSize))
	return dst
}

// Size reads a frame's length; ok is false where that has not come yet.
func Size(b []byte) (n uint32, ok bool) {
	if len(b) < PrefixSize {
		return 0, false
	}
	return binary.BigEndian.Uint32(b), true
}

// Parse reads a frame that is there as a whole, without its length.
func Parse(b []byte) (f Frame, ok bool) {
	if len(b) < 7 {
		return f, false
	}
	f.Type, f.Flags = Type(b[0]), binary.BigEndian.Uint32(b[1:])
	b = b[5:]
	var n int
	if f.Stream, n = Varint(b); n == 0 {
		return f, false
	}
	b = b[n:]
	if f.ID, n = Varint(b); n == 0 {
		return f, false
	}
	f.Payload = b[n:]
	return f, true
}
