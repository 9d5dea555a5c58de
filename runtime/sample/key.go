package sample

import (
	"encoding/binary"

	"gohap/runtime/core"
	"gohap/runtime/sticktable"
)

// KeyType is the type of samples that are keys of a table.
func KeyType(k sticktable.KeyType) core.Type {
	switch k {
	case sticktable.IP:
		return core.IPv4
	case sticktable.IPv6:
		return core.IPv6
	case sticktable.Integer:
		return core.Sint
	case sticktable.Binary:
		return core.Bin
	}
	return core.Str
}

// KeyBuffer is where keys that are not text are made.
type KeyBuffer [16]byte

// Key casts p to the type of the table's keys and returns it as a key, in b or
// in the sample's own bytes. It reports false if p has no such value.
func Key(s *core.Stream, p *core.Sample, t *sticktable.Table, b *KeyBuffer) ([]byte, bool) {
	want := KeyType(t.Key)
	if p.Type != want && !Cast(s, p, want) {
		return nil, false
	}
	switch t.Key {
	case sticktable.IP:
		*(*[4]byte)(b[:]) = p.IP.As4()
		return b[:4], true
	case sticktable.IPv6:
		*b = p.IP.As16()
		return b[:], true
	case sticktable.Integer:
		// The order of entries that are shown is that of these bytes.
		binary.LittleEndian.PutUint32(b[:], uint32(p.Int))
		return b[:4], true
	}
	return p.Bytes, true
}
