package rsasign

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"strings"
	"sync"
	"testing"
)

var hashes = []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512}

// both signs with the kernels and with crypto/rsa. The kernels have to.
func both(t testing.TB, k *signer, digest []byte, opts crypto.SignerOpts, seed uint64) (own, std []byte) {
	t.Helper()
	own, err := k.sign(seeded(seed), digest, opts)
	if err != nil {
		t.Fatalf("%v: %v", opts, err)
	}
	std, err = k.std.Sign(seeded(seed), digest, opts)
	if err != nil {
		t.Fatalf("crypto/rsa, %v: %v", opts, err)
	}
	return own, std
}

// seeded gives the same salts again.
func seeded(seed uint64) io.Reader {
	var b [32]byte
	b[0] = byte(seed)
	b[1] = byte(seed >> 8)
	return mrand.NewChaCha8(b)
}

// TestSign makes the signatures that crypto/rsa makes, byte for byte: PSS with the same
// salts.
func TestSign(t *testing.T) {
	for name, key := range keys() {
		t.Run(name, func(t *testing.T) {
			k := wrapped(t, key)
			count := 4
			if name == "2048" {
				count = 20
			} else if key.Size() > 256 {
				count = 2
			}
			for i := range count {
				for _, h := range hashes {
					digest := make([]byte, h.Size())
					rand.Read(digest)
					own, std := both(t, k, digest, h, 0)
					if !bytes.Equal(own, std) {
						t.Fatalf("%v of %x: %x, want %x", h, digest, own, std)
					}
					longest := key.Size() - h.Size() - 2
					for _, salt := range []int{rsa.PSSSaltLengthEqualsHash, rsa.PSSSaltLengthAuto, 1, h.Size() + 1, longest - 1, longest}[i%2*3:][:3] {
						opts := &rsa.PSSOptions{SaltLength: salt, Hash: h}
						own, std := both(t, k, digest, opts, uint64(i))
						if !bytes.Equal(own, std) {
							t.Fatalf("%v, salt %d, of %x: %x, want %x", h, salt, digest, own, std)
						}
						own, err := k.sign(rand.Reader, digest, opts)
						if err == nil {
							err = rsa.VerifyPSS(&key.PublicKey, h, digest, own, opts)
						}
						if err != nil {
							t.Fatalf("%v, salt %d: %v", h, salt, err)
						}
					}
				}
			}
		})
	}
}

// TestLeft has what is left to crypto/rsa: results and errors are its own.
func TestLeft(t *testing.T) {
	k := wrapped(t, random2048())
	digest := make([]byte, 64)
	for name, c := range map[string]struct {
		digest []byte
		opts   crypto.SignerOpts
	}{
		"no hash":          {digest[:20], crypto.Hash(0)},
		"MD5 and SHA-1":    {digest[:36], crypto.MD5SHA1},
		"SHA-224":          {digest[:28], crypto.SHA224},
		"SHA-512/256":      {digest[:32], crypto.SHA512_256},
		"short digest":     {digest[:31], crypto.SHA256},
		"long digest":      {digest[:33], crypto.SHA256},
		"no digest":        {nil, crypto.SHA256},
		"PSS, SHA-224":     {digest[:28], &rsa.PSSOptions{Hash: crypto.SHA224, SaltLength: 4}},
		"PSS, short":       {digest[:31], &rsa.PSSOptions{Hash: crypto.SHA256}},
		"PSS, salt of -2":  {digest[:32], &rsa.PSSOptions{Hash: crypto.SHA256, SaltLength: -2}},
		"PSS, salt of 223": {digest[:32], &rsa.PSSOptions{Hash: crypto.SHA256, SaltLength: 223}},
	} {
		if _, err := k.sign(seeded(1), c.digest, c.opts); err != errUnusual {
			t.Errorf("%s: %v", name, err)
		}
		own, err := k.Sign(seeded(1), c.digest, c.opts)
		std, want := k.std.Sign(seeded(1), c.digest, c.opts)
		if !bytes.Equal(own, std) || fmt.Sprint(err) != fmt.Sprint(want) {
			t.Errorf("%s: %x, %v; crypto/rsa: %x, %v", name, own, err, std, want)
		}
	}
	// A reader that fails.
	opts := &rsa.PSSOptions{Hash: crypto.SHA256}
	if _, err := k.Sign(strings.NewReader("short"), digest[:32], opts); !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		t.Errorf("no salt: %v", err)
	}
}

// TestFault has the kernels make a mistake: crypto/rsa's signature leaves.
func TestFault(t *testing.T) {
	for _, name := range []string{"2048", "2048, e 257", "3072, both high"} {
		k := wrapped(t, keys()[name])
		digest := sha256.Sum256([]byte(name))
		for _, bit := range []int{0, 1, 63, 64, 1000, k.std.N.BitLen() - 1} {
			faults := 0
			k.fault = func(w []uint64) { w[bit/64] ^= 1 << (bit % 64); faults++ }
			for _, opts := range []crypto.SignerOpts{crypto.SHA256, &rsa.PSSOptions{Hash: crypto.SHA256, SaltLength: rsa.PSSSaltLengthEqualsHash}} {
				if sig, err := k.sign(seeded(2), digest[:], opts); err != errFault || sig != nil {
					t.Fatalf("%s, bit %d: %x, %v", name, bit, sig, err)
				}
				own, err := k.Sign(rand.Reader, digest[:], opts)
				if err != nil {
					t.Fatal(err)
				}
				if pss, ok := opts.(*rsa.PSSOptions); ok {
					err = rsa.VerifyPSS(&k.std.PublicKey, crypto.SHA256, digest[:], own, pss)
				} else {
					err = rsa.VerifyPKCS1v15(&k.std.PublicKey, crypto.SHA256, digest[:], own)
				}
				if err != nil {
					t.Fatalf("%s, bit %d: %v", name, bit, err)
				}
			}
			if faults != 4 {
				t.Fatalf("%d faults", faults)
			}
		}
	}
}

// TestFaultInPrime has a signature that is right modulo one prime only, which is what
// tells them.
func TestFaultInPrime(t *testing.T) {
	key := keys()["2048, second low"]
	k := wrapped(t, key)
	digest := sha256.Sum256(nil)
	for _, p := range key.Primes {
		p := padded(p, k.key.words)
		k.fault = func(w []uint64) {
			var carry uint64
			for i := range w {
				sum := w[i] + p[i]
				next := sum + carry
				if sum < w[i] || next < sum {
					carry = 1
				} else {
					carry = 0
				}
				w[i] = next
			}
		}
		if _, err := k.sign(nil, digest[:], crypto.SHA256); err != errFault {
			t.Errorf("%v", err)
		}
	}
}

// TestConcurrent signs with one key in many goroutines, and with others between.
func TestConcurrent(t *testing.T) {
	signers := []*signer{wrapped(t, random2048()), wrapped(t, keys()["2048, first low"]), wrapped(t, keys()["3072, first low"])}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 20 {
				k := signers[(i+n)%len(signers)]
				digest := sha256.Sum256([]byte{byte(i), byte(n)})
				sig, err := k.sign(rand.Reader, digest[:], crypto.SHA256)
				if err == nil {
					err = rsa.VerifyPKCS1v15(&k.std.PublicKey, crypto.SHA256, digest[:], sig)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestDecrypt(t *testing.T) {
	k := wrapped(t, random2048())
	text, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, k.Public().(*rsa.PublicKey), []byte("secret"), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := crypto.Decrypter(k).Decrypt(rand.Reader, text, &rsa.OAEPOptions{Hash: crypto.SHA256})
	if err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
}

// FuzzSign compares with crypto/rsa.
func FuzzSign(f *testing.F) {
	f.Add([]byte("digest"), uint8(0), 0)
	f.Add([]byte{}, uint8(7), 222)
	f.Add(bytes.Repeat([]byte{0xff}, 64), uint8(3), -1)
	f.Fuzz(func(t *testing.T, text []byte, kind uint8, salt int) {
		k := wrapped(t, keys()[[]string{"2048, both high", "2048, second low"}[kind>>3&1]])
		h := hashes[kind&3]
		digest := make([]byte, h.Size())
		copy(digest, text)
		var opts crypto.SignerOpts = h
		if kind&4 != 0 {
			opts = &rsa.PSSOptions{Hash: h, SaltLength: salt}
		}
		own, err := k.Sign(seeded(uint64(len(text))), digest, opts)
		std, want := k.std.Sign(seeded(uint64(len(text))), digest, opts)
		if !bytes.Equal(own, std) || fmt.Sprint(err) != fmt.Sprint(want) {
			t.Fatalf("%x, %v; crypto/rsa: %x, %v", own, err, std, want)
		}
	})
}
