package cache

import (
	"bytes"
	"hash/crc32"
)

// Signature is the set of request headers that a response depends on, as its Vary
// header says.
type Signature uint8

// The headers that may be in the set.
const (
	ByEncoding Signature = 1 << iota
	ByReferer
)

// VaryOn returns the header of a Vary element; false for one that nothing can be
// stored with.
func VaryOn(element []byte) (Signature, bool) {
	switch {
	case equalFold(element, "accept-encoding"):
		return ByEncoding, true
	case equalFold(element, "referer"):
		return ByReferer, true
	}
	return 0, false
}

// Key tells requests for the same URI apart: of a request, what encodings it accepts
// and where it comes from; of a response, the encodings that it has.
type Key struct {
	Encodings Encodings
	Referer   uint32
}

// suits reports whether the response e may be given to a request with the key k.
func (k Key) suits(e *entry) bool {
	return (e.what&ByEncoding == 0 || e.vary.Encodings&^k.Encodings == 0) &&
		(e.what&ByReferer == 0 || e.vary.Referer == k.Referer)
}

// within is k as far as what says.
func (k Key) within(what Signature) Key {
	if what&ByEncoding == 0 {
		k.Encodings = 0
	}
	if what&ByReferer == 0 {
		k.Referer = 0
	}
	return k
}

// RefererOf is the part of a key that stands for a Referer header.
func RefererOf(value []byte) uint32 { return crc32.ChecksumIEEE(value) }

// Encodings is a set of content encodings, a bit each.
type Encodings uint32

// Identity is no encoding; AnyEncoding is all of them, known or not.
const (
	Identity    Encodings = 1 << 8
	AnyEncoding Encodings = 1<<32 - 1
)

// encodings are the names that IANA has registered.
var encodings = map[string]Encodings{
	"gzip": 1, "x-gzip": 1, "deflate": 2, "br": 4, "compress": 8, "x-compress": 8, "aes128gcm": 16,
	"exi": 32, "pack200-gzip": 64, "zstd": 128, "identity": Identity,
}

// EncodingOf returns the encoding of a Content-Encoding element; false for an
// unknown one.
func EncodingOf(element []byte) (Encodings, bool) {
	var buf [16]byte
	if len(element) > len(buf) {
		return 0, false
	}
	for i, b := range element {
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		buf[i] = b
	}
	e, ok := encodings[string(buf[:len(element)])]
	return e, ok
}

// Accepted puts together what the elements of Accept-Encoding say. The zero value is
// that of a request without the header.
type Accepted struct {
	some, none Encodings
	given, any bool
}

// Add takes an element, such as "gzip;q=0.5".
func (a *Accepted) Add(element []byte) {
	a.given = true
	name, weight, _ := bytes.Cut(element, semicolon)
	zero := zeroWeight(weight)
	name = bytes.TrimRight(name, " \t")
	if len(name) == 1 && name[0] == '*' {
		a.any = a.any || !zero
		return
	}
	e, _ := EncodingOf(name)
	if zero {
		a.none |= e
	} else {
		a.some |= e
	}
}

var semicolon = []byte(";")

// Set is what may be sent. Identity may unless it was refused by its name.
func (a *Accepted) Set() Encodings {
	switch {
	case !a.given:
		return AnyEncoding
	case a.any:
		return AnyEncoding &^ (a.none &^ a.some)
	}
	return (a.some | Identity) &^ (a.none &^ a.some)
}

// zeroWeight reports whether the parameters of an element weigh it nothing.
func zeroWeight(params []byte) bool {
	params = bytes.TrimLeft(params, " \t")
	if len(params) < 2 || params[0]|0x20 != 'q' {
		return false
	}
	params = bytes.TrimLeft(params[1:], " \t")
	if len(params) < 2 || params[0] != '=' {
		return false
	}
	digits := bytes.Trim(params[1:], " \t")
	return len(digits) > 0 && len(bytes.Trim(digits, "0.")) == 0
}

// equalFold reports whether b is the lower case text but for case.
func equalFold(b []byte, text string) bool {
	if len(b) != len(text) {
		return false
	}
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != text[i] {
			return false
		}
	}
	return true
}
