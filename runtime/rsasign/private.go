package rsasign

import (
	"crypto/rsa"
	"math/big"
)

// The most that keys have.
const (
	maxBits  = 4096
	maxBytes = maxBits / 8
	maxWords = maxBits / 64
)

// private is a private key as the kernels use it. It never changes.
type private struct {
	words int // of n
	// parts are the moduli of p and of q, or one modulus with both, where they fit into
	// half a vector.
	parts []*modulus
	p, q  reducer
	// inverse is q^-1 2^52 R modulo p: a product with it is divided by q, and times
	// 2^52, as reduce takes it.
	inverse vec
	qWords  []uint64
	// public checks signatures, nil where n is too long for the kernels.
	public *public
}

// newPrivate takes over a key, nil if the kernels are not made for it: if it is not
// one of two primes of 1024, 1536 or 2048 bits. As in modulus, time depends on the
// key, and is not secret.
func newPrivate(key *rsa.PrivateKey) *private {
	size := key.N.BitLen()
	if size != 2048 && size != 3072 && size != maxBits || len(key.Primes) != 2 || key.E < 3 || key.E&1 == 0 {
		return nil
	}
	p, q := key.Primes[0], key.Primes[1]
	if p.BitLen() != size/2 || q.BitLen() != size/2 || p.Cmp(q) == 0 || key.Validate() != nil {
		return nil
	}
	k := &private{words: size / 64, qWords: make([]uint64, size/128)}
	setBytes(k.qWords, q.FillBytes(make([]byte, size/16)))
	one := big.NewInt(1)
	dp, dq := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	dp.Mod(key.D, dp)
	dq.Mod(key.D, dq)
	if size == 2048 {
		m, rs := newModulus(p, q)
		m.setExponents(size/2, dp, dq)
		k.parts, k.p, k.q = []*modulus{m}, rs[0], rs[1]
		k.public = newPublic(key.N, key.E)
	} else {
		mp, rp := newModulus(p)
		mq, rq := newModulus(q)
		mp.setExponents(size/2, dp)
		mq.setExponents(size/2, dq)
		k.parts, k.p, k.q = []*modulus{mp, mq}, rp[0], rq[0]
	}
	inv := new(big.Int).ModInverse(q, p)
	inv.Lsh(inv, uint(limbBits*(k.parts[0].limbs+1)))
	k.parts[0].set(k.inverse[:], 0, inv.Mod(inv, p))
	return k
}

// sign raises s.words to the power of the private exponent modulo n, by way of p
// and q. Nothing that it does depends on the numbers: it has no branch but for the
// size of the key.
func (k *private) sign(s *scratch) {
	x := s.words[:k.words]
	m := k.parts[0]
	xp, xq, h := s.limbs[0][:len(k.p.n)], s.limbs[1][:len(k.q.n)], s.limbs[2][:len(k.p.n)]
	m.residue(s, x)
	reduce(xp, s.x[:m.limbs], k.p.n, k.p.k)
	if m.two {
		reduce(xq, s.x[half:half+m.limbs], k.q.n, k.q.k)
	} else {
		k.parts[1].residue(s, x)
		reduce(xq, s.x[:m.limbs], k.q.n, k.q.k)
	}
	// Garner: x = xq + q ((xp - xq) / q mod p). q is below 2 p, since they are of one
	// length, so that difference gives nothing negative.
	s.x = vec{}
	difference(s.x[:len(xp)], xp, xq, k.p.n)
	m.mul(&s.x, &s.x, &k.inverse, 1)
	reduce(h, s.x[:m.limbs], k.p.n, k.p.k)
	n := len(k.qWords)
	hw, qw := s.more[:n], s.more[n:2*n]
	join(hw, h)
	join(qw, xq)
	mulAdd(x, hw, k.qWords, qw)
}

// residue sets s.x to 2^52 x^d modulo N, as reduce takes it, where d is m's exponent,
// in both halves if m has two numbers.
func (m *modulus) residue(s *scratch, x []uint64) {
	// x = high R + low, and so x R = high R^3 / R + low R^2 / R. The products are below
	// twice N, and R is 2^16 N or more, so that sums need no reduction before
	// they are multiplied.
	s.x, s.y = vec{}, vec{}
	split(s.x[:m.limbs], x, 0)
	split(s.y[:m.limbs], x, limbBits*m.limbs)
	if m.two {
		copy(s.x[half:], s.x[:half])
		copy(s.y[half:], s.y[:half])
	}
	m.mul(&s.x, &s.x, &m.r2, 1)
	m.mul(&s.y, &s.y, &m.r3, 1)
	add(s.x[:m.limbs], s.y[:m.limbs])
	if m.two {
		add(s.x[half:half+m.limbs], s.y[half:half+m.limbs])
	}
	m.power(s)
	// A product with 2^52 takes R off and leaves what reduce takes off.
	s.y = vec{1: 1}
	if m.two {
		s.y[half+1] = 1
	}
	m.mul(&s.x, &s.x, &s.y, 1)
}
