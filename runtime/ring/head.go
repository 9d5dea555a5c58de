package ring

// What stands before a message is its length, in the encoding that SPOE.txt 3.1
// describes for numbers, and an unused byte: so rings hold exactly as much as
// HAProxy's do.
const (
	firstLong = 240
	maxHead   = 8
)

// putHead writes what stands before a message of n bytes and returns its size.
func putHead(head *[maxHead]byte, n int) int {
	if n < firstLong {
		head[0] = byte(n)
		return 2
	}
	head[0] = byte(n) | firstLong
	n = (n - firstLong) >> 4
	i := 1
	for ; n >= 0x80; i++ {
		head[i] = byte(n) | 0x80
		n = (n - 0x80) >> 7
	}
	head[i] = byte(n)
	return i + 2
}
