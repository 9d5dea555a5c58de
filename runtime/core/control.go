package core

import "time"

// Control is what rules ask of the machinery that runs their stream. Its methods
// are for the stream's own task.
type Control interface {
	// Body returns what has come so far of the body of the message that the
	// rules look at, without the framing of chunks. It is valid until the
	// stream next waits.
	Body() []byte
	// BodyWhole reports whether all of that body has come.
	BodyWhole() bool
	// WaitForBody waits until the body of the message that the rules look at
	// is complete, fills the buffer or, unless atLeast is 0, is so many bytes
	// long. It reports false when that took longer than d or the server went
	// away; the stream is to be answered with Reply then, which it has set.
	// Without a client the rules go on.
	WaitForBody(d time.Duration, atLeast int) bool
	// EarlyHint sends the client a 103 response with one header.
	EarlyHint(name string, value []byte)
	// MeasureLoad notes in the stream's log record how many connections there are.
	MeasureLoad()
	// ServeMetrics leaves the statistics in Prometheus' format in the stream's Reply.
	ServeMetrics()
	// UseCache has the response come from a cache, if that has one for the request.
	UseCache(c *Cache)
	// StoreInCache has a cache store the response, if it may.
	StoreInCache(c *Cache)
	// DisableL7Retry forbids to send the request again once a server got it.
	DisableL7Retry()
}
