package http1

import "gohap/runtime/http"

// HAProxy's defaults.
const (
	DefaultBufSize    = 16384 // tune.bufsize
	DefaultMaxRewrite = 1024  // tune.maxrewrite
	DefaultMaxFields  = 101   // tune.http.maxhdr, which counts the start line too
)

// Options are a proxy's limits and leniencies. They are compiled once and then
// only read, by any number of streams at a time. The zero value has HAProxy's
// defaults.
type Options struct {
	// BufSize is tune.bufsize in bytes: a head must end within that many, and so
	// must a chunk's size line and a trailer section. 0 means DefaultBufSize.
	BufSize int
	// MaxRewrite is tune.maxrewrite in bytes: how much of BufSize a head must
	// leave to what rules add. 0 means DefaultMaxRewrite.
	MaxRewrite int
	// MaxFields is tune.http.maxhdr: the largest number of lines in a head,
	// start line included. 0 means DefaultMaxFields.
	MaxFields int
	// AcceptInvalid is "option accept-invalid-http-request" for requests and
	// "option accept-invalid-http-response" for responses.
	AcceptInvalid bool
	// AcceptPayload is "h1-accept-payload-with-any-method": a GET, HEAD or DELETE
	// of HTTP/1.0 may have a payload, which old servers never look for.
	AcceptPayload bool
}

var defaults Options

func (o *Options) bufSize() int {
	if o.BufSize > 0 {
		return o.BufSize
	}
	return DefaultBufSize
}

func (o *Options) maxRewrite() int {
	if o.MaxRewrite > 0 {
		return o.MaxRewrite
	}
	return DefaultMaxRewrite
}

// maxFields returns how many fields a head may have beside its start line.
func (o *Options) maxFields() int {
	if o.MaxFields > 0 {
		return o.MaxFields - 1
	}
	return DefaultMaxFields - 1
}

// What HAProxy's in-memory form of a head costs beside the text: a header for
// the whole, one for each line and the blank one, and the fixed part of the
// start line. A head that would not fit there is refused although its text fits
// into the buffer.
const (
	perMessage = 40
	perLine    = 8
	perHead    = perMessage + perLine + perStart + perLine + 1
	perStart   = 28
)

// fits reports whether a head whose text takes n bytes, its start line having
// three parts of start bytes in all, leaves room for rewriting.
func (o *Options) fits(m *http.Message, n, start int) bool {
	room := o.bufSize() - o.maxRewrite()
	// Fields are mostly far from the limit. A line of text has at least two bytes
	// that its stored form lacks, the start line's version is counted in n.
	return n+m.Len()*(perLine-2)+perHead <= room || storedSize(m, start) <= room
}

// storedSize returns what HAProxy's form of a head takes, in bytes.
func storedSize(m *http.Message, start int) int {
	size := perHead + start
	for i := range m.Len() {
		f := m.At(i)
		size += len(f.Name) + len(f.Value) + perLine
	}
	return size
}
