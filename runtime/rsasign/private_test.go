package rsasign

import (
	"crypto/rsa"
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestPrivate compares with math/big, for numbers of any value that words can have.
func TestPrivate(t *testing.T) {
	for name, key := range keys() {
		t.Run(name, func(t *testing.T) {
			k := wrapped(t, key).key
			r := rand.New(rand.NewPCG(11, 12))
			p, q, n := key.Primes[0], key.Primes[1], key.N
			bits := n.BitLen()
			xs := []*big.Int{
				new(big.Int), big.NewInt(1), big.NewInt(2), ones(bits), ones(bits / 2), power(uint(bits/2), 0),
				ones(52 * 21), power(52*21, 0), ones(bits - 1),
			}
			for _, x := range []*big.Int{p, q, n} {
				for d := int64(-2); d <= 2; d++ {
					xs = append(xs, new(big.Int).Add(x, big.NewInt(d)), new(big.Int).Add(new(big.Int).Rsh(x, 1), big.NewInt(d)))
				}
			}
			xs = append(xs, new(big.Int).Sub(n, p), new(big.Int).Sub(n, q), new(big.Int).Lsh(p, 1), new(big.Int).Lsh(q, 1))
			count := 1000
			if bits > 2048 || name != "2048" {
				count = 100
			}
			for range count {
				xs = append(xs, rnd(r, bits))
			}
			s := new(scratch)
			for _, x := range xs {
				if x.BitLen() > bits {
					continue
				}
				w := s.words[:k.words]
				copy(w, padded(x, len(w)))
				k.sign(s)
				// The public exponent, which is short, undoes it, and there is but one
				// number below n that it does so for.
				sig := new(big.Int)
				for i := len(w) - 1; i >= 0; i-- {
					sig.Lsh(sig, 64)
					sig.Or(sig, new(big.Int).SetUint64(w[i]))
				}
				reduced := new(big.Int).Mod(x, n)
				if got := new(big.Int).Exp(sig, big.NewInt(int64(key.E)), n); sig.Cmp(n) >= 0 || got.Cmp(reduced) != 0 {
					t.Fatalf("%x: %x", x, sig)
				}
				if k.public == nil {
					continue
				}
				copy(s.want[:], padded(reduced, len(w)))
				if !k.public.made(s) {
					t.Fatalf("%x: refused", x)
				}
				copy(w, padded(sig, len(w)))
				w[r.IntN(len(w))] ^= 1 << r.IntN(64)
				if k.public.made(s) {
					t.Fatalf("%x: another signature passes", x)
				}
			}
		})
	}
}

// TestExponent compares with the definition, d itself, once.
func TestExponent(t *testing.T) {
	key := random2048()
	k := wrapped(t, key).key
	s := new(scratch)
	x := new(big.Int).Sub(key.N, big.NewInt(12345))
	copy(s.words[:], padded(x, k.words))
	k.sign(s)
	for i, w := range padded(new(big.Int).Exp(x, key.D, key.N), k.words) {
		if s.words[i] != w {
			t.Fatalf("word %d differs", i)
		}
	}
}

// TestRefused has keys that the kernels are not for: they stay what they are.
func TestRefused(t *testing.T) {
	need(t)
	p, q := power(1024, -105), highest(1024, -883)
	wrong := makeKey(65537, p, q)
	wrong.D = new(big.Int).Add(wrong.D, big.NewInt(2))
	wrong.Precomputed = rsa.PrecomputedValues{}
	for name, key := range map[string]*rsa.PrivateKey{
		"1024 bits":       makeKey(65537, power(512, -569), power(512, -629)),
		"unequal primes":  makeKey(65537, power(2048, -1557), p),
		"close primes":    makeKey(65537, p, power(1024, -179)),
		"three primes":    makeKey(65537, p, power(521, -1), power(607, -1)),
		"another d":       wrong,
		"no primes known": {PublicKey: wrong.PublicKey, D: makeKey(65537, p, q).D},
	} {
		if Wrap(key) != key {
			t.Errorf("%s: wrapped", name)
		}
	}
}
