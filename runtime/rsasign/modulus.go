package rsasign

import "math/big"

// The table of a fixed window of five bits.
const (
	window  = 5
	entries = 1 << window
)

// modulus is what products modulo one number, or two numbers side by side, need.
// It is made once, when a key is loaded, with math/big, whose time depends on the
// numbers: nobody who can measure that says when it happens, or how often. It
// never changes.
type modulus struct {
	limbs int  // of a factor
	two   bool // two numbers, each in a half of the vectors
	// p is the modulus as the kernels take it, N = 2^52 p[0] - 1; p[1] is p[0] a limb
	// further up.
	p [2]vec
	// In terms of R = 2^(52 limbs): R, R^2 and R^3 modulo N.
	r, r2, r3 vec
	// digits are an exponent's digits of the window, the highest first, for each half.
	digits [][2]uint8
}

// reducer is what takes a number modulo N to one modulo n.
type reducer struct {
	n []uint64 // limbs
	k uint64   // k n = -1 modulo 2^52
}

// newModulus makes a modulus for one or two odd numbers of equal length. The kernels
// work modulo a multiple N = k n that is -1 modulo 2^52, a limb longer than n.
func newModulus(numbers ...*big.Int) (*modulus, []reducer) {
	m := &modulus{two: len(numbers) == 2}
	m.limbs = (numbers[0].BitLen()+limbBits-1)/limbBits + 1
	m.limbs |= 1 // the kernels take limbs by twos, after the first
	var rs []reducer
	for i, n := range numbers {
		radix := new(big.Int).Lsh(big.NewInt(1), limbBits)
		k := new(big.Int).ModInverse(n, radix)
		k.Sub(radix, k)
		r := reducer{n: make([]uint64, m.limbs-1), k: k.Uint64()}
		split(r.n, words(n), 0)
		rs = append(rs, r)
		product := k.Mul(k, n)
		p := new(big.Int).Rsh(product, limbBits)
		m.set(m.p[0][:], i*half, p.Add(p, big.NewInt(1)))
		m.set(m.p[1][:], i*half, p.Lsh(p, limbBits))
		x := big.NewInt(1)
		for _, v := range []*vec{&m.r, &m.r2, &m.r3} {
			x.Lsh(x, uint(limbBits*m.limbs))
			m.set(v[:], i*half, x.Mod(x, product))
		}
	}
	return m, rs
}

// set writes a number into a half of a vector.
func (m *modulus) set(z []uint64, half int, x *big.Int) {
	split(z[half:half+m.limbs], words(x), 0)
}

// words are those of a number.
func words(x *big.Int) []uint64 {
	w := make([]uint64, (x.BitLen()+63)/64)
	setBytes(w, x.FillBytes(make([]byte, 8*len(w))))
	return w
}

// setExponents makes the digits of an exponent for each half. One number alone has
// the same for both.
func (m *modulus) setExponents(bits int, exponents ...*big.Int) {
	m.digits = make([][2]uint8, (bits+window-1)/window)
	for d := range m.digits {
		at := (len(m.digits) - 1 - d) * window
		for i := range m.digits[d] {
			e := exponents[i%len(exponents)]
			for b := range window {
				m.digits[d][i] |= uint8(e.Bit(at+b)) << b
			}
		}
	}
}

// mul is the kernel: z = x y / R, then squared n-1 times so.
func (m *modulus) mul(z, x, y *vec, n int) {
	if m.two {
		mul2(z, x, y, &m.p, n)
	} else {
		mul1(z, x, y, &m.p, n, m.limbs/2)
	}
}

// scratch is the memory of one signature. What is in it may be secret.
type scratch struct {
	table [entries]vec
	x, y  vec
	// words are the number that is signed, then the signature; want keeps the former.
	words, want, more [maxWords]uint64
	limbs             [3]vec
	text              [maxBytes]byte
	hash              hashing
}

// power raises s.x, which is x R modulo N, to the exponents: s.x becomes x^e R. Each
// digit takes the same steps, and reads the table in the same way: its value selects
// with masks, in pick. So the exponents have no influence on time or on addresses.
func (m *modulus) power(s *scratch) {
	t := &s.table
	t[0], t[1] = m.r, s.x
	for i := 2; i < entries; i++ {
		m.mul(&t[i], &t[i-1], &s.x, 1)
	}
	for i, d := range m.digits {
		pick(&s.y, t, uint64(d[0]), uint64(d[1]))
		squares := window
		if i == len(m.digits)-1 {
			squares = 0
		}
		if i == 0 {
			m.mul(&s.x, &s.y, &s.y, squares)
		} else {
			m.mul(&s.x, &s.x, &s.y, 1+squares)
		}
	}
}
