package spoe

import (
	"sync"

	"gohap/runtime/conn"
)

// question is what is asked about a stream at a moment. It is the stream's, but from
// pool.add on until pool.result says that it is over: what stands below the pool's lock
// then is for who holds it.
type question struct {
	writer
	stream, frame uint64
	// Moments on the clock of conn.Now, 0 for not yet.
	began, encoded, sent, answered, applied int64
	done                                    conn.Event

	// Below the lock of the pool.
	state   state
	failure int
	link    *link // that carries it
	answer  []byte
	written bool // nobody reads the payloads any more
	// kept says that this was so when the question was over.
	kept bool
}

// state is how far a question has come.
type state uint8

const (
	queued state = iota
	carried
	over
)

var questions = sync.Pool{New: func() any { return new(question) }}

func (q *question) reset(most int, whole bool) {
	q.writer.reset(most, whole)
	q.began, q.encoded, q.sent, q.answered, q.applied = 0, 0, 0, 0, 0
	q.state, q.failure, q.link, q.answer, q.written = queued, 0, nil, q.answer[:0], true
	q.kept = true
	q.done.Reset()
}

// maxKept bounds the memory that a question keeps, in bytes.
const maxKept = 64 << 10

// free reports whether the question can be used again.
func (q *question) free() bool {
	return q.kept && cap(q.buf) <= maxKept && cap(q.answer) <= maxKept
}

// key names a question in answers.
type key struct{ stream, frame uint64 }

func (q *question) key() key { return key{q.stream, q.frame} }
