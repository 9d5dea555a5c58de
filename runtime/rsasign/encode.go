package rsasign

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"io"
)

// prefixes are the DER encodings of DigestInfo up to the digest (RFC 8017, section
// 9.2, note 1), of the hashes that are used in TLS. Others are crypto/rsa's business.
var prefixes = map[crypto.Hash][]byte{
	crypto.SHA1:   {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14},
	crypto.SHA256: {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20},
	crypto.SHA384: {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30},
	crypto.SHA512: {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40},
}

// hashing is where EMSA-PSS hashes, and how.
type hashing struct {
	message [8 + sha512.Size + maxBytes]byte
	sum     [sha512.Size]byte
}

// of returns the hash of the first n bytes of the message, valid until the next.
func (h *hashing) of(hash crypto.Hash, n int) []byte {
	m := h.message[:n]
	switch hash {
	case crypto.SHA1:
		*(*[sha1.Size]byte)(h.sum[:]) = sha1.Sum(m)
	case crypto.SHA256:
		*(*[sha256.Size]byte)(h.sum[:]) = sha256.Sum256(m)
	case crypto.SHA384:
		*(*[sha512.Size384]byte)(h.sum[:]) = sha512.Sum384(m)
	default:
		h.sum = sha512.Sum512(m)
	}
	return h.sum[:hash.Size()]
}

// encode writes into em, which is as long as the modulus, what is to be signed. It
// is false for all that is unusual or wrong, which crypto/rsa shall answer.
func (s *scratch) encode(em []byte, random io.Reader, digest []byte, opts crypto.SignerOpts) bool {
	if opts == nil {
		return false
	}
	pss, isPSS := opts.(*rsa.PSSOptions)
	if isPSS && pss == nil {
		return false
	}
	hash := opts.HashFunc()
	prefix := prefixes[hash]
	if prefix == nil || len(digest) != hash.Size() {
		return false
	}
	if isPSS {
		return s.encodePSS(em, random, digest, hash, pss.SaltLength)
	}
	encodePKCS1(em, prefix, digest)
	return true
}

// encodePKCS1 is EMSA-PKCS1-v1_5 (RFC 8017, section 9.2).
func encodePKCS1(em, prefix, digest []byte) {
	t := len(em) - len(prefix) - len(digest)
	em[0], em[1] = 0, 1
	for i := 2; i < t-1; i++ {
		em[i] = 0xff
	}
	em[t-1] = 0
	copy(em[t:], prefix)
	copy(em[t+len(prefix):], digest)
}

// encodePSS is EMSA-PSS (RFC 8017, section 9.1.1), with MGF1 of the same hash. The
// modulus has a multiple of eight bits, so em one bit less than its bytes have.
func (s *scratch) encodePSS(em []byte, random io.Reader, digest []byte, hash crypto.Hash, salt int) bool {
	size := hash.Size()
	longest := len(em) - size - 2
	switch salt {
	case rsa.PSSSaltLengthAuto:
		salt = longest
	case rsa.PSSSaltLengthEqualsHash:
		salt = size
	}
	if salt < 0 || salt > longest || random == nil {
		return false
	}
	m := s.hash.message[:]
	clear(m[:8])
	copy(m[8:], digest)
	salted := m[8+size : 8+size+salt]
	if random == rand.Reader {
		rand.Read(salted)
	} else if _, err := io.ReadFull(random, salted); err != nil {
		return false
	}
	db, h := em[:len(em)-size-1], em[len(em)-size-1:len(em)-1]
	clear(db)
	db[len(db)-salt-1] = 1
	copy(db[len(db)-salt:], salted)
	copy(h, s.hash.of(hash, 8+size+salt))
	em[len(em)-1] = 0xbc

	copy(m, h)
	for counter, rest := uint32(0), db; len(rest) > 0; counter++ {
		binary.BigEndian.PutUint32(m[size:], counter)
		mask := s.hash.of(hash, size+4)
		n := min(size, len(rest))
		for i := range n {
			rest[i] ^= mask[i]
		}
		rest = rest[n:]
	}
	db[0] &= 0x7f
	return true
}
