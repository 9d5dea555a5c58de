package ring

import "slices"

// Reader is a place in a buffer. It belongs to one goroutine, but for what its
// wake function does.
type Reader struct {
	buffer *Buffer
	wake   func()

	// Under the buffer's lock.
	at          uint64
	pins, waits bool
}

// Reader starts at the oldest message. Wake is called, once, for the first message
// after [Reader.Arm]; it must not wait, nor use the buffer. Close ends it.
func (b *Buffer) Reader(wake func()) *Reader {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := &Reader{buffer: b, wake: wake, at: b.head}
	b.readers = append(b.readers, r)
	return r
}

// Close gives the place up.
func (r *Reader) Close() {
	b := r.buffer
	b.mu.Lock()
	defer b.mu.Unlock()
	b.readers = slices.DeleteFunc(b.readers, func(o *Reader) bool { return o == r })
}

// Seek goes to the end: only messages to come are read.
func (r *Reader) Seek() {
	r.buffer.mu.Lock()
	defer r.buffer.mu.Unlock()
	r.at = r.buffer.tail
}

// Pin has the buffer keep what the reader has not read, and refuse new messages
// instead. A reader that pins must read on in bounded time, or stop to pin.
func (r *Reader) Pin(on bool) {
	r.buffer.mu.Lock()
	defer r.buffer.mu.Unlock()
	r.at = max(r.at, r.buffer.head)
	r.pins = on
}

// Next appends the next message to dst. It reports false where there is none. A
// reader whose place is no more goes on with the oldest message.
func (r *Reader) Next(dst []byte) ([]byte, bool) {
	b := r.buffer
	b.mu.Lock()
	defer b.mu.Unlock()
	r.at = max(r.at, b.head)
	if r.at == b.tail {
		return dst, false
	}
	first, second, next := b.message(r.at)
	r.at = next
	return append(append(dst, first...), second...), true
}

// Arm has the next message wake the reader. It reports false where one is there
// already.
func (r *Reader) Arm() bool {
	r.buffer.mu.Lock()
	defer r.buffer.mu.Unlock()
	r.waits = max(r.at, r.buffer.head) == r.buffer.tail
	return r.waits
}

// Disarm undoes Arm, and reports whether the reader was woken. It is not any more
// once Disarm has returned.
func (r *Reader) Disarm() bool {
	r.buffer.mu.Lock()
	defer r.buffer.mu.Unlock()
	woken := !r.waits
	r.waits = false
	return woken
}

// back returns to a place that [Reader.place] gave.
func (r *Reader) back(at uint64) {
	r.buffer.mu.Lock()
	defer r.buffer.mu.Unlock()
	r.at = max(at, r.buffer.head)
}

func (r *Reader) place() uint64 {
	r.buffer.mu.Lock()
	defer r.buffer.mu.Unlock()
	return r.at
}
