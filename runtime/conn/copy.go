package conn

import (
	"io"
	"math"
)

// Copy moves n bytes from src to dst, or all until src ends where n is negative:
// the body of a message. It gives how many dst took, and an error of the side
// where it happened: rerr of src (io.EOF where src ends before n bytes), werr of
// dst. The timeouts set on the two connections hold. A buffer or pipe is held only
// while bytes are in flight.
func Copy(dst, src *Conn, n int64, mode SpliceMode, buf *Buffers) (moved int64, rerr, werr error) {
	var m mover
	m.start(dst, src, buf, mode, n)
	defer m.stop()
	for n != 0 {
		max := n
		if n < 0 {
			max = math.MaxInt64
		}
		var k int
		k, rerr, werr = m.load(max)
		moved += int64(k)
		if n > 0 {
			n -= int64(k)
		}
		if rerr == io.EOF && n < 0 {
			return moved, nil, nil
		}
		if rerr != nil || werr != nil {
			return moved, rerr, werr
		}
	}
	return moved, nil, nil
}
