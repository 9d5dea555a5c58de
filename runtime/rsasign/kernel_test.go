package rsasign

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// shapes are the forms of moduli: mul2's, and mul1's of each length.
var shapes = []struct {
	name string
	bits int
	two  bool
}{{"two of 1024", 1024, true}, {"1536", 1536, false}, {"2048", 2048, false}}

// number is the number of limbs.
func number(limbs []uint64) *big.Int {
	x := new(big.Int)
	for i := len(limbs) - 1; i >= 0; i-- {
		x.Lsh(x, limbBits)
		x.Or(x, new(big.Int).SetUint64(limbs[i]))
	}
	return x
}

// ones is 2^n - 1.
func ones(n int) *big.Int { return power(uint(n), -1) }

func rnd(r *rand.Rand, bits int) *big.Int {
	w := make([]big.Word, (bits+63)/64)
	for i := range w {
		w[i] = big.Word(r.Uint64())
	}
	x := new(big.Int).SetBits(w)
	return x.And(x, ones(bits))
}

// rndOdd is a number of exactly so many bits, now and then next to the least or the
// greatest.
func rndOdd(r *rand.Rand, bits int) *big.Int {
	x := rnd(r, bits)
	switch r.IntN(8) {
	case 0:
		x = power(uint(bits-1), int64(r.IntN(1000)))
	case 1:
		x = power(uint(bits), -1-int64(r.IntN(1000)))
	}
	x.SetBit(x, bits-1, 1)
	return x.SetBit(x, 0, 1)
}

// multiple is N = 2^52 p - 1 of half i.
func (m *modulus) multiple(i int) *big.Int {
	p := number(m.p[0][i*half : (i+1)*half])
	if !m.two {
		p = number(m.p[0][:])
	}
	return p.Sub(p.Lsh(p, limbBits), big.NewInt(1))
}

// product is what a kernel has to make: (x y + M N) / R, with the M below R that leaves
// no remainder.
func (m *modulus) product(x, y, n *big.Int) *big.Int {
	r := power(uint(m.limbs*limbBits), 0)
	z := new(big.Int).Mul(x, y)
	q := new(big.Int).ModInverse(n, r)
	q.Mul(q, z)
	q.Mod(q.Neg(q), r)
	z.Add(z, q.Mul(q, n))
	rest := new(big.Int)
	if z.QuoRem(z, r, rest); rest.Sign() != 0 {
		panic("a remainder")
	}
	return z
}

// check compares products with the kernel's, and what squaring them n-1 times gives.
func (m *modulus) check(t *testing.T, xs, ys []*big.Int, n int) {
	t.Helper()
	var x, y, z vec
	for i := range xs {
		m.set(x[:], i*half, xs[i])
		m.set(y[:], i*half, ys[i])
	}
	m.mul(&z, &x, &y, n)
	for i := range xs {
		modulus := m.multiple(i)
		want := m.product(xs[i], ys[i], modulus)
		for range n - 1 {
			want = m.product(want, want, modulus)
		}
		var v vec
		m.set(v[:], i*half, want)
		end := len(z)
		if m.two {
			end = (i + 1) * half
		}
		for l := i * half; l < end; l++ {
			if z[l] != v[l] {
				t.Fatalf("limb %d of %d: %x, want %x\nx %x\ny %x\nN %x", l-i*half, i, z[l], v[l], xs[i], ys[i], modulus)
			}
		}
	}
	// The result may take the place of a factor.
	again := x
	m.mul(&again, &again, &y, n)
	m.mul(&y, &x, &y, n)
	if again != z || y != z {
		t.Fatal("another result in the place of a factor")
	}
}

func TestKernel(t *testing.T) {
	need(t)
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			for range 8 {
				ns := []*big.Int{rndOdd(r, shape.bits)}
				if shape.two {
					ns = append(ns, rndOdd(r, shape.bits))
				}
				m, _ := newModulus(ns...)
				check := func(x, y *big.Int, n int) {
					t.Helper()
					// The halves get the factors in one order and in the other.
					m.check(t, []*big.Int{x, y}[:len(ns)], []*big.Int{y, x}[:len(ns)], n)
				}
				n := m.multiple(0)
				if shape.two && n.Cmp(m.multiple(1)) > 0 {
					n = m.multiple(1)
				}
				all := m.limbs * limbBits
				values := []*big.Int{
					new(big.Int), big.NewInt(1), big.NewInt(limbMask), new(big.Int).Sub(n, big.NewInt(1)), n,
					new(big.Int).Add(n, big.NewInt(1)), new(big.Int).Lsh(n, 1), ns[0], ones(all - limbBits), power(uint(limbBits), 0),
				}
				for _, x := range values {
					for _, y := range values {
						check(x, y, 1+r.IntN(6))
					}
					check(ones(all), x, 1)
				}
				for range 40 {
					check(rnd(r, n.BitLen()), rnd(r, n.BitLen()), 1+r.IntN(6))
				}
			}
		})
	}
}

// TestCarry has results in which carries run through limbs of 2^52-1, or come to
// a halt in one of 0, for as far as there are limbs: a product with R mod N
// is the other factor.
func TestCarry(t *testing.T) {
	need(t)
	r := rand.New(rand.NewPCG(3, 4))
	for _, shape := range shapes {
		ns := []*big.Int{rndOdd(r, shape.bits), rndOdd(r, shape.bits)}
		if !shape.two {
			ns = ns[:1]
		}
		m, _ := newModulus(ns...)
		for range 1000 {
			limbs := make([]uint64, m.limbs-1)
			for at := 0; at < len(limbs); {
				fill := []uint64{0, limbMask, r.Uint64() & limbMask, 1}[r.IntN(4)]
				for n := 1 + r.IntN(len(limbs)); n > 0 && at < len(limbs); n-- {
					limbs[at] = fill
					at++
				}
			}
			x := number(limbs)
			m.check(t, []*big.Int{x, x}[:len(ns)], []*big.Int{number(m.r[:half]), number(m.r[half:])}[:len(ns)], 1)
			if !shape.two {
				m.check(t, []*big.Int{x}, []*big.Int{number(m.r[:])}, 1)
			}
		}
	}
}

// TestKnown has products whose results are known without arithmetic. Squared k times, 2
// is 2^(2^k), which modulo 2^p-1 is 2^(2^k mod p).
func TestKnown(t *testing.T) {
	need(t)
	const k = 20
	for _, c := range []struct {
		p, bits uint
		two     bool
	}{{521, 1024, true}, {607, 1024, true}, {1279, 1536, false}, {1279, 2048, false}} {
		mersenne := ones(int(c.p))
		// A multiple of it as long as the shape wants.
		n := new(big.Int).Lsh(mersenne, c.bits-c.p)
		ns := []*big.Int{n.Add(n, mersenne), n}
		if !c.two {
			ns = ns[:1]
		}
		m, rs := newModulus(ns...)
		// 2 R, its squares, and those with 2^52 for R.
		var x, two, out vec
		for i := range rs {
			two[i*half], out[i*half+1] = 2, 1
		}
		m.mul(&x, &two, &m.r2, 1)
		m.mul(&x, &x, &x, k)
		m.mul(&x, &x, &out, 1)
		want := power(uint(1<<k%int(c.p)), 0)
		for i, r := range rs {
			z := make([]uint64, len(r.n))
			reduce(z, x[i*half:i*half+m.limbs], r.n, r.k)
			if got := number(z); got.Mod(got, mersenne).Cmp(want) != 0 {
				t.Errorf("modulo 2^%d-1 in %d bits, half %d: %x, want %x", c.p, c.bits, i, got, want)
			}
		}
	}
}

func TestPick(t *testing.T) {
	need(t)
	var table [entries]vec
	for i := range table {
		for l := range table[i] {
			table[i][l] = uint64(1000*i + l)
		}
	}
	for i := range table {
		for j := range table {
			var z vec
			pick(&z, &table, uint64(i), uint64(j))
			for l, v := range z {
				from := i
				if l >= half {
					from = j
				}
				if v != table[from][l] {
					t.Fatalf("lane %d of %d, %d is %d", l, i, j, v)
				}
			}
		}
	}
}

// FuzzMontgomery compares the kernels with math/big.
func FuzzMontgomery(f *testing.F) {
	f.Add([]byte{1}, []byte{2}, []byte{3}, uint8(1))
	f.Add([]byte{0xff, 0xff, 0xff}, ones(2048).Bytes(), ones(2000).Bytes(), uint8(5))
	f.Fuzz(func(t *testing.T, n, x, y []byte, squares uint8) {
		need(t)
		for _, shape := range shapes {
			modulus := new(big.Int).SetBytes(n[:min(len(n), shape.bits/8)])
			modulus.SetBit(modulus.SetBit(modulus, 0, 1), shape.bits-1, 1)
			ns := []*big.Int{modulus}
			if shape.two {
				ns = append(ns, new(big.Int).Sub(power(uint(shape.bits), 1<<20+1), new(big.Int).Rsh(modulus, 1)))
				ns[1].SetBit(ns[1].SetBit(ns[1], 0, 1), shape.bits-1, 1)
				ns[1].And(ns[1], ones(shape.bits))
			}
			m, _ := newModulus(ns...)
			limit := shape.bits + limbBits - 1
			a, b := new(big.Int).SetBytes(x), new(big.Int).SetBytes(y)
			a.And(a, ones(limit))
			b.And(b, ones(limit))
			m.check(t, []*big.Int{a, b}[:len(ns)], []*big.Int{b, a}[:len(ns)], 1+int(squares%8))
		}
	})
}
