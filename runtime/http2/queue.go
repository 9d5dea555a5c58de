package http2

import "gohap/runtime/conn"

// queue holds what a stream has received and not read yet.
type queue struct {
	parts [][]byte // parts[0][at:] is next; the last one may have room
	at    int
	fill  int // of the last one
}

func (q *queue) empty() bool { return len(q.parts) == 0 }

// write appends p.
func (q *queue) write(p []byte, b *conn.Buffers) {
	for len(p) > 0 {
		if len(q.parts) == 0 || q.fill == b.Size() {
			q.parts = append(q.parts, b.Get())
			q.fill = 0
		}
		n := copy(q.parts[len(q.parts)-1][q.fill:], p)
		q.fill += n
		p = p[n:]
	}
}

// read moves what fits to p.
func (q *queue) read(p []byte, b *conn.Buffers) int {
	total := 0
	for len(q.parts) > 0 && len(p) > 0 {
		end := b.Size()
		if len(q.parts) == 1 {
			end = q.fill
		}
		n := copy(p, q.parts[0][q.at:end])
		q.at += n
		p = p[n:]
		total += n
		if q.at == end {
			b.Put(q.parts[0])
			k := copy(q.parts, q.parts[1:])
			q.parts[k] = nil
			q.parts = q.parts[:k]
			q.at = 0
		}
	}
	return total
}

// drop throws everything away and returns how much it was.
func (q *queue) drop(b *conn.Buffers) int {
	n := 0
	for i, p := range q.parts {
		end := b.Size()
		if i == len(q.parts)-1 {
			end = q.fill
		}
		n += end
		b.Put(p)
		q.parts[i] = nil
	}
	n -= q.at
	q.parts, q.at, q.fill = q.parts[:0], 0, 0
	return n
}
