package converter

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"errors"
	"hash"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	//lint:ignore SA1019 old is what whoever names it wants
	"golang.org/x/crypto/ripemd160"
)

// algorithm is a message digest. Without new it is one that OpenSSL knows the name
// of and no longer computes, so it gives nothing; bare says that it has no HMAC.
type algorithm struct {
	new  func() hash.Hash
	bare bool
}

// algorithms are message digests by the names and numbers that OpenSSL gives them,
// in lower case.
var algorithms = func() map[string]*algorithm {
	all := map[string]*algorithm{}
	for _, a := range []struct {
		names string
		algorithm
	}{
		{"md5 ssl3-md5 rsa-md5 md5withrsaencryption 1.2.840.113549.2.5", algorithm{new: md5.New}},
		{"sha1 sha-1 ssl3-sha1 rsa-sha1 rsa-sha1-2 sha1withrsaencryption 1.3.14.3.2.26", algorithm{new: sha1.New}},
		{"md5-sha1", algorithm{new: newMD5SHA1}},
		{"sha224 sha-224 sha2-224 rsa-sha224 sha224withrsaencryption 2.16.840.1.101.3.4.2.4", algorithm{new: sha256.New224}},
		{"sha256 sha-256 sha2-256 rsa-sha256 sha256withrsaencryption 2.16.840.1.101.3.4.2.1", algorithm{new: sha256.New}},
		{"sha384 sha-384 sha2-384 rsa-sha384 sha384withrsaencryption 2.16.840.1.101.3.4.2.2", algorithm{new: sha512.New384}},
		{"sha512 sha-512 sha2-512 rsa-sha512 sha512withrsaencryption 2.16.840.1.101.3.4.2.3", algorithm{new: sha512.New}},
		{"sha512-224 sha-512/224 sha2-512/224 rsa-sha512/224 sha512-224withrsaencryption 2.16.840.1.101.3.4.2.5", algorithm{new: sha512.New512_224}},
		{"sha512-256 sha-512/256 sha2-512/256 rsa-sha512/256 sha512-256withrsaencryption 2.16.840.1.101.3.4.2.6", algorithm{new: sha512.New512_256}},
		{"sha3-224 rsa-sha3-224 id-rsassa-pkcs1-v1_5-with-sha3-224 2.16.840.1.101.3.4.2.7", algorithm{new: func() hash.Hash { return sha3.New224() }}},
		{"sha3-256 rsa-sha3-256 id-rsassa-pkcs1-v1_5-with-sha3-256 2.16.840.1.101.3.4.2.8", algorithm{new: func() hash.Hash { return sha3.New256() }}},
		{"sha3-384 rsa-sha3-384 id-rsassa-pkcs1-v1_5-with-sha3-384 2.16.840.1.101.3.4.2.9", algorithm{new: func() hash.Hash { return sha3.New384() }}},
		{"sha3-512 rsa-sha3-512 id-rsassa-pkcs1-v1_5-with-sha3-512 2.16.840.1.101.3.4.2.10", algorithm{new: func() hash.Hash { return sha3.New512() }}},
		{"shake128 shake-128 2.16.840.1.101.3.4.2.11", algorithm{new: func() hash.Hash { return shake{sha3.NewSHAKE128(), 16} }, bare: true}},
		{"shake256 shake-256 2.16.840.1.101.3.4.2.12", algorithm{new: func() hash.Hash { return shake{sha3.NewSHAKE256(), 32} }, bare: true}},
		{"sm3 rsa-sm3 sm3withrsaencryption 1.2.156.10197.1.401", algorithm{new: newSM3}},
		{"ripemd160 ripemd-160 ripemd rmd160 rsa-ripemd160 ripemd160withrsa 1.3.36.3.2.1", algorithm{new: ripemd160.New}},
		{"blake2b512 blake2b-512 1.3.6.1.4.1.1722.12.2.1.16", algorithm{new: keyless(blake2b.New512)}},
		{"blake2s256 blake2s-256 1.3.6.1.4.1.1722.12.2.2.8", algorithm{new: keyless(blake2s.New256)}},
		{"md4 rsa-md4 md4withrsaencryption whirlpool", algorithm{}},
	} {
		for name := range strings.FieldsSeq(a.names) {
			all[name] = &a.algorithm
		}
	}
	return all
}()

// findAlgorithm finds a message digest by name.
func findAlgorithm(name string) (*algorithm, error) {
	if a := algorithms[strings.ToLower(name)]; a != nil {
		return a, nil
	}
	return nil, errors.New("algorithm must be a valid OpenSSL message digest name.")
}

// keyless makes a digest of one that may have a key.
func keyless(make func(key []byte) (hash.Hash, error)) func() hash.Hash {
	return func() hash.Hash {
		h, err := make(nil)
		if err != nil {
			panic(err) // there is no key that it could dislike
		}
		return h
	}
}

// md5SHA1 is both digests, one behind the other.
type md5SHA1 struct{ md5, sha1 hash.Hash }

func newMD5SHA1() hash.Hash { return md5SHA1{md5.New(), sha1.New()} }

func (h md5SHA1) Write(p []byte) (int, error) {
	h.md5.Write(p)
	return h.sha1.Write(p)
}
func (h md5SHA1) Sum(b []byte) []byte { return h.sha1.Sum(h.md5.Sum(b)) }
func (h md5SHA1) Reset()              { h.md5.Reset(); h.sha1.Reset() }
func (h md5SHA1) Size() int           { return md5.Size + sha1.Size }
func (h md5SHA1) BlockSize() int      { return md5.BlockSize }

// shake is a digest of as many bytes as OpenSSL takes of a function that gives
// any number.
type shake struct {
	*sha3.SHAKE
	size int
}

func (h shake) Size() int { return h.size }
func (h shake) Sum(b []byte) []byte {
	n := len(b)
	b = append(b, make([]byte, h.size)...)
	h.Read(b[n:]) // nothing is written after it
	return b
}
