package stream

import (
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// A chunked body that goes to a connection of its own leaves in parts, from where they
// were read, as one chunk: to move them together over the framing in between would
// copy nearly all of it once more.

// gathers reports whether the content may leave in parts.
func (b *body) gathers() bool {
	return b.in == http.Chunked && !b.packs && b.trace == nil && b.store == nil && b.dst.socket() != nil
}

// takeParts is take for such a body: of two parts or more, data is the first, and
// parts has them all.
func (b *body) takeParts() (data []byte, end bool, f fault) {
	have := b.buf.bytes()
	used, size := 0, 0
	b.parts = b.parts[:0]
	for {
		n, d, err := b.reader.Next(have[used:])
		if err != nil {
			srcSide, _ := b.sides()
			b.parts = b.parts[:0]
			return nil, false, fault{srcSide, err}
		}
		if n == 0 {
			break
		}
		used += n
		if len(d) > 0 {
			b.parts = append(b.parts, d)
			size += len(d)
		}
	}
	b.moved += int64(size)
	b.size = size
	b.step(used)
	if end = b.reader.Done(); end {
		b.moved += trailerSize(&b.reader.Trailers.Fields)
	}
	if len(b.parts) > 0 {
		data = b.parts[0]
	}
	return data, end, fault{}
}

// writeParts is write for the parts that takeParts has found.
func (b *body) writeParts(head, tail []byte) fault {
	_, dstSide := b.sides()
	if b.out == http.Chunked {
		frame := http1.AppendChunkHeader(b.frame[:0], b.size)
		if len(head) > 0 {
			head = append(head, frame...)
		} else {
			head = frame
		}
		if tail == nil {
			tail = crlf
		}
	}
	all := append(b.vec[:0], head)
	all = append(append(all, b.parts...), tail)
	_, err := b.dst.socket().WritePieces(all)
	clear(all)
	clear(b.parts)
	b.vec, b.parts = all[:0], b.parts[:0]
	return fault{dstSide, err}
}
