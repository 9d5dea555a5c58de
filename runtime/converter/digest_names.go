package converter

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"fmt"
	"hash"
	"strings"
)

// algorithms are message digests by the names that OpenSSL gives them, in lower
// case. SM3, RIPEMD-160 and BLAKE2, which it has too, are not among them.
var algorithms = map[string]func() hash.Hash{
	"md5": md5.New, "ssl3-md5": md5.New, "rsa-md5": md5.New,
	"sha1": sha1.New, "sha-1": sha1.New, "ssl3-sha1": sha1.New, "rsa-sha1": sha1.New, "rsa-sha1-2": sha1.New,
	"sha224": sha256.New224, "sha-224": sha256.New224, "sha2-224": sha256.New224, "rsa-sha224": sha256.New224,
	"sha256": sha256.New, "sha-256": sha256.New, "sha2-256": sha256.New, "rsa-sha256": sha256.New,
	"sha384": sha512.New384, "sha-384": sha512.New384, "sha2-384": sha512.New384, "rsa-sha384": sha512.New384,
	"sha512": sha512.New, "sha-512": sha512.New, "sha2-512": sha512.New, "rsa-sha512": sha512.New,
	"sha512-224": sha512.New512_224, "sha-512/224": sha512.New512_224, "sha2-512/224": sha512.New512_224, "rsa-sha512/224": sha512.New512_224,
	"sha512-256": sha512.New512_256, "sha-512/256": sha512.New512_256, "sha2-512/256": sha512.New512_256, "rsa-sha512/256": sha512.New512_256,
	"sha3-224": func() hash.Hash { return sha3.New224() }, "rsa-sha3-224": func() hash.Hash { return sha3.New224() },
	"sha3-256": func() hash.Hash { return sha3.New256() }, "rsa-sha3-256": func() hash.Hash { return sha3.New256() },
	"sha3-384": func() hash.Hash { return sha3.New384() }, "rsa-sha3-384": func() hash.Hash { return sha3.New384() },
	"sha3-512": func() hash.Hash { return sha3.New512() }, "rsa-sha3-512": func() hash.Hash { return sha3.New512() },
}

// algorithm finds a message digest by name.
func algorithm(name string) (func() hash.Hash, error) {
	if make := algorithms[strings.ToLower(name)]; make != nil {
		return make, nil
	}
	return nil, fmt.Errorf("algorithm must be a valid OpenSSL message digest name.")
}
