package rsasign

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"sync"
	"testing"
)

// need skips a test where the kernels do not run.
func need(t testing.TB) {
	t.Helper()
	if !Supported() {
		t.Skip("this processor has no AVX-512 IFMA, or it is switched off")
	}
}

// random2048 is a key like others.
var random2048 = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// power is 2^n + d.
func power(n uint, d int64) *big.Int {
	x := new(big.Int).Lsh(big.NewInt(1), n)
	return x.Add(x, big.NewInt(d))
}

// lowest is a prime of n bits whose second highest bit is far down: 2^(n-1) + 2^200 + d.
func lowest(n uint, d int64) *big.Int {
	x := power(n-1, d)
	return x.Add(x, power(200, 0))
}

// highest is a prime of n bits of which many of the highest are ones: 2^n - 2^(n-90) + d. It
// is as near to 2^n as the other prime of a key may be.
func highest(n uint, d int64) *big.Int {
	x := power(n, d)
	return x.Sub(x, power(n-90, 0))
}

// makeKey makes a key of primes.
func makeKey(e int, primes ...*big.Int) *rsa.PrivateKey {
	n, phi := big.NewInt(1), big.NewInt(1)
	for _, p := range primes {
		n.Mul(n, p)
		phi.Mul(phi, new(big.Int).Sub(p, big.NewInt(1)))
	}
	k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: e}, Primes: primes, D: new(big.Int).ModInverse(big.NewInt(int64(e)), phi)}
	k.Precompute()
	return k
}

// keys have primes as near to powers of two as they can be, above and below, in both
// orders.
var keys = sync.OnceValue(func() map[string]*rsa.PrivateKey {
	return map[string]*rsa.PrivateKey{
		"2048":             random2048(),
		"2048, both high":  makeKey(65537, power(1024, -105), highest(1024, -883)),
		"2048, other way":  makeKey(65537, highest(1024, -883), power(1024, -105)),
		"2048, second low": makeKey(65537, power(1024, -105), lowest(1024, 683)),
		"2048, first low":  makeKey(65537, lowest(1024, 683), power(1024, -105)),
		"2048, e 257":      makeKey(257, power(1024, -179), lowest(1024, 683)),
		"3072, both high":  makeKey(65537, power(1536, -3453), highest(1536, -23)),
		"3072, first low":  makeKey(65537, lowest(1536, 365), power(1536, -3453)),
		"4096, both high":  makeKey(65537, highest(2048, -1471), power(2048, -1557)),
		"4096, second low": makeKey(65537, power(2048, -1557), lowest(2048, 65)),
	}
})

// wrapped is the signer of a key.
func wrapped(t testing.TB, key *rsa.PrivateKey) *signer {
	t.Helper()
	need(t)
	k, ok := Wrap(key).(*signer)
	if !ok {
		t.Fatal("the kernels do not take the key")
	}
	return k
}
