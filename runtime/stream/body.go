package stream

import (
	"errors"
	"io"
	"sync/atomic"

	"gohap/runtime/compress"
	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// side is a side of a stream.
type side uint8

const (
	noSide side = iota
	client
	server
)

// fault is an error and the side it happened on.
type fault struct {
	side side
	err  error
}

// errClientGone says that the client cannot be written to any more.
var errClientGone = errors.New("client gone")

// spliceFrom is how many bytes a body must still have before it is worth a pipe.
const spliceFrom = 32 << 10

// body forwards a message's body from one side to the other. What was read
// with the head is in buf; the rest comes from src.
type body struct {
	src, dst link
	buf      *buffer
	// packer compresses the content on the way where packs is set.
	packer compress.Writer
	packs  bool
	// trace tells of all that is forwarded, nil for nobody.
	trace *stream
	told  int64 // how much of the body it was told of
	// store are caches that store the body, nil for none.
	store *caching
	// spare is the buffer that the body moves to when the head's is full.
	spare buffer
	// parts are the content at hand where it is in more than one place, of size
	// bytes; see parts.go.
	parts, vec [][]byte
	size       int
	got        int   // by the last read
	streak     uint8 // of reads that filled the buffer
	in, out    http.Framing
	left       int64 // bytes to come, when in is Length
	reader     *http1.ChunkReader
	pool       *conn.Buffers
	splice     conn.SpliceMode
	// fromClient says that src is the client.
	fromClient bool
	// keep leaves the buffer's bytes in place, so that they can be sent again.
	keep bool
	// lost says that bytes were forwarded that the buffer no longer has.
	lost     bool
	kept     int // bytes of the buffer that keep has stepped over
	complete bool
	ended    atomic.Bool
	// patient has the body disregard that its source is silent.
	patient atomic.Bool
	moved   int64 // size of what was forwarded, see size.go
	frame   [http1.MaxChunkHeader + 2]byte
}

func (b *body) sides() (src, dst side) {
	if b.fromClient {
		return client, server
	}
	return server, client
}

// reset drops all references and keeps the memory of the trailers.
func (b *body) reset() {
	if b.src == nil {
		b.moved = 0 // a bridge counts without begin
		return
	}
	b.spare.release()
	if b.in == http.Chunked {
		b.reader.Reset()
	}
	b.src, b.dst, b.buf, b.reader, b.trace, b.store = nil, nil, nil, nil, nil, nil
	clear(b.parts)
	b.parts = b.parts[:0]
	b.none()
}

// none is begin for a message without a body.
func (b *body) none() {
	b.keep, b.lost, b.kept, b.complete, b.moved = false, false, 0, true, 0
	b.setEnded(true)
}

// begin makes b ready for a body.
func (b *body) begin(src, dst link, buf *buffer, m *http.Message, r *http1.ChunkReader, e *Engine) {
	b.src, b.dst, b.buf, b.pool, b.reader = src, dst, buf, e.buffers, r
	b.in, b.out, b.left = m.Framing, m.Out, m.ContentLength
	b.keep, b.lost, b.kept, b.complete, b.moved = false, false, 0, false, 0
	b.packs, b.trace, b.told, b.store = false, nil, 0, nil
	b.parts, b.size, b.got, b.streak = b.parts[:0], 0, 0, 0
	b.setEnded(false)
	if b.in == http.Chunked {
		r.Options = e.codec(false)
		r.Reset()
	}
}

// setEnded stores only what changes: an atomic store costs as much as a lock.
func (b *body) setEnded(on bool) {
	if b.ended.Load() != on {
		b.ended.Store(on)
	}
}

// isComplete may be asked from another task than the one that forwards.
func (b *body) isComplete() bool { return b.ended.Load() }

// restore makes what was sent from the buffer unread again.
func (b *body) restore(buf *buffer) {
	b.settle(buf)
	buf.r -= b.kept
	b.kept = 0
}

// first writes the head together with what has come of the body.
func (b *body) first(head []byte) fault {
	if b.in == http.Framed && b.buf.room() > 0 && b.src.here() {
		b.makeRoom()
		b.buf.fill(b.src) // what fails does so again
	}
	f := b.flush(head)
	if f.err == nil && b.complete {
		b.setEnded(true)
	}
	return f
}

// rest forwards what is still to come.
func (b *body) rest() fault {
	for !b.complete {
		if b.spliceable() && b.in == b.out && b.in != http.Chunked &&
			(b.in == http.UntilClose || b.left >= spliceFrom) {
			return b.bulk()
		}
		if f := b.more(); f.err != nil {
			return f
		}
	}
	b.setEnded(true)
	return fault{}
}

// spliceable reports whether both sides have a connection to themselves.
func (b *body) spliceable() bool {
	return !b.packs && b.trace == nil && b.store == nil && b.splice != conn.SpliceNever && b.src.socket() != nil && b.dst.socket() != nil
}

// more reads once and forwards what came.
func (b *body) more() fault {
	srcSide, _ := b.sides()
	b.makeRoom()
	var err error
	b.got, err = b.buf.fill(b.src)
	switch {
	case err == nil:
		return b.flush(nil)
	case err == io.EOF && (b.in == http.UntilClose || b.in == http.Framed):
		return b.finish(nil, b.pack(nil, true))
	case err == conn.ErrTimeout && b.patient.Load():
		return fault{}
	}
	return fault{srcSide, err}
}

// bulk moves the body past this process.
func (b *body) bulk() fault {
	srcSide, dstSide := b.sides()
	n := b.left
	if b.in == http.UntilClose {
		n = -1
	}
	b.lost = true
	moved, rerr, werr := conn.Copy(b.dst.socket(), b.src.socket(), n, b.splice, b.pool)
	b.moved += moved
	b.left -= moved
	if rerr == conn.ErrTimeout && werr == nil && b.patient.Load() {
		return b.rest()
	}
	switch {
	case werr != nil:
		return fault{dstSide, werr}
	case rerr != nil:
		return fault{srcSide, rerr}
	}
	b.complete = true
	b.setEnded(true)
	return fault{}
}

// flush forwards what the buffer holds of the body, after head.
func (b *body) flush(head []byte) fault {
	data, end, f := b.take()
	if f.err != nil {
		if len(head) > 0 {
			b.dst.Write(head)
		}
		return f
	}
	if b.store != nil && !b.store.storeBody(data) {
		b.store = nil
	}
	data = b.pack(data, end)
	if b.trace != nil {
		if head, data, f = b.traced(head, data, end); f.err != nil {
			return f
		}
	}
	if end {
		return b.finish(head, data)
	}
	return b.write(head, data, nil)
}

// take consumes the buffer's bytes of the body and returns the content among
// them, moved together, and whether the body ends with it.
func (b *body) take() (data []byte, end bool, f fault) {
	srcSide, _ := b.sides()
	have := b.buf.bytes()
	switch b.in {
	case http.Length:
		data = have[:min(int64(len(have)), b.left)]
		b.left -= int64(len(data))
		b.moved += int64(len(data))
		b.step(len(data))
		return data, b.left == 0, fault{}
	case http.Chunked:
		if b.gathers() {
			return b.takeParts()
		}
		// The content moves together over the framing between its parts, so
		// that it leaves as one chunk.
		used, start, w := 0, 0, 0
		for {
			n, d, err := b.reader.Next(have[used:])
			if err != nil {
				return nil, false, fault{srcSide, err}
			}
			if n == 0 {
				break
			}
			used += n
			switch {
			case len(d) == 0:
			case w == 0:
				start, w = used-len(d), used
			default:
				w += copy(have[w:], d)
			}
		}
		b.moved += int64(w - start)
		b.step(used)
		end = b.reader.Done()
		if end {
			b.moved += trailerSize(&b.reader.Trailers.Fields)
		}
		return have[start:w], end, fault{}
	case http.UntilClose, http.Framed:
		b.moved += int64(len(have))
		b.step(len(have))
		return have, b.in == http.Framed && b.src.over(), fault{}
	}
	return nil, true, fault{}
}

// step drops n bytes of the buffer, or steps over them while keeping.
func (b *body) step(n int) {
	if b.keep {
		b.kept += n
	}
	if b.buf == &b.spare {
		b.buf.consume(n)
		return
	}
	b.buf.skip(n)
}

// write sends head and content, framed as the destination expects it; tail goes
// after the content's frame.
func (b *body) write(head, data, tail []byte) fault {
	_, dstSide := b.sides()
	if len(head)+len(data)+len(tail) == 0 {
		return fault{}
	}
	if len(b.parts) > 1 {
		return b.writeParts(head, tail)
	}
	var err error
	if b.out != http.Chunked || len(data) == 0 {
		if n := len(head); n > 0 && b.out != http.Framed && n+len(data)+len(tail) <= min(cap(head), maxJoined) {
			head, data, tail = append(append(head, data...), tail...), nil, nil
		}
		_, err = b.dst.Writev(head, data, tail)
		return fault{dstSide, err}
	}
	frame := http1.AppendChunkHeader(b.frame[:0], len(data))
	if len(head) > 0 {
		head = append(head, frame...)
	} else {
		head = frame
	}
	if tail == nil {
		tail = crlf
	}
	_, err = b.dst.Writev(head, data, tail)
	return fault{dstSide, err}
}

// maxJoined is up to how many bytes it is cheaper to copy a body behind its head
// than to have the kernel put them together.
const maxJoined = 1024

var (
	crlf      = []byte("\r\n")
	lastChunk = []byte("0\r\n\r\n")
	endChunk  = []byte("\r\n0\r\n\r\n")
)

// trailers are what came after the content; nil where there cannot be any.
func (b *body) trailers() *http.Fields {
	switch b.in {
	case http.Framed:
		return b.src.trailers()
	case http.Chunked:
		return &b.reader.Trailers.Fields
	}
	return nil
}

// finish sends the last content and, where chunks need it, the end mark.
func (b *body) finish(head, data []byte) fault {
	b.complete = true
	if t := b.trailers(); b.in == http.Framed && t != nil {
		b.moved += trailerSize(t)
	}
	if b.out == http.Framed {
		_, dstSide := b.sides()
		err := b.dst.finish(head, data, b.trailers())
		b.setEnded(true)
		return fault{dstSide, err}
	}
	var tail []byte
	if b.out == http.Chunked {
		trailers := b.trailers()
		switch {
		case trailers != nil && trailers.Len() > 0:
			if len(data) > 0 {
				tail = append(tail, crlf...)
			}
			tail = http1.AppendLastChunk(tail, trailers)
		case len(data) > 0:
			tail = endChunk
		default:
			tail = lastChunk
		}
	}
	f := b.write(head, data, tail)
	b.setEnded(true)
	return f
}
