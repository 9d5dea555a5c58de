package http1

import (
	"bytes"

	"gohap/runtime/http"
)

// ChunkReader takes the chunked transfer coding apart, over any split of the
// input. It holds no data: it says which bytes of the caller's buffer are
// content. The zero value is ready for a body.
type ChunkReader struct {
	// Trailers has the trailer fields, once there are any; they point into the
	// buffer given to the last Next.
	Trailers http.Message
	// Options give the limits on trailers; nil means the defaults.
	Options *Options

	left  uint64 // bytes of the chunk still to come
	line  int    // bytes of its size line seen
	state uint8
	err   http.Error
}

// States of a ChunkReader.
const (
	chunkSize      uint8 = iota // in the size's digits
	chunkExtension              // after the size
	chunkIgnored                // in an extension, up to the line end
	chunkSizeLF                 // LF after the size's CR
	chunkData                   // in the data
	chunkDataCR                 // line end after the data
	chunkDataLF                 // LF after that CR
	chunkTrailers               // after the last chunk
	chunkDone
)

// Done reports whether the whole body, trailers included, has been read.
func (c *ChunkReader) Done() bool { return c.state == chunkDone }

// Reset makes c ready for another body and keeps Options.
func (c *ChunkReader) Reset() {
	c.Trailers.Truncate(0)
	c.left, c.line, c.state = 0, 0, chunkSize
}

// Next looks at b, the input from where the last call ended. It returns how many
// of b's bytes are consumed and which of these, a sub-slice of b, are content
// (the last ones of them). It stops after one run of content; call it again with
// b[n:] until it returns n == 0, which means that it needs more input than b
// has, or that it is done.
//
// Trailers are consumed all at once: as long as they are incomplete they stay
// in the buffer, up to Options.BufSize bytes.
func (c *ChunkReader) Next(b []byte) (n int, data []byte, err error) {
	i := 0
	for i < len(b) {
		switch c.state {
		case chunkSize:
			d := hexDigit[b[i]]
			switch {
			case d < 0 && c.line == 0, d >= 0 && c.left >= 1<<(maxChunkBits-4):
				return c.fail(http.CauseChunk, i)
			case d < 0:
				c.state = chunkExtension
			default:
				c.left = c.left<<4 | uint64(d)
				if !c.read(1) {
					return c.fail(http.CauseTooLarge, i)
				}
				i++
			}

		case chunkExtension:
			switch b[i] {
			case ' ', '\t':
				if !c.read(1) {
					return c.fail(http.CauseTooLarge, i)
				}
				i++
			case '\r':
				i++
				c.state = chunkSizeLF
			case '\n':
				i++
				c.begin()
			case ';':
				c.state = chunkIgnored
			default:
				return c.fail(http.CauseChunk, i)
			}

		case chunkIgnored:
			// An extension means nothing to us: it goes up to the line end.
			j := lineEnd(b[i:])
			if !c.read(j) {
				return c.fail(http.CauseTooLarge, i)
			}
			if i += j; i < len(b) {
				c.state = chunkExtension
			}

		case chunkSizeLF:
			if b[i] != '\n' {
				return c.fail(http.CauseChunk, i)
			}
			i++
			c.begin()

		case chunkData:
			end := len(b)
			if uint64(end-i) >= c.left {
				end = i + int(c.left)
				c.state = chunkDataCR
			}
			c.left -= uint64(end - i)
			return end, b[i:end:end], nil

		case chunkDataCR, chunkDataLF:
			switch {
			case b[i] == '\r' && c.state == chunkDataCR:
				c.state = chunkDataLF
			case b[i] == '\n':
				c.state, c.line = chunkSize, 0
			default:
				return c.fail(http.CauseChunk, i)
			}
			i++

		case chunkTrailers:
			return c.trailers(b, i)

		case chunkDone:
			return i, nil, nil
		}
	}
	return i, nil, nil
}

// maxChunkBits bounds a chunk's size, as HAProxy does.
const maxChunkBits = 52

// read counts n bytes of a size line, which must not get longer than a buffer.
func (c *ChunkReader) read(n int) bool {
	o := c.Options
	if o == nil {
		o = &defaults
	}
	c.line += n
	return c.line < o.bufSize()
}

// lineEnd returns where the first CR or LF in b is, len(b) if nowhere.
func lineEnd(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i]
	}
	if i := bytes.IndexByte(b, '\r'); i >= 0 {
		return i
	}
	return len(b)
}

// begin goes on to what follows a chunk's size.
func (c *ChunkReader) begin() {
	if c.left == 0 {
		c.state = chunkTrailers
		return
	}
	c.state = chunkData
}

// trailers reads the trailer section, which begins at b[i].
func (c *ChunkReader) trailers(b []byte, i int) (int, []byte, error) {
	o := c.Options
	if o == nil {
		o = &defaults
	}
	b = b[:min(len(b), i+o.bufSize())]
	h := head{b: b[i:], m: &c.Trailers, o: o, kind: trailer}
	state, cause := h.lines(sLine)
	switch {
	case cause != 0:
		return c.fail(http.CauseTrailer, i+h.i)
	case state == sDone:
		c.state = chunkDone
		return i + h.i, nil, nil
	}
	c.Trailers.Truncate(0)
	if len(b)-i >= o.bufSize() {
		return c.fail(http.CauseTooLarge, len(b))
	}
	return i, nil, nil
}

// fail returns an error; its position counts from the start of the last input.
func (c *ChunkReader) fail(cause http.Cause, pos int) (int, []byte, error) {
	at := stateTrailers
	switch c.state {
	case chunkSize, chunkExtension, chunkIgnored, chunkSizeLF:
		at = stateChunkSize
	case chunkDataCR, chunkDataLF:
		at = stateChunkCRLF
	}
	c.err = http.Error{Cause: cause, Pos: pos, State: at, Status: 400}
	return 0, nil, &c.err
}

// hexDigit maps hexadecimal digits to their value, all else to -1.
var hexDigit = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range "0123456789abcdef" {
		t[c] = int8(i)
	}
	for i, c := range "ABCDEF" {
		t[c] = int8(10 + i)
	}
	return t
}()
