// Package rsasign makes RSA signatures with AVX-512 IFMA, several times as fast as
// crypto/rsa, whose signatures are most of what a full TLS handshake with an RSA
// certificate costs.
//
// Wrap takes keys of two primes of the same length and of 2048, 3072 or 4096 bits, on
// processors with AVX-512 F, BW and IFMA. All else is left to crypto/rsa: other keys and
// processors, decryption, hashes other than SHA-1, SHA-256, SHA-384 and SHA-512, and
// everything in FIPS 140-3 mode, for which Go's module has been validated and this
// package has not.
//
// To have crypto/rsa make all signatures, start the program with
//
//	GODEBUG=cpu.avx512ifma=off
//
// in its environment. Go's runtime, which looks for words of its own there, says that it
// does not know this one; the package golang.org/x/sys/cpu does. The build tag purego
// leaves the assembly out. "gohap -vv" tells which of the two makes signatures.
//
// # Secrets
//
// How long a signature takes depends on the length and the public exponent of the key,
// and on nothing else: no branch, address or instruction whose time varies depends
// on the rest of the key, or on what is signed. Numbers are handled limb by limb to the
// end, and what is added or subtracted under a condition is masked (limbs.go and the
// kernels). Exponents are cut into digits of five bits when the key is loaded; each
// takes five squarings and a product with an entry of a table, all of which
// is read each time (pick). Only loading a key, which happens once, uses math/big. A
// signature is checked with the public exponent before it leaves, since a wrong
// one would tell the primes; crypto/rsa replaces those that fail.
package rsasign
