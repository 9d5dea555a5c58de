package rsasign

import (
	"crypto"
	"crypto/fips140"
	"crypto/rsa"
	"errors"
	"io"
	"sync"
)

// Supported tells whether this processor has the instructions, so that Wrap makes
// signatures faster.
func Supported() bool { return supported && !fips140.Enabled() }

// Wrap returns a signer that signs as key does, and with the same key, but faster. Where
// it cannot (see the package's text), it returns key itself. Key must not
// change any more. The result is a crypto.Decrypter if key is one; any number of
// goroutines may use it at once.
func Wrap(key crypto.Signer) crypto.Signer {
	std, ok := key.(*rsa.PrivateKey)
	if !ok || !Supported() {
		return key
	}
	if k := newPrivate(std); k != nil {
		return &signer{std: std, key: k}
	}
	return key
}

// signer is a *rsa.PrivateKey that makes signatures by itself.
type signer struct {
	std *rsa.PrivateKey
	key *private
	// fault changes a signature before it is checked, in tests.
	fault func(words []uint64)
}

// memory has the scratch memory of signatures.
var memory = sync.Pool{New: func() any { return new(scratch) }}

// Public is crypto.Signer's: a *rsa.PublicKey.
func (k *signer) Public() crypto.PublicKey { return k.std.Public() }

// Decrypt is crypto.Decrypter's, and crypto/rsa's.
func (k *signer) Decrypt(random io.Reader, text []byte, opts crypto.DecrypterOpts) ([]byte, error) {
	return k.std.Decrypt(random, text, opts)
}

// Sign is crypto.Signer's, and takes what rsa.PrivateKey.Sign takes, with its errors: opts
// of type *rsa.PSSOptions ask for RSASSA-PSS, others for RSASSA-PKCS1-v1_5.
func (k *signer) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	sig, err := k.sign(random, digest, opts)
	if err != nil {
		return k.std.Sign(random, digest, opts)
	}
	return sig, nil
}

// The reasons to leave a signature to crypto/rsa.
var (
	errUnusual = errors.New("not for the kernels")
	errFault   = errors.New("wrong signature")
)

func (k *signer) sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	s := memory.Get().(*scratch)
	defer memory.Put(s)
	size := 8 * k.key.words
	text := s.text[:size]
	if !s.encode(text, random, digest, opts) {
		return nil, errUnusual
	}
	words := s.words[:k.key.words]
	setBytes(words, text)
	copy(s.want[:], words)
	k.key.sign(s)
	if k.fault != nil {
		k.fault(words)
	}
	putBytes(text, words)
	// A wrong signature tells the primes to who sees it (Boneh, DeMillo, Lipton: On
	// the Importance of Checking Cryptographic Protocols for Faults), so that none may
	// leave unchecked. What is checked is public.
	if !k.made(s, text, digest, opts) {
		return nil, errFault
	}
	return append(make([]byte, 0, size), text...), nil
}

// made checks a signature, in s.words and in sig.
func (k *signer) made(s *scratch, sig, digest []byte, opts crypto.SignerOpts) bool {
	if k.key.public != nil {
		return k.key.public.made(s)
	}
	if pss, ok := opts.(*rsa.PSSOptions); ok {
		return rsa.VerifyPSS(&k.std.PublicKey, pss.Hash, digest, sig, pss) == nil
	}
	return rsa.VerifyPKCS1v15(&k.std.PublicKey, opts.HashFunc(), digest, sig) == nil
}
