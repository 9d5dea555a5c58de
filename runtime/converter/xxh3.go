package converter

import (
	"github.com/zeebo/xxh3"

	"gohap/runtime/registry"
)

// The library computes 64-bit XXH3 on vectors where the machine has them.
func init() {
	xxh := seeded("xxh3", "The 64 bits of the XXH3 of the bytes.", func(b []byte, seed uint64) int64 { return int64(xxh3.HashSeed(b, seed)) })
	registry.Converters.Add(xxh)
}
