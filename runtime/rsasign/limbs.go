package rsasign

import (
	"encoding/binary"
	"math/bits"
)

// Numbers are little-endian: words of 64 bits, or limbs of 52. No function here
// has a branch or an address that depends on the numbers, only on their lengths.

const (
	limbBits = 52
	limbMask = 1<<limbBits - 1
	half     = 24 // where the upper half of a vector starts
)

// vec is what a kernel works on: one number of up to 41 limbs, or two of 21, each
// in a half. The rest is 0.
type vec [2 * half]uint64

// split takes the bits of words from bit from on as limbs.
func split(z, words []uint64, from int) {
	for i := range z {
		w, s := (from+i*limbBits)/64, (from+i*limbBits)%64
		v := at(words, w) >> s
		v |= at(words, w+1) << (64 - s)
		z[i] = v & limbMask
	}
}

// at is a word of a number, 0 above it. Indices are no secret.
func at(words []uint64, i int) uint64 {
	if i < len(words) {
		return words[i]
	}
	return 0
}

// join is split's reverse, from bit 0 on. Limbs that words have no room for are 0.
func join(words, limbs []uint64) {
	for i := range words {
		l, s := i*64/limbBits, i*64%limbBits
		// A word has bits of two limbs, or of three.
		words[i] = at(limbs, l)>>s | at(limbs, l+1)<<(limbBits-s) | at(limbs, l+2)<<(2*limbBits-s)
	}
}

// setBytes reads words from big-endian bytes, eight for each word.
func setBytes(words []uint64, b []byte) {
	for i := range words {
		words[i] = binary.BigEndian.Uint64(b[len(b)-8*(i+1):])
	}
}

// putBytes is setBytes's reverse.
func putBytes(b []byte, words []uint64) {
	for i, w := range words {
		binary.BigEndian.PutUint64(b[len(b)-8*(i+1):], w)
	}
}

// add adds y to x.
func add(x, y []uint64) {
	var carry uint64
	for i := range x {
		t := x[i] + y[i] + carry
		x[i], carry = t&limbMask, t>>limbBits
	}
}

// reduce sets z = x / 2^52 modulo n, for an odd n, which k n = -1 modulo 2^52
// belongs to, and x < (k + 1) n. z and n have a limb less than x; z may be x.
func reduce(z, x, n []uint64, k uint64) {
	m := x[0] * k & limbMask
	var carry uint64
	for i, v := range x {
		hi, lo := bits.Mul64(m, at(n, i))
		lo, c := bits.Add64(lo, v, 0)
		hi += c
		lo, c = bits.Add64(lo, carry, 0)
		hi += c
		if i > 0 {
			z[i-1] = lo & limbMask
		}
		carry = hi<<(64-limbBits) | lo>>limbBits
	}
	subtract(z, n)
}

// subtract takes n from z once if z is not below n.
func subtract(z, n []uint64) {
	var borrow uint64
	for i := range n {
		borrow = (z[i] - n[i] - borrow) >> 63
	}
	keep := -borrow // all ones if z is below n
	borrow = 0
	for i := range n {
		t := z[i] - n[i]&^keep - borrow
		z[i], borrow = t&limbMask, t>>63
	}
}

// difference sets z = x - y + 2 n, which must not be negative.
func difference(z, x, y, n []uint64) {
	var carry int64
	for i := range z {
		t := int64(x[i]) - int64(y[i]) + 2*int64(n[i]) + carry
		z[i], carry = uint64(t)&limbMask, t>>limbBits
	}
}

// mulAdd sets z = x y + a, all in words; z has room for x and y together.
func mulAdd(z, x, y, a []uint64) {
	clear(z)
	copy(z, a)
	for i, v := range x {
		var carry uint64
		for j, w := range y {
			hi, lo := bits.Mul64(v, w)
			lo, c := bits.Add64(lo, z[i+j], 0)
			hi += c
			z[i+j], c = bits.Add64(lo, carry, 0)
			carry = hi + c
		}
		// What a left here was added with the first row, whose carry it takes.
		if k := i + len(y); k < len(z) {
			z[k] += carry
		}
	}
}
