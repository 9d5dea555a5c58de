package rsasign

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"testing"
)

var pssOptions = &rsa.PSSOptions{Hash: crypto.SHA256, SaltLength: rsa.PSSSaltLengthEqualsHash}

// BenchmarkSign compares with crypto/rsa, as TLS 1.3 has signatures made.
func BenchmarkSign(b *testing.B) {
	digest := make([]byte, 32)
	for _, name := range []string{"2048", "3072, both high", "4096, both high"} {
		k := wrapped(b, keys()[name])
		run := func(by string, key crypto.Signer) {
			b.Run(fmt.Sprintf("%d/%s", k.std.N.BitLen(), by), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := key.Sign(rand.Reader, digest, pssOptions); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("avx512", k)
		run("crypto", k.std)
	}
}

// BenchmarkParts measures what a signature is made of.
func BenchmarkParts(b *testing.B) {
	k := wrapped(b, random2048()).key
	s := new(scratch)
	b.Run("private", func(b *testing.B) {
		for b.Loop() {
			k.sign(s)
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			k.public.made(s)
		}
	})
	b.Run("mul2", func(b *testing.B) {
		k.parts[0].mul(&s.x, &s.x, &s.x, b.N)
	})
	b.Run("mul1", func(b *testing.B) {
		k.public.m.mul(&s.x, &s.x, &s.x, b.N)
	})
	b.Run("pick", func(b *testing.B) {
		for b.Loop() {
			pick(&s.x, &s.table, 3, 5)
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			newPrivate(random2048())
		}
	})
}

// TestAllocations has one allocation for a signature: itself.
func TestAllocations(t *testing.T) {
	k := wrapped(t, random2048())
	digest := make([]byte, 32)
	for _, opts := range []crypto.SignerOpts{crypto.SHA256, pssOptions} {
		// A collection may empty the pool.
		if n := testing.AllocsPerRun(200, func() { k.sign(rand.Reader, digest, opts) }); n > 1.1 {
			t.Errorf("%T: %v allocations", opts, n)
		}
	}
}
