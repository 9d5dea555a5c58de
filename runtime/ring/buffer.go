package ring

import "sync"

// Buffer holds messages in the order in which they came. Its methods may be
// called from any goroutine; none waits for anybody but for a copy of a message
// in memory.
type Buffer struct {
	size int

	mu   sync.Mutex
	data []byte // made for the first message
	// head and tail are where the oldest message begins and where the next one
	// will, counted in bytes since the beginning of time.
	head, tail uint64
	readers    []*Reader
}

// NewBuffer makes a buffer of so many bytes. A message takes two bytes beside
// its own, or more where it is longer than 239.
func NewBuffer(size int) *Buffer { return &Buffer{size: size} }

// Size is how many bytes the buffer holds.
func (b *Buffer) Size() int { return b.size }

// Append adds a copy of a message. It reports false where there is no room: the
// message is larger than the buffer, or the oldest is still to be read by a
// reader that pins what it has not read.
func (b *Buffer) Append(msg []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	var head [maxHead]byte
	n := putHead(&head, len(msg))
	need := n + len(msg)
	if need > b.size || !b.makeRoom(need) {
		return false
	}
	if b.data == nil {
		b.data = make([]byte, b.size)
	}
	b.put(head[:n])
	b.put(msg)
	for _, r := range b.readers {
		if r.waits {
			r.waits = false
			r.wake()
		}
	}
	return true
}

// makeRoom drops the oldest messages.
func (b *Buffer) makeRoom(need int) bool {
	head := b.head
	for int(b.tail-head)+need > b.size {
		for _, r := range b.readers {
			if r.pins && r.at <= head {
				return false
			}
		}
		_, _, head = b.message(head)
	}
	b.head = head
	return true
}

// put writes bytes at the tail.
func (b *Buffer) put(p []byte) {
	at := int(b.tail % uint64(b.size))
	n := copy(b.data[at:], p)
	copy(b.data, p[n:])
	b.tail += uint64(len(p))
}

// message finds the message that begins at a place: its bytes, in two parts where
// the buffer ends in between, and the place behind it.
func (b *Buffer) message(at uint64) (first, second []byte, next uint64) {
	size := int(b.data[at%uint64(b.size)])
	at++
	if size >= firstLong {
		for shift := 4; ; shift += 7 {
			c := b.data[at%uint64(b.size)]
			at++
			size += int(c) << shift
			if c < 0x80 {
				break
			}
		}
	}
	at++ // see putHead
	from := int(at % uint64(b.size))
	if end := from + size; end > b.size {
		return b.data[from:], b.data[:end-b.size], at + uint64(size)
	}
	return b.data[from : from+size], nil, at + uint64(size)
}
