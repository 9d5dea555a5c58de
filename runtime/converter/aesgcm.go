package converter

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"fmt"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(&registry.Converter{
		Keyword: registry.Keyword{
			Name: "aes_gcm_dec", Manual: "7.3.1", Usage: "(<bits>,<nonce>,<key>,<aead_tag>)",
			Doc: "The bytes decrypted by AES-GCM; none when the tag is wrong. Nonce, key and tag are in base64, as such or in a variable.",
			OK:  []string{"req.body,aes_gcm_dec(128,txn.nonce,Zm9vb2Zvb29mb29wZm9vbw==,txn.tag)"},
			Bad: []string{"req.body,aes_gcm_dec(100,txn.a,txn.b,txn.c)", "req.body,aes_gcm_dec(128,-,txn.b,txn.c)"},
		},
		In: core.Bin, Out: core.Bin, Min: 4,
		Args: []registry.ArgSpec{argument(registry.ArgInt, "bits"), argument(registry.ArgString, "nonce"),
			argument(registry.ArgString, "key"), argument(registry.ArgString, "aead_tag")},
		Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			bits := int(a[0].Int)
			if bits != 128 && bits != 192 && bits != 256 {
				return nil, fmt.Errorf("key size must be 128, 192 or 256 (bits).")
			}
			var in [3]encodedLiteral
			for i, what := range [...]string{"nonce", "key", "aead_tag"} {
				var err error
				if in[i], err = readEncoded(c, &a[1+i], what); err != nil {
					return nil, err
				}
			}
			return func(s *core.Stream, p *core.Sample) bool {
				nonce, ok1 := in[0].get(s)
				key, ok2 := in[1].get(s)
				tag, ok3 := in[2].get(s)
				if !ok1 || !ok2 || !ok3 || len(key) != bits/8 {
					return false
				}
				b, ok := openGCM(s, key, nonce, p.Bytes, tag)
				p.SetBin(b)
				return ok
			}, nil
		},
	})
}

// openGCM decrypts; the tag stands apart from the bytes.
func openGCM(s *core.Stream, key, nonce, sealed, tag []byte) ([]byte, bool) {
	block, err := aes.NewCipher(key)
	if err != nil || len(nonce) == 0 {
		return nil, false
	}
	aead, err := cipher.NewGCMWithNonceSize(block, len(nonce))
	if err != nil || len(tag) < minTag {
		return nil, false
	}
	// Tags may be shorter than the library opens with. What is encrypted twice is
	// plain again, and encrypting that gives the tag to compare with.
	plain := aead.Seal(s.Scratch(len(sealed) + aead.Overhead())[:0], nonce, sealed, nil)[:len(sealed)]
	again := aead.Seal(s.Scratch(len(sealed) + aead.Overhead())[:0], nonce, plain, nil)[len(sealed):]
	if len(tag) > len(again) || subtle.ConstantTimeCompare(tag, again[:len(tag)]) == 0 {
		return nil, false
	}
	return plain, true
}

// minTag is the shortest tag that protects: HAProxy takes shorter ones, too.
const minTag = 12

// encodedLiteral is a literal in base64.
type encodedLiteral struct{ literal }

// readEncoded reads one that messages call what.
func readEncoded(c *registry.Compiler, a *registry.Arg, what string) (encodedLiteral, error) {
	l := encodedLiteral{readLiteral(c, a)}
	if l.v == nil {
		var err error
		if l.b, err = base64.StdEncoding.DecodeString(a.Text); err != nil {
			return l, fmt.Errorf("failed to parse %s : argument needs to be base64 encoded, and can either be a string or a variable", what)
		}
	}
	return l, nil
}

// get returns the bytes.
func (l *encodedLiteral) get(s *core.Stream) ([]byte, bool) {
	b, ok := l.literal.get(s)
	if !ok || l.v == nil {
		return b, ok
	}
	return appendBase64(s.Scratch(len(b))[:0], b)
}
