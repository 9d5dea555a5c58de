package converter

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// sm3 is the digest of the Chinese standard GB/T 32905, which neither Go's library
// nor its supplement has.
type sm3 struct {
	state [8]uint32
	block [sm3Block]byte
	size  uint64 // of all that was written
}

const (
	sm3Size  = 32
	sm3Block = 64
)

func newSM3() hash.Hash {
	h := new(sm3)
	h.Reset()
	return h
}

func (h *sm3) Reset() {
	h.state = [8]uint32{0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e}
	h.size = 0
}

func (h *sm3) Size() int      { return sm3Size }
func (h *sm3) BlockSize() int { return sm3Block }

func (h *sm3) Write(p []byte) (int, error) {
	n := len(p)
	at := int(h.size % sm3Block)
	h.size += uint64(n)
	if at > 0 {
		k := copy(h.block[at:], p)
		if p = p[k:]; at+k < sm3Block {
			return n, nil
		}
		h.mix(h.block[:])
	}
	for ; len(p) >= sm3Block; p = p[sm3Block:] {
		h.mix(p[:sm3Block])
	}
	copy(h.block[:], p)
	return n, nil
}

func (h *sm3) Sum(b []byte) []byte {
	d := *h // more may be written later
	var end [sm3Block + 8]byte
	end[0] = 0x80
	n := sm3Block - int((d.size+8)%sm3Block)
	binary.BigEndian.PutUint64(end[n:], d.size*8)
	d.Write(end[:n+8])
	for _, v := range d.state {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

// mix takes a block in.
func (h *sm3) mix(p []byte) {
	var w [68]uint32
	for i := range 16 {
		w[i] = binary.BigEndian.Uint32(p[4*i:])
	}
	for i := 16; i < len(w); i++ {
		x := w[i-16] ^ w[i-9] ^ bits.RotateLeft32(w[i-3], 15)
		w[i] = x ^ bits.RotateLeft32(x, 15) ^ bits.RotateLeft32(x, 23) ^ bits.RotateLeft32(w[i-13], 7) ^ w[i-6]
	}
	a, b, c, d := h.state[0], h.state[1], h.state[2], h.state[3]
	e, f, g, k := h.state[4], h.state[5], h.state[6], h.state[7]
	for i := range 64 {
		t, ff, gg := uint32(0x79cc4519), a^b^c, e^f^g
		if i >= 16 {
			t, ff, gg = 0x7a879d8a, a&b|a&c|b&c, e&f|^e&g
		}
		a12 := bits.RotateLeft32(a, 12)
		s1 := bits.RotateLeft32(a12+e+bits.RotateLeft32(t, i%32), 7)
		t1 := ff + d + (s1 ^ a12) + (w[i] ^ w[i+4])
		t2 := gg + k + s1 + w[i]
		d, c, b, a = c, bits.RotateLeft32(b, 9), a, t1
		k, g, f, e = g, bits.RotateLeft32(f, 19), e, t2^bits.RotateLeft32(t2, 9)^bits.RotateLeft32(t2, 17)
	}
	for i, v := range [8]uint32{a, b, c, d, e, f, g, k} {
		h.state[i] ^= v
	}
}
