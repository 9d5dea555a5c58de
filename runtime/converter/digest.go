package converter

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Converters.Add(
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "digest", Manual: "7.3.1", Usage: "(<algorithm>)", Doc: "The digest of the bytes by an algorithm such as SHA-256.",
				OK: []string{"str(a),digest(sha256),hex"}, Bad: []string{"str(a),digest(sha257)"},
			},
			In: core.Bin, Out: core.Bin, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "algorithm")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				make, err := algorithm(a[0].Text)
				return func(s *core.Stream, p *core.Sample) bool {
					h := make()
					h.Write(p.Bytes)
					p.SetBin(h.Sum(s.Scratch(h.Size())[:0]))
					return true
				}, err
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "hmac", Manual: "7.3.1", Usage: "(<algorithm>,<key>)", Doc: "The HMAC of the bytes by an algorithm and a key in base64, or in a variable.",
				OK: []string{"str(a),hmac(sha256,a2V5),hex"}, Bad: []string{"str(a),hmac(sha256)", "str(a),hmac(sha257,a2V5)", "str(a),hmac(sha256,-)"},
			},
			In: core.Bin, Out: core.Bin, Min: 2, Args: []registry.ArgSpec{argument(registry.ArgString, "algorithm"), argument(registry.ArgString, "key")},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				make, err := algorithm(a[0].Text)
				if err != nil {
					return nil, err
				}
				key := readLiteral(c, &a[1])
				if key.v == nil {
					if key.b, err = base64.StdEncoding.DecodeString(a[1].Text); err != nil {
						return nil, fmt.Errorf("failed to parse key : argument needs to be base64 encoded, and can either be a string or a variable")
					}
				}
				return func(s *core.Stream, p *core.Sample) bool {
					k, ok := key.get(s)
					if ok && key.v != nil {
						b := s.Scratch(base64.StdEncoding.DecodedLen(len(k)))
						n, err := base64.StdEncoding.Decode(b, k)
						k, ok = b[:n], err == nil
					}
					if !ok {
						return false
					}
					h := hmac.New(make, k)
					h.Write(p.Bytes)
					p.SetBin(h.Sum(s.Scratch(h.Size())[:0]))
					return true
				}, nil
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "secure_memcmp", Manual: "7.3.1", Usage: "(<var>)", Doc: "True if the bytes equal a variable's value, in a time that does not tell where they differ.",
				OK: []string{"str(a),secure_memcmp(txn.x)"}, Bad: []string{"str(a),secure_memcmp", "str(a),secure_memcmp(x)"},
			},
			In: core.Bin, Out: core.Bool, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "var")},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				v, err := variable(c, &a[0])
				return func(s *core.Stream, p *core.Sample) bool {
					b, ok := sample.VarText(s, v)
					p.SetBool(subtle.ConstantTimeCompare(p.Bytes, b) == 1)
					return ok
				}, err
			},
		},
	)
}

// algorithm finds a message digest by the name that OpenSSL gives it.
func algorithm(name string) (func() hash.Hash, error) {
	switch strings.ToLower(name) {
	case "md5":
		return md5.New, nil
	case "sha1":
		return sha1.New, nil
	case "sha224":
		return sha256.New224, nil
	case "sha256":
		return sha256.New, nil
	case "sha384":
		return sha512.New384, nil
	case "sha512":
		return sha512.New, nil
	case "sha512-224":
		return sha512.New512_224, nil
	case "sha512-256":
		return sha512.New512_256, nil
	}
	return nil, fmt.Errorf("algorithm must be a valid OpenSSL message digest name..")
}
