package converter

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash/crc32"

	"gohap/balance"
	"gohap/runtime/core"
	"gohap/runtime/hash"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		hash32("crc32", "The CRC-32 of the bytes, as Ethernet and gzip use it.", crc32.ChecksumIEEE),
		hash32("crc32c", "The CRC-32C of the bytes, as iSCSI uses it.", func(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }),
		hash32("djb2", "The DJB2 hash of the bytes.", balance.DJB2.Sum),
		hash32("sdbm", "The SDBM hash of the bytes.", balance.SDBM.Sum),
		hash32("wt6", "The WT6 hash of the bytes.", balance.WT6.Sum),
		seeded("xxh32", "The 32 bits of the XXHash of the bytes.", func(b []byte, seed uint64) int64 { return int64(hash.XXH32(b, uint32(seed))) }),
		seeded("xxh64", "The 64 bits of the XXHash of the bytes.", func(b []byte, seed uint64) int64 { return int64(hash.XXH64(b, seed)) }),
		example(simple("sha1", "The SHA-1 of the bytes.", core.Bin, core.Bin, func(s *core.Stream, p *core.Sample) bool {
			sum := sha1.Sum(p.Bytes)
			p.SetBin(s.Keep(sum[:]))
			return true
		})),
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "sha2", Manual: "7.3.1", Usage: "([<bits>])", Doc: "The SHA-2 of the bytes, of 224, 256, 384 or 512 bits.",
				OK: []string{"str(a),sha2,hex", "str(a),sha2(512),hex"}, Bad: []string{"str(a),sha2(100)"},
			},
			In: core.Bin, Out: core.Bin, Args: []registry.ArgSpec{argument(registry.ArgInt, "bits")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				switch a[0].Int {
				case 0, 256:
					return digest(func(b, dst []byte) []byte { h := sha256.Sum256(b); return append(dst, h[:]...) }), nil
				case 224:
					return digest(func(b, dst []byte) []byte { h := sha256.Sum224(b); return append(dst, h[:]...) }), nil
				case 384:
					return digest(func(b, dst []byte) []byte { h := sha512.Sum384(b); return append(dst, h[:]...) }), nil
				case 512:
					return digest(func(b, dst []byte) []byte { h := sha512.Sum512(b); return append(dst, h[:]...) }), nil
				}
				return nil, fmt.Errorf("Unsupported number of bits: '%d'", a[0].Int)
			},
		},
	)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func digest(sum func(b, dst []byte) []byte) core.Convert {
	return func(s *core.Stream, p *core.Sample) bool {
		p.SetBin(sum(p.Bytes, s.Scratch(sha512.Size)[:0]))
		return true
	}
}

// hash32 makes a converter to a hash whose bits an argument spreads.
func hash32(name, doc string, sum func([]byte) uint32) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "([<avalanche>])", Doc: doc,
			OK: []string{"str(a)," + name, "str(a)," + name + "(1)"}, Bad: []string{"str(a)," + name + "(x)"},
		},
		In: core.Bin, Out: core.Sint, Args: []registry.ArgSpec{argument(registry.ArgInt, "avalanche")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			spread := a[0].Int != 0
			return func(_ *core.Stream, p *core.Sample) bool {
				h := sum(p.Bytes)
				if spread {
					h = balance.Avalanche(h)
				}
				p.SetInt(int64(h))
				return true
			}, nil
		},
	}
}

// seeded makes a converter to a hash that starts from a number.
func seeded(name, doc string, sum func([]byte, uint64) int64) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "([<seed>])", Doc: doc,
			OK: []string{"str(a)," + name, "str(a)," + name + "(7)"}, Bad: []string{"str(a)," + name + "(x)"},
		},
		In: core.Bin, Out: core.Sint, Args: []registry.ArgSpec{argument(registry.ArgInt, "seed")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			seed := uint64(a[0].Int)
			return func(_ *core.Stream, p *core.Sample) bool {
				p.SetInt(sum(p.Bytes, seed))
				return true
			}, nil
		},
	}
}
