package http2

import (
	"strconv"

	"gohap/runtime/http"
	"gohap/runtime/http2/hpack"
)

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
		return hpack.AppendIndexed(dst, 8)
	case 204:
		return hpack.AppendIndexed(dst, 9)
	case 206:
		return hpack.AppendIndexed(dst, 10)
	case 304:
		return hpack.AppendIndexed(dst, 11)
	case 400:
		return hpack.AppendIndexed(dst, 12)
	case 404:
		return hpack.AppendIndexed(dst, 13)
	case 500:
		return hpack.AppendIndexed(dst, 14)
	}
	var digits [20]byte
	return hpack.AppendNamed(dst, staticStatus, strconv.AppendInt(digits[:0], int64(status), 10))
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
		dst = hpack.AppendField(dst, fd.Name, fd.Value)
	}
	return dst
}
