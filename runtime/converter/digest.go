package converter

import (
	"crypto/hmac"
	"crypto/subtle"
	"hash"
	"sync"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Converters.Add(
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "digest", Manual: "7.3.1", Usage: "(<algorithm>)", Doc: "The digest of the bytes by an algorithm such as SHA-256.",
				OK: []string{"str(a),digest(sha256),hex", "str(a),digest(sm3),hex", "str(a),digest(md4),hex"}, Bad: []string{"str(a),digest(sha257)"},
			},
			In: core.Bin, Out: core.Bin, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "algorithm")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				of, err := findAlgorithm(a[0].Text)
				if err != nil {
					return nil, err
				}
				return hashed(of.new), nil
			},
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "hmac", Manual: "7.3.1", Usage: "(<algorithm>,<key>)", Doc: "The HMAC of the bytes by an algorithm and a key in base64, or in a variable.",
				OK: []string{"str(a),hmac(sha256,a2V5),hex"}, Bad: []string{"str(a),hmac(sha256)", "str(a),hmac(sha257,a2V5)", "str(a),hmac(sha256,-)"},
			},
			In: core.Bin, Out: core.Bin, Min: 2, Args: []registry.ArgSpec{argument(registry.ArgString, "algorithm"), argument(registry.ArgString, "key")},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				of, err := findAlgorithm(a[0].Text)
				if err != nil {
					return nil, err
				}
				key, err := readEncoded(c, &a[1], "key")
				switch {
				case of.new == nil || of.bare:
					return hashed(nil), err
				case key.v == nil:
					return hashed(func() hash.Hash { return hmac.New(of.new, key.b) }), err
				}
				return func(s *core.Stream, p *core.Sample) bool {
					k, ok := key.get(s)
					if !ok {
						return false
					}
					h := hmac.New(of.new, k)
					h.Write(p.Bytes)
					p.SetBin(h.Sum(s.Scratch(h.Size())[:0]))
					return true
				}, err
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

// hashed makes a converter to a digest, which gives nothing without one. Hashes are
// used again: each would be an allocation.
func hashed(make func() hash.Hash) core.Convert {
	if make == nil {
		return func(*core.Stream, *core.Sample) bool { return false }
	}
	pool := &sync.Pool{New: func() any { return make() }}
	return func(s *core.Stream, p *core.Sample) bool {
		h := pool.Get().(hash.Hash)
		h.Reset()
		h.Write(p.Bytes)
		p.SetBin(h.Sum(s.Scratch(h.Size())[:0]))
		pool.Put(h)
		return true
	}
}
