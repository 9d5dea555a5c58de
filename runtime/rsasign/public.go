package rsasign

import (
	"math/big"
	"math/bits"
	"slices"
)

// public is a public key as the kernels use it. It never changes.
type public struct {
	m     *modulus
	n     reducer
	e     uint
	words int
}

func newPublic(n *big.Int, e int) *public {
	m, rs := newModulus(n)
	return &public{m: m, n: rs[0], e: uint(e), words: (n.BitLen() + 63) / 64}
}

// made tells whether sig, in s.words, is what the private key makes of s.want: whether
// sig^e mod n is that. Time depends on e only. It overwrites s.words.
func (k *public) made(s *scratch) bool {
	m := k.m
	x := s.words[:k.words]
	shifted, base := &s.table[0], &s.table[1]
	*shifted, *base = vec{}, vec{}
	split(base[:m.limbs], x, 0)
	copy(shifted[1:], base[:m.limbs]) // 2^52 sig
	m.mul(base, base, &m.r2, 1)
	s.x = *base
	for i := bits.Len(k.e) - 2; i >= 0; i-- {
		m.mul(&s.x, &s.x, &s.x, 1)
		if i > 0 && k.e>>i&1 == 1 {
			m.mul(&s.x, &s.x, base, 1)
		}
	}
	// The last factor, for e is odd: R comes off, and a limb for reduce is left.
	m.mul(&s.x, &s.x, shifted, 1)
	reduce(s.x[:m.limbs-1], s.x[:m.limbs], k.n.n, k.n.k)
	join(x, s.x[:m.limbs-1])
	return slices.Equal(x, s.want[:len(x)])
}
