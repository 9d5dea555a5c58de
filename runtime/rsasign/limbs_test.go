package rsasign

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"testing"
)

// limbsOf cuts a number without split.
func limbsOf(x *big.Int, n int) []uint64 {
	z := make([]uint64, n)
	for i := range z {
		l := new(big.Int).Rsh(x, uint(i*limbBits))
		z[i] = l.And(l, ones(limbBits)).Uint64()
	}
	return z
}

func TestConversions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		bits := 64 * (1 + r.IntN(maxWords))
		x := rnd(r, bits-r.IntN(64))
		b := x.FillBytes(make([]byte, bits/8))
		w := make([]uint64, bits/64)
		setBytes(w, b)
		back := make([]byte, len(b))
		if putBytes(back, w); !bytes.Equal(back, b) {
			t.Fatalf("%x became %x", b, back)
		}
		from := r.IntN(bits + 100)
		z := make([]uint64, 1+r.IntN(2*half))
		split(z, w, from)
		shifted := new(big.Int).Rsh(x, uint(from))
		if got, want := number(z), shifted.And(shifted, ones(len(z)*limbBits)); got.Cmp(want) != 0 {
			t.Fatalf("%d limbs of %x from %d on: %x, want %x", len(z), x, from, got, want)
		}
		limbs := limbsOf(x, bits/limbBits+1)
		joined := make([]uint64, len(w))
		join(joined, limbs)
		for i := range w {
			if joined[i] != w[i] {
				t.Fatalf("word %d of %x is %x", i, w, joined[i])
			}
		}
	}
}

// operands are numbers below n, the least and the greatest among them.
func operands(r *rand.Rand, n *big.Int) []*big.Int {
	return []*big.Int{
		new(big.Int), big.NewInt(1), new(big.Int).Sub(n, big.NewInt(1)), new(big.Int).Rsh(n, 1),
		new(big.Int).Mod(ones(n.BitLen()-1), n), new(big.Int).Mod(rnd(r, n.BitLen()+64), n), new(big.Int).Mod(rnd(r, n.BitLen()+64), n),
	}
}

func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 60 {
		bits := []int{1024, 1536, 2048}[r.IntN(3)]
		n := rndOdd(r, bits)
		m, rs := newModulus(n)
		length := m.limbs - 1
		nl, k := rs[0].n, rs[0].k
		if number(nl).Cmp(n) != 0 {
			t.Fatal("another modulus")
		}
		for _, x := range operands(r, n) {
			for _, y := range operands(r, n) {
				z := limbsOf(x, length)
				if add(z, limbsOf(y, length)); number(z).Cmp(new(big.Int).Add(x, y)) != 0 {
					t.Fatalf("%x + %x is %x", x, y, number(z))
				}
				subtract(z, nl)
				want := new(big.Int).Add(x, y)
				if want.Mod(want, n); number(z).Cmp(want) != 0 {
					t.Fatalf("%x + %x modulo %x is %x", x, y, n, number(z))
				}
				difference(z, limbsOf(x, length), limbsOf(y, length), nl)
				want.Sub(x, y)
				if want.Add(want, n).Add(want, n); number(z).Cmp(want) != 0 {
					t.Fatalf("%x - %x is %x", x, y, number(z))
				}
			}
			// Up to (k + 1) n, which no product exceeds.
			top := new(big.Int).Mul(n, new(big.Int).SetUint64(k))
			for _, v := range []*big.Int{x, new(big.Int).Add(top, x), new(big.Int).Mod(rnd(r, 3000), top), top} {
				z := make([]uint64, length)
				reduce(z, limbsOf(v, m.limbs), nl, k)
				want := new(big.Int).ModInverse(power(limbBits, 0), n)
				want.Mul(want, v)
				if want.Mod(want, n); number(z).Cmp(want) != 0 {
					t.Fatalf("%x / 2^52 modulo %x is %x, want %x", v, n, number(z), want)
				}
			}
		}
		// h q + x, with x and q of half a modulus's words.
		size := bits / 64
		for _, h := range operands(r, n) {
			x := rnd(r, bits)
			z := make([]uint64, 2*size)
			mulAdd(z, padded(h, size), padded(n, size), padded(x, size))
			want := new(big.Int).Mul(h, n)
			want.Add(want, x)
			for i, w := range padded(want, 2*size) {
				if z[i] != w {
					t.Fatalf("%x %x + %x is %x", h, n, x, z)
				}
			}
		}
	}
}

// padded are the words of a number, as many as wanted.
func padded(x *big.Int, n int) []uint64 {
	w := make([]uint64, n)
	copy(w, words(x))
	return w
}

// TestModulus proves what the kernels rely on.
func TestModulus(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, shape := range shapes {
		for range 20 {
			n := rndOdd(r, shape.bits)
			m, _ := newModulus(n)
			if m.limbs&1 == 0 || m.limbs > 41 || shape.bits == 1024 && m.limbs != 21 {
				t.Fatalf("%d limbs", m.limbs)
			}
			multiple := m.multiple(0)
			if multiple.Bit(0) != 1 || new(big.Int).Mod(multiple, n).Sign() != 0 || multiple.BitLen() > m.limbs*limbBits-16 {
				t.Fatalf("%x is made of %x", multiple, n)
			}
			for i, v := range []*vec{&m.r, &m.r2, &m.r3} {
				want := power(uint((i+1)*m.limbs*limbBits), 0)
				if want.Mod(want, multiple); number(v[:]).Cmp(want) != 0 {
					t.Fatalf("R^%d is %x", i+1, number(v[:]))
				}
			}
			if p := number(m.p[0][:]); number(m.p[1][:]).Cmp(p.Lsh(p, limbBits)) != 0 {
				t.Fatal("p is not moved up")
			}
		}
	}
}
