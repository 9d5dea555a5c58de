package balance

import "hash/crc32"

// hash is the configured hash of a key.
func (c *Config) hash(key []byte) uint32 {
	var h uint32
	if c.Algorithm == Source {
		h = addressHash(key)
	} else {
		h = c.Function.Sum(key)
	}
	if c.Avalanche {
		h = Avalanche(h)
	}
	return h
}

// addressHash folds an address into 32 bits: the exclusive or of its words in
// network order. The function of `hash-type` plays no part in it.
func addressHash(a []byte) uint32 {
	var h uint32
	for ; len(a) >= 4; a = a[4:] {
		h ^= uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	}
	return h
}

// Sum is the function's value for key, the same as that of HAProxy's converter
// of the same name.
func (f Function) Sum(key []byte) uint32 {
	switch f {
	case DJB2:
		return djb2(key)
	case WT6:
		return wt6(key)
	case CRC32:
		return crc32.ChecksumIEEE(key)
	}
	return sdbm(key)
}

func sdbm(key []byte) uint32 {
	var h uint32
	for _, c := range key {
		h = h<<6 + h<<16 - h + uint32(c)
	}
	return h
}

func djb2(key []byte) uint32 {
	h := uint32(5381)
	for _, c := range key {
		h = h<<5 + h + uint32(c)
	}
	return h
}

// wt6 is Willy Tarreau's hash number 6: two words that feed each other through
// rotations whose widths depend on the data.
func wt6(key []byte) uint32 {
	a, b := uint32(0xa53c965a), uint32(0x5ca6953a)
	r, s := uint32(6), uint32(18)
	for _, c := range key {
		a = ^(a ^ uint32(c))
		b = ^(b + uint32(c))
		t := b<<r | b>>(32-r)
		b = a<<s | a>>(32-s)
		a = t
		t = a>>16 ^ b
		r, s = t&31, t>>11&31
	}
	return a ^ b
}

// Avalanche mixes all bits of h into all bits of the result: one of Bob
// Jenkins' 32-bit integer hashes, and a multiplication that stirs the two
// highest bits.
func Avalanche(h uint32) uint32 {
	h += 0x7ed55d16 + h<<12
	h = h ^ 0xc761c23c ^ h>>19
	h += 0x165667b1 + h<<5
	h = (h + 0xd3a2646c) ^ h<<9
	h += 0xfd7046c5 + h<<3
	h = h ^ 0xb55a4f09 ^ h>>16
	return h * 0xc0000001
}
