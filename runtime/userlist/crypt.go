package userlist

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"hash"
	"strconv"
	"strings"

	"github.com/go-crypt/x/bcrypt"
	"github.com/go-crypt/x/crypt"
	"github.com/go-crypt/x/yescrypt"
)

// methods are the hashes of crypt(3), by how they begin.
var methods = []struct {
	prefix string
	same   func(hash string, password []byte) bool
}{
	{"$1$", md5},
	{"$2a$", blowfish}, {"$2b$", blowfish}, {"$2y$", blowfish},
	{"$5$", func(h string, p []byte) bool { return sha(sha256.New, h, p) }},
	{"$6$", func(h string, p []byte) bool { return sha(sha512.New, h, p) }},
	{"$y$", yes},
}

// Foreign reports whether hash looks like one of crypt(3)'s that passwords cannot
// be compared with here. Others never match anywhere.
func Foreign(hash string) bool {
	if len(hash) == len("saHash4567890") {
		return hash[0] != '$' // the traditional hash
	}
	for _, prefix := range []string{"$2x$", "$3$", "$7$", "$gy$", "$md5", "$sha1$", "_"} {
		if strings.HasPrefix(hash, prefix) {
			return true
		}
	}
	return false
}

func method(hash string) func(string, []byte) bool {
	for _, m := range methods {
		if strings.HasPrefix(hash, m.prefix) {
			return m.same
		}
	}
	return nil
}

// verify reports whether hash is that of the password.
func verify(hash string, password []byte) bool {
	same := method(hash)
	return same != nil && bytes.IndexByte(password, 0) < 0 && same(hash, password)
}

func md5(hash string, password []byte) bool {
	salt, sum, ok := strings.Cut(hash[len("$1$"):], "$")
	return ok && equal(crypt.KeyMD5Crypt(password, []byte(salt[:min(len(salt), 8)])), sum)
}

// The numbers of rounds that crypt(3) takes, and what it does without one.
const (
	leastRounds, defaultRounds, mostRounds = 1000, 5000, 999_999_999
	maxSalt                                = 16
)

func sha(h func() hash.Hash, hash string, password []byte) bool {
	rest, rounds := hash[len("$5$"):], defaultRounds
	if r, ok := strings.CutPrefix(rest, "rounds="); ok {
		digits, salt, _ := strings.Cut(r, "$")
		n, err := strconv.Atoi(digits)
		if err != nil || n < leastRounds || n > mostRounds {
			return false
		}
		rest, rounds = salt, n
	}
	salt, sum, ok := strings.Cut(rest, "$")
	return ok && equal(crypt.KeySHACrypt(h, password, []byte(salt[:min(len(salt), maxSalt)]), rounds), sum)
}

func blowfish(hash string, password []byte) bool {
	const longest = 72 // what follows does not count
	return bcrypt.CompareHashAndPassword([]byte(hash), password[:min(len(password), longest)]) == nil
}

func yes(hash string, password []byte) bool {
	end := strings.LastIndexByte(hash, '$')
	whole, err := yescrypt.Hash(password, []byte(hash[:end]))
	return err == nil && equal(whole, hash)
}

func equal(got []byte, want string) bool {
	return len(want) > 0 && subtle.ConstantTimeCompare(got, []byte(want)) == 1
}
