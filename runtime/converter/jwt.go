package converter

import (
	"bytes"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

func init() {
	registry.Converters.Add(
		tokenPart("jwt_header_query", "The header of a JSON Web Token, or the value at a path of it (see json_query).", 0),
		tokenPart("jwt_payload_query", "The payload of a JSON Web Token, or the value at a path of it (see json_query).", 1),
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "jwt_verify", Manual: "7.3.1", Usage: "(<alg>,<key>)",
				Doc: "Whether a JSON Web Token's signature is right: 1 yes, 0 no, -1 and -2 unknown and unsupported algorithm, -3 no token, -5 unknown key.",
				OK:  []string{"var(txn.token),jwt_verify(HS256,secret)", "var(txn.token),jwt_verify(txn.alg,txn.secret)"},
				Bad: []string{"var(txn.token),jwt_verify(HS256)", "var(txn.token),jwt_verify(HS1,x)"},
			},
			In: core.Bin, Out: core.Sint, Min: 2,
			Args:    []registry.ArgSpec{argument(registry.ArgString, "alg"), argument(registry.ArgString, "key")},
			Compile: compileVerify,
		},
	)
}

// splitToken returns the parts of a token that its dots separate, and how many
// there are.
func splitToken(b []byte) (parts [3][]byte, n int) {
	for n = 0; n < len(parts); n++ {
		var more bool
		if parts[n], b, more = bytes.Cut(b, []byte{'.'}); !more {
			return parts, n + 1
		}
	}
	return parts, n + 1
}

func tokenPart(name, doc string, part int) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "([<json_path>[,<output_type>]])", Doc: doc,
			OK:  []string{"var(txn.token)," + name + "", "var(txn.token)," + name + "('$.a')", "var(txn.token)," + name + "('$.a','int')"},
			Bad: []string{"var(txn.token)," + name + "('$.a','str')"},
		},
		In: core.Bin, Out: core.Any,
		Args: []registry.ArgSpec{argument(registry.ArgString, "json_path"), argument(registry.ArgString, "output_type")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			q, err := readQuery(a)
			all := a[0].Text == ""
			return func(s *core.Stream, p *core.Sample) bool {
				parts, n := splitToken(p.Bytes)
				if n <= part {
					return false
				}
				b, ok := appendBase64URL(s.Scratch(len(parts[part]))[:0], parts[part])
				if !ok {
					return false
				}
				if p.SetStr(b); all {
					return true
				}
				return q.convert(s, p)
			}, err
		},
	}
}

// What jwt_verify returns besides 0 and 1.
const (
	unknownAlgorithm   = -1
	unmanagedAlgorithm = -2
	invalidToken       = -3
	unknownKey         = -5
)

func compileVerify(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
	alg, key := readLiteral(c, &a[0]), readLiteral(c, &a[1])
	var fixed *tokenAlgorithm
	if alg.v == nil {
		var err error
		if fixed, err = findTokenAlgorithm(a[0].Text); err != nil {
			return nil, err
		}
	}
	keys := &publicKeys{}
	if key.v == nil && (fixed == nil || fixed.public) {
		keys = loadPublicKey(a[1].Text)
	}
	return func(s *core.Stream, p *core.Sample) bool {
		with := fixed
		if with == nil {
			name, ok := sample.VarText(s, alg.v)
			if !ok {
				return false
			}
			if with = tokenAlgorithms[string(name)]; with == nil {
				p.SetInt(unknownAlgorithm)
				return true
			}
		}
		secret, ok := key.get(s)
		if !ok {
			return false
		}
		p.SetInt(verifyToken(s, p.Bytes, with, secret, keys))
		return true
	}, nil
}

func verifyToken(s *core.Stream, token []byte, with *tokenAlgorithm, secret []byte, keys *publicKeys) int64 {
	parts, n := splitToken(token)
	switch {
	case with.none && (n == 2 || n == 3):
		return truth(len(parts[2]) == 0)
	case n != len(parts) || len(parts[2]) == 0:
		return invalidToken
	case with.hash == nil:
		return unmanagedAlgorithm
	}
	signed := token[:len(parts[0])+1+len(parts[1])]
	signature, ok := appendBase64URL(s.Scratch(len(parts[2]))[:0], parts[2])
	if !ok {
		return invalidToken
	}
	if !with.public {
		return truth(with.verifySecret(signed, signature, secret))
	}
	if keys.name != string(secret) || keys.key == nil {
		return unknownKey
	}
	if with.pair && len(signature)%2 != 0 {
		return invalidToken
	}
	return truth(with.verifyPublic(signed, signature, keys.key))
}
