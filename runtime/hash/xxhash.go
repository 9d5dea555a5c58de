// Package hash has hash functions whose values mean something to others.
package hash

import (
	"encoding/binary"
	"math/bits"
)

// XXHash as its specification gives it, in the two older sizes: lanes that are
// fed in turn, then what is left over, then a final mix.

const (
	prime32x1, prime32x2, prime32x3, prime32x4, prime32x5 uint32 = 2654435761, 2246822519, 3266489917, 668265263, 374761393

	prime64x1 uint64 = 11400714785074694791
	prime64x2 uint64 = 14029467366897019727
	prime64x3 uint64 = 1609587929392839161
	prime64x4 uint64 = 9650029242287828579
	prime64x5 uint64 = 2870177450012600261
)

// XXH32 is the XXHash of 32 bits.
func XXH32(b []byte, seed uint32) uint32 {
	length := uint32(len(b))
	h := seed + prime32x5
	if len(b) >= 16 {
		lanes := [4]uint32{seed + prime32x1 + prime32x2, seed + prime32x2, seed, seed - prime32x1}
		for ; len(b) >= 16; b = b[16:] {
			for i := range lanes {
				lanes[i] = bits.RotateLeft32(lanes[i]+binary.LittleEndian.Uint32(b[4*i:])*prime32x2, 13) * prime32x1
			}
		}
		h = bits.RotateLeft32(lanes[0], 1) + bits.RotateLeft32(lanes[1], 7) + bits.RotateLeft32(lanes[2], 12) + bits.RotateLeft32(lanes[3], 18)
	}
	h += length
	for ; len(b) >= 4; b = b[4:] {
		h = bits.RotateLeft32(h+binary.LittleEndian.Uint32(b)*prime32x3, 17) * prime32x4
	}
	for _, c := range b {
		h = bits.RotateLeft32(h+uint32(c)*prime32x5, 11) * prime32x1
	}
	h = (h ^ h>>15) * prime32x2
	h = (h ^ h>>13) * prime32x3
	return h ^ h>>16
}

// XXH64 is the XXHash of 64 bits.
func XXH64(b []byte, seed uint64) uint64 {
	length := uint64(len(b))
	h := seed + prime64x5
	if len(b) >= 32 {
		lanes := [4]uint64{seed + prime64x1 + prime64x2, seed + prime64x2, seed, seed - prime64x1}
		for ; len(b) >= 32; b = b[32:] {
			for i := range lanes {
				lanes[i] = round64(lanes[i], binary.LittleEndian.Uint64(b[8*i:]))
			}
		}
		h = bits.RotateLeft64(lanes[0], 1) + bits.RotateLeft64(lanes[1], 7) + bits.RotateLeft64(lanes[2], 12) + bits.RotateLeft64(lanes[3], 18)
		for _, lane := range lanes {
			h = (h^round64(0, lane))*prime64x1 + prime64x4
		}
	}
	h += length
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^round64(0, binary.LittleEndian.Uint64(b)), 27)*prime64x1 + prime64x4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(b))*prime64x1, 23)*prime64x2 + prime64x3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*prime64x5, 11) * prime64x1
	}
	h = (h ^ h>>33) * prime64x2
	h = (h ^ h>>29) * prime64x3
	return h ^ h>>32
}

func round64(lane, v uint64) uint64 { return bits.RotateLeft64(lane+v*prime64x2, 31) * prime64x1 }
