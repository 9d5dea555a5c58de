package spop

// AppendVarint appends a number: one byte below 240, else the low four bits in a byte
// of at least 240, and seven bits in each further one.
func AppendVarint(dst []byte, v uint64) []byte {
	if v < 240 {
		return append(dst, byte(v))
	}
	dst = append(dst, byte(v)|240)
	v = (v - 240) >> 4
	for v >= 128 {
		dst = append(dst, byte(v)|128)
		v = (v - 128) >> 7
	}
	return append(dst, byte(v))
}

// maxVarint is how many bytes the largest number takes.
const maxVarint = 10

// Varint reads a number at the start of b. It gives how many bytes that takes, 0 where
// there is none.
func Varint(b []byte) (v uint64, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	if v = uint64(b[0]); v < 240 {
		return v, 1
	}
	shift := 4
	for n = 1; n < len(b) && n <= maxVarint; n++ {
		v += uint64(b[n]) << shift
		if b[n] < 128 {
			return v, n + 1
		}
		shift += 7
	}
	return 0, 0
}
