package hpack

// lengths has the length in bits of each octet's Huffman code (RFC 7541, appendix
// B). The code is canonical: codes of a length are numbered in the order of the
// octets, and follow those of the lengths before, so that nothing else is needed.
var lengths = [256]uint8{
	13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
	28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
	6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
	5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
	13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
	7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
	15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
	6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
	20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
	24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
	22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
	21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
	26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
	19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
	20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
	26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
}

const (
	shortBits = 9  // codes of up to so many bits are found in one step
	longBits  = 30 // that of the end of a string, which must not occur
)

// short gives for the next shortBits bits the octet and, in the low byte, the
// length of its code; 0 where the code is longer.
var short [1 << shortBits]uint16

// long finds the octets with longer codes: for each length the first code that
// is longer, in the highest bits of a word, and what to add to the number of a
// code to get its place in order.
var long [longBits + 1]struct {
	end    uint32
	offset int
}

// order has the octets in the order of their codes.
var order [256]uint8

func init() {
	code, n := uint32(0), 0
	for bits := 1; bits < longBits; bits++ {
		code <<= 1
		long[bits].offset = n - int(code)
		for c, l := range lengths {
			if int(l) != bits {
				continue
			}
			if bits <= shortBits {
				first := code << (shortBits - bits)
				for i := range uint32(1) << (shortBits - bits) {
					short[first+i] = uint16(c)<<8 | uint16(bits)
				}
			}
			order[n] = uint8(c)
			code++
			n++
		}
		long[bits].end = code << (32 - bits)
	}
	// The last length has three octets before the end of a string.
	bits := longBits
	code <<= 1
	long[bits].offset = n - int(code)
	for c, l := range lengths {
		if int(l) == bits {
			order[n] = uint8(c)
			code++
			n++
		}
	}
	long[bits].end = code << (32 - bits)
}

// appendHuffman appends what src stands for, at most limit octets.
func appendHuffman(dst, src []byte, limit int) ([]byte, error) {
	var acc uint64 // the next bits, in its lowest ones
	var have int   // how many
	limit += len(dst)
	for {
		for have <= 56 && len(src) > 0 {
			acc = acc<<8 | uint64(src[0])
			have += 8
			src = src[1:]
		}
		if have == 0 {
			return dst, nil
		}
		// What follows the end counts as ones, as padding does.
		next := uint32(acc<<(64-have)>>32) | uint32(uint64(1)<<32>>min(have, 32)-1)
		if have < 8 && next == 1<<32-1 {
			return dst, nil
		}
		c, bits := uint8(0), 0
		if e := short[next>>(32-shortBits)]; e != 0 {
			c, bits = uint8(e>>8), int(e&0xff)
		} else {
			for bits = shortBits + 1; bits <= longBits && next >= long[bits].end; bits++ {
			}
			if bits > longBits {
				return dst, ErrInvalid
			}
			c = order[int(next>>(32-bits))+long[bits].offset]
		}
		if have -= bits; have < 0 {
			return dst, ErrInvalid
		}
		if len(dst) == limit {
			return dst, ErrTooLong
		}
		dst = append(dst, c)
	}
}
