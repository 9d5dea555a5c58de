package http1

import (
	"math/bits"

	"gohap/runtime/http"
)

// MaxChunkHeader is the most that [AppendChunkHeader] appends, in bytes.
const MaxChunkHeader = 16 + 2

// AppendChunkHeader appends what goes before a chunk of n bytes, n > 0: its size
// and a line end. The chunk's data must be followed by "\r\n".
func AppendChunkHeader(dst []byte, n int) []byte {
	shift := (bits.Len(uint(n)|1) - 1) &^ 3
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789ABCDEF"[n>>shift&15])
	}
	return append(dst, '\r', '\n')
}

// AppendChunk appends data as one chunk; nothing when data is empty, since an
// empty chunk would end the body.
func AppendChunk(dst, data []byte) []byte {
	if len(data) == 0 {
		return dst
	}
	dst = AppendChunkHeader(dst, len(data))
	dst = append(dst, data...)
	return append(dst, '\r', '\n')
}

// AppendLastChunk ends a chunked body. Trailers may be nil.
func AppendLastChunk(dst []byte, trailers *http.Fields) []byte {
	return AppendTrailers(dst, trailers, nil)
}

// AppendTrailers ends a chunked body with trailers whose names are spelt as names
// says. Both may be nil.
func AppendTrailers(dst []byte, trailers *http.Fields, names *http.NameCase) []byte {
	dst = append(dst, '0', '\r', '\n')
	if trailers != nil {
		for i := range trailers.Len() {
			f := trailers.At(i)
			dst = appendField(dst, f.Name, f.Value, names)
		}
	}
	return append(dst, '\r', '\n')
}
