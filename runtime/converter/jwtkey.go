package converter

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"hash"
	"math/big"
	"os"
)

// tokenAlgorithm is a way of signing tokens (RFC 7518, 3.1).
type tokenAlgorithm struct {
	// hash is nil for what is known and not supported.
	hash func() hash.Hash
	id   crypto.Hash
	// public says that a public key verifies what a private one signed; else
	// both sides have a secret.
	public bool
	// pair says that a signature is two numbers of the same length.
	pair bool
	none bool
}

var tokenAlgorithms = map[string]*tokenAlgorithm{
	"none":  {none: true},
	"HS256": {hash: sha256.New}, "HS384": {hash: sha512.New384}, "HS512": {hash: sha512.New},
	"RS256": {hash: sha256.New, id: crypto.SHA256, public: true},
	"RS384": {hash: sha512.New384, id: crypto.SHA384, public: true},
	"RS512": {hash: sha512.New, id: crypto.SHA512, public: true},
	"ES256": {hash: sha256.New, id: crypto.SHA256, public: true, pair: true},
	"ES384": {hash: sha512.New384, id: crypto.SHA384, public: true, pair: true},
	"ES512": {hash: sha512.New, id: crypto.SHA512, public: true, pair: true},
	"PS256": {}, "PS384": {}, "PS512": {},
}

func findTokenAlgorithm(name string) (*tokenAlgorithm, error) {
	switch a := tokenAlgorithms[name]; {
	case a == nil:
	case a.hash == nil && !a.none:
		return nil, fmt.Errorf("RSASSA-PSS JWS signing not managed yet")
	default:
		return a, nil
	}
	return nil, fmt.Errorf("unknown JWT algorithm: %s", name)
}

func (a *tokenAlgorithm) verifySecret(signed, signature, secret []byte) bool {
	h := hmac.New(a.hash, secret)
	h.Write(signed)
	var sum [sha512.Size]byte
	return hmac.Equal(h.Sum(sum[:0]), signature)
}

// verifyPublic checks a signature.
func (a *tokenAlgorithm) verifyPublic(signed, signature []byte, key crypto.PublicKey) bool {
	h := a.hash()
	h.Write(signed)
	sum := h.Sum(nil)
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, a.id, sum, signature) == nil
	case *ecdsa.PublicKey:
		half := len(signature) / 2
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		return a.pair && ecdsa.Verify(k, sum, r, s)
	}
	return false
}

// publicKeys is the key of a file, nil when it has none.
type publicKeys struct {
	name string
	key  crypto.PublicKey
}

// loadPublicKey reads a public key. A file without one is no error: it is told to
// who verifies. HAProxy 2.6 finds none in certificates, whatever its manual says.
func loadPublicKey(name string) *publicKeys {
	k := &publicKeys{name: name}
	text, err := os.ReadFile(name)
	for err == nil && k.key == nil {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type == "PUBLIC KEY" {
			k.key, _ = x509.ParsePKIXPublicKey(block.Bytes)
		}
	}
	return k
}
