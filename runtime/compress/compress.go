// Package compress is the HTTP compression of responses (configuration.txt 9.2
// "HTTP compression"): which algorithm a client gets, and what the algorithms
// make of a body. It keeps no state between the pieces of a body but a checksum,
// so that a stream that compresses costs no memory of its own.
package compress

import (
	"encoding/binary"
	"hash/adler32"
	"hash/crc32"

	"github.com/klauspost/compress/flate"
)

// Algorithm is a way to encode a body.
type Algorithm uint8

// The algorithms. None is that of a body that is left alone, Identity one that
// goes out as it came but is handled as if it were compressed.
const (
	None Algorithm = iota
	Identity
	Gzip
	Deflate
	RawDeflate
)

var names = [...]string{"", "identity", "gzip", "deflate", "raw-deflate"}

// tokens are what clients call the algorithms.
var tokens = [...]string{"", "identity", "gzip", "deflate", "deflate"}

// String is what configurations call the algorithm.
func (a Algorithm) String() string { return names[a] }

// Name is String in bytes, which must not be changed.
func (a Algorithm) Name() []byte { return nameBytes[a] }

// Token is what Accept-Encoding and Content-Encoding call it. The bytes must not
// be changed.
func (a Algorithm) Token() []byte { return tokenBytes[a] }

var nameBytes, tokenBytes = allBytes(names), allBytes(tokens)

func allBytes(texts [5]string) (all [5][]byte) {
	for i, text := range texts {
		all[i] = []byte(text)
	}
	return all
}

// Lookup finds an algorithm by its name in configurations.
func Lookup(name string) (Algorithm, bool) {
	for a := Identity; a <= RawDeflate; a++ {
		if names[a] == name {
			return a, true
		}
	}
	return None, false
}

// Writer encodes one body. The zero value encodes nothing; see [Writer.Reset].
type Writer struct {
	// Algorithm is the one in use.
	Algorithm Algorithm
	// In and Out count the bytes taken and given.
	In, Out uint64

	begun, ended bool
	crc, adler   uint32
	out          []byte
}

// Reset makes w ready for a body. It keeps its memory.
func (w *Writer) Reset(a Algorithm) {
	out := w.out[:0]
	if cap(out) > maxKept {
		out = nil
	}
	*w = Writer{Algorithm: a, adler: 1, out: out}
}

// maxKept bounds the memory that a writer keeps for the next body.
const maxKept = 64 << 10

// gzipHead says that nothing is known of the file: no name, no time.
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3}

// zlibHead announces deflate with a window of 32 kB at the fastest level.
var zlibHead = []byte{0x78, 0x01}

// Append encodes a piece of the body, the last one if end. The result is valid
// until the next call.
func (w *Writer) Append(data []byte, end bool) []byte {
	w.In += uint64(len(data))
	if w.Algorithm == Identity {
		w.Out += uint64(len(data))
		return data
	}
	w.out = w.out[:0]
	if len(data) == 0 && !end || w.ended {
		return nil
	}
	w.ended = end
	if !w.begun {
		w.begun = true
		switch w.Algorithm {
		case Gzip:
			w.out = append(w.out, gzipHead...)
		case Deflate:
			w.out = append(w.out, zlibHead...)
		}
	}
	// Writing to memory does not fail.
	flate.StatelessDeflate((*appender)(&w.out), data, end, nil)
	switch w.Algorithm {
	case Gzip:
		w.crc = crc32.Update(w.crc, crc32.IEEETable, data)
		if end {
			w.out = binary.LittleEndian.AppendUint32(w.out, w.crc)
			w.out = binary.LittleEndian.AppendUint32(w.out, uint32(w.In))
		}
	case Deflate:
		w.adler = adlerUpdate(w.adler, data)
		if end {
			w.out = binary.BigEndian.AppendUint32(w.out, w.adler)
		}
	}
	w.Out += uint64(len(w.out))
	return w.out
}

// appender writes to the end of a slice.
type appender []byte

// Write implements [io.Writer].
func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}

// adlerUpdate continues an Adler-32 checksum.
func adlerUpdate(sum uint32, data []byte) uint32 {
	// The checksum of a concatenation follows from those of its parts (RFC 1950).
	const mod = 65521
	part := adler32.Checksum(data)
	a1, b1 := sum&0xffff, sum>>16
	a2, b2 := part&0xffff, part>>16
	n := uint32(len(data) % mod)
	a := (a1 + a2 + mod - 1) % mod
	b := (b1 + b2 + uint32(uint64(n)*uint64(a1+mod-1)%mod)) % mod
	return b<<16 | a
}
