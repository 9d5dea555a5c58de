package certs

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"hash"
)

var errPassphrase = errors.New("the private key is encrypted, and the passphrase is missing or wrong")

// decrypt gives the key in a block that may be encrypted, in either of the forms
// that openssl writes.
func decrypt(b *pem.Block, pass string) ([]byte, error) {
	if b.Type == "ENCRYPTED PRIVATE KEY" {
		return decryptPKCS8(b.Bytes, pass)
	}
	//lint:ignore SA1019 the form is as weak as they say, and in use
	if !x509.IsEncryptedPEMBlock(b) {
		return b.Bytes, nil
	}
	if pass == "" {
		return nil, errPassphrase
	}
	//lint:ignore SA1019 as above
	der, err := x509.DecryptPEMBlock(b, []byte(pass))
	if err != nil {
		return nil, errPassphrase
	}
	return der, nil
}

var (
	oidPBES2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
)

// pbkdfHashes are the functions that keys are derived with; without a name it is
// SHA-1.
var pbkdfHashes = map[string]func() hash.Hash{
	"": sha1.New, "1.2.840.113549.2.7": sha1.New, "1.2.840.113549.2.9": sha256.New, "1.2.840.113549.2.11": sha512.New,
}

// pbesCiphers are the ciphers in CBC mode, by the size of their keys.
var pbesCiphers = map[string]struct {
	size int
	make func([]byte) (cipher.Block, error)
}{
	"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
}

// maxIterations bounds the work that a file can ask for.
const maxIterations = 10_000_000

// decryptPKCS8 is for RFC 5958's EncryptedPrivateKeyInfo with RFC 8018's PBES2.
func decryptPKCS8(der []byte, pass string) ([]byte, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	var scheme struct{ Derivation, Cipher pkix.AlgorithmIdentifier }
	var derivation struct {
		Salt       []byte
		Iterations int
		Size       int                      `asn1:"optional"`
		Hash       pkix.AlgorithmIdentifier `asn1:"optional"`
	}
	var iv []byte
	unsupported := errors.New("the private key is encrypted in a way that is not supported")
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, err
	}
	if _, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &scheme); err != nil || !info.Algorithm.Algorithm.Equal(oidPBES2) {
		return nil, unsupported
	}
	if _, err := asn1.Unmarshal(scheme.Derivation.Parameters.FullBytes, &derivation); err != nil || !scheme.Derivation.Algorithm.Equal(oidPBKDF2) {
		return nil, unsupported
	}
	if _, err := asn1.Unmarshal(scheme.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, unsupported
	}
	h, known := pbkdfHashes[derivation.Hash.Algorithm.String()]
	c, ok := pbesCiphers[scheme.Cipher.Algorithm.String()]
	if !known || !ok || derivation.Iterations > maxIterations {
		return nil, unsupported
	}
	if pass == "" {
		return nil, errPassphrase
	}
	key, err := pbkdf2.Key(h, pass, derivation.Salt, derivation.Iterations, c.size)
	if err != nil {
		return nil, err
	}
	block, err := c.make(key)
	if err != nil {
		return nil, err
	}
	n := block.BlockSize()
	if len(iv) != n || len(info.Data) == 0 || len(info.Data)%n != 0 {
		return nil, unsupported
	}
	plain := make([]byte, len(info.Data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, info.Data)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > n {
		return nil, errPassphrase
	}
	return plain[:len(plain)-pad], nil
}
