package http2

import (
	"strconv"

	"gohap/runtime/http"
	"gohap/runtime/http2/hpack"
)

// Header blocks are written without a dynamic table and without Huffman codes:
// they depend on nothing, so that a task can prepare its own without a lock. A
// name of the static table (RFC 7541, appendix A) takes one or two bytes.

// cutHead sets the length of the HEADERS frame that starts at dst[start:] and
// cuts what is too long for one frame into several.
func cutHead(dst []byte, start int, id uint32, frameSize int) []byte {
	n := len(dst) - start - headerLen
	if n <= frameSize {
		putLength(dst[start:], n)
		return dst
	}
	block := append([]byte(nil), dst[start+headerLen:]...)
	kind, flags := frameHeaders, dst[start+4]&^flagEndHeaders
	dst = dst[:start]
	for len(block) > 0 {
		k := min(len(block), frameSize)
		if k == len(block) {
			flags |= flagEndHeaders
		}
		dst = append(appendFrame(dst, k, kind, flags, id), block[:k]...)
		block, kind, flags = block[k:], frameContinuation, 0
	}
	return dst
}

// appendInt appends an integer with a prefix of the given number of bits (RFC
// 7541, section 5.1).
func appendInt(dst []byte, first byte, bits uint, n int) []byte {
	limit := 1<<bits - 1
	if n < limit {
		return append(dst, first|byte(n))
	}
	dst = append(dst, first|byte(limit))
	for n -= limit; n >= 0x80; n >>= 7 {
		dst = append(dst, byte(n)|0x80)
	}
	return append(dst, byte(n))
}

// appendString appends a string literal.
func appendString(dst, s []byte) []byte {
	return append(appendInt(dst, 0, 7, len(s)), s...)
}

// appendField appends a field, as a literal without indexing.
func appendField(dst, name, value []byte) []byte {
	if i := hpack.ID(name); i > 0 {
		dst = appendInt(dst, 0, 4, i)
	} else {
		dst = appendString(append(dst, 0), name)
	}
	return appendString(dst, value)
}

// appendNamed appends a field whose name is entry i of the static table.
func appendNamed(dst []byte, i int, value []byte) []byte {
	return appendString(appendInt(dst, 0, 4, i), value)
}

// Names in the static table, by their first entries.
const (
	staticAuthority     = 1
	staticMethod        = 2
	staticPath          = 4
	staticScheme        = 6
	staticStatus        = 8
	staticContentLength = 28
	staticCookie        = 32
	staticExpect        = 35
	staticHost          = 38
	staticTransfer      = 57
)

// appendStatus appends a response's status.
func appendStatus(dst []byte, status int) []byte {
	switch status {
	case 200:
		return append(dst, 0x80|8)
	case 204:
		return append(dst, 0x80|9)
	case 206:
		return append(dst, 0x80|10)
	case 304:
		return append(dst, 0x80|11)
	case 400:
		return append(dst, 0x80|12)
	case 404:
		return append(dst, 0x80|13)
	case 500:
		return append(dst, 0x80|14)
	}
	var digits [20]byte
	return appendNamed(dst, staticStatus, strconv.AppendInt(digits[:0], int64(status), 10))
}

// hopByHop reports whether a field concerns one HTTP/1 connection, so that
// HTTP/2 must not carry it (RFC 9113, section 8.2.2).
func hopByHop(name []byte) bool {
	switch string(name) {
	case "connection", "proxy-connection", "keep-alive", "upgrade", "transfer-encoding":
		return true
	}
	return false
}

// appendFields appends the fields of a message that HTTP/2 may carry.
func appendFields(dst []byte, f *http.Fields, skipHost bool) []byte {
	for i := range f.Len() {
		fd := f.At(i)
		if len(fd.Name) == 0 || hopByHop(fd.Name) || skipHost && string(fd.Name) == "host" {
			continue
		}
		if string(fd.Name) == "te" {
			if !hasTrailers(fd.Value) {
				continue
			}
			fd.Value = trailersValue
		}
		dst = appendField(dst, fd.Name, fd.Value)
	}
	return dst
}
