// Package expr parses the small languages that stand inside words: sample
// expressions (configuration.txt, section 7.3), conditions behind if and
// unless (7.2) and log-format strings (8.2.6). It is pure syntax: it knows no
// fetch, converter, ACL or format variable.
//
// What the parsers return is shared between callers through caches, and must
// not be changed.
package expr

import (
	"fmt"
	"sync"
)

// Fault tells what is wrong with a text, for callers that word it their own
// way, as ACLs do.
type Fault uint8

const (
	// BadFormat is a fault of a log-format string outside of its expressions.
	BadFormat Fault = iota
	// MissingFetch is an expression that does not start with a name.
	MissingFetch
	// MissingComma is text behind a fetch or converter without a comma between.
	MissingComma
	// MissingParenthesis is an argument list that is not closed.
	MissingParenthesis
	// MissingConverter is a comma followed by what cannot be a name.
	MissingConverter
)

// Error is why a text does not parse.
type Error struct {
	Fault Fault
	// Msg is HAProxy's usual wording, without the place.
	Msg string
	// Off and Len tell which bytes of the text are to blame. An Off at the end
	// of the text means that something is missing there.
	Off, Len int
}

// Error returns the message.
func (e *Error) Error() string { return e.Msg }

// fail makes an error about n bytes from off on.
func fail(f Fault, off, n int, format string, args ...any) *Error {
	return &Error{Fault: f, Msg: fmt.Sprintf(format, args...), Off: off, Len: max(n, 1)}
}

// maxCached bounds a cache; a full one starts over.
const maxCached = 4096

// cache keeps the results of a parser by text. Its zero value is ready, and
// may be used by several goroutines.
type cache[T any] struct {
	mu sync.Mutex
	m  map[string]result[T]
}

type result[T any] struct {
	value *T
	err   error
}

// get returns what parse makes of text, from the cache where it can.
func (c *cache[T]) get(text string, parse func(string) (*T, error)) (*T, error) {
	c.mu.Lock()
	r, ok := c.m[text]
	c.mu.Unlock()
	if ok {
		return r.value, r.err
	}
	r.value, r.err = parse(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxCached {
		c.m = make(map[string]result[T])
	}
	c.m[text] = r
	return r.value, r.err
}
