package wire

import "errors"

// The ways in which bytes from a peer can be wrong.
var (
	// ErrShort says that the message is not all there yet.
	ErrShort = errors.New("peers: incomplete message")
	// ErrProtocol says that the bytes are no message.
	ErrProtocol = errors.New("peers: protocol error")
	// ErrSize says that a message is longer than the reader takes.
	ErrSize = errors.New("peers: message too long")
)

// inOneByte is the first number that takes more than a byte.
const inOneByte = 240

// AppendNumber appends v in as few bytes as the protocol has for it, 10 at most.
func AppendNumber(b []byte, v uint64) []byte {
	if v < inOneByte {
		return append(b, byte(v))
	}
	b = append(b, byte(v)|inOneByte)
	for v = (v - inOneByte) >> 4; v >= 0x80; v = (v - 0x80) >> 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

// Number reads a number and returns what follows it. It fails with ErrShort, and
// with ErrProtocol where the number has more than 64 bits.
func Number(b []byte) (v uint64, rest []byte, err error) {
	if len(b) == 0 {
		return 0, b, ErrShort
	}
	v, b = uint64(b[0]), b[1:]
	if v < inOneByte {
		return v, b, nil
	}
	for shift := 4; ; shift += 7 {
		switch {
		case len(b) == 0:
			return 0, b, ErrShort
		case shift > 60:
			return 0, b, ErrProtocol
		}
		c := b[0]
		b = b[1:]
		v += uint64(c) << shift
		if c < 0x80 {
			return v, b, nil
		}
	}
}
