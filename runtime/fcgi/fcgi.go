// Package fcgi is the codec of FastCGI as a web server speaks it to an application in
// the role of a responder: it makes the records of a request, and finds the records and
// the head in what comes back. It reads and writes bytes; connections are its user's.
package fcgi

import "encoding/binary"

// Type is the type of a record.
type Type byte

// The types of records.
const (
	Begin  Type = 1
	Abort  Type = 2
	End    Type = 3
	Params Type = 4
	Stdin  Type = 5
	Stdout Type = 6
	Stderr Type = 7
)

const (
	// HeaderSize is the size of a record's header, MaxContent that of the largest
	// content, in bytes; up to 255 bytes of padding may follow.
	HeaderSize = 8
	MaxContent = 65535

	version   = 1
	responder = 1
	keepConn  = 1
)

// RequestID is the number of the only request that a connection carries at a time.
const RequestID = 1

// AppendHeader appends the header of a record with n bytes of content, at most
// MaxContent.
func AppendHeader(dst []byte, t Type, n int) []byte {
	return append(dst, version, byte(t), 0, RequestID, byte(n>>8), byte(n), 0, 0)
}

// AppendBegin appends the record that begins a request. keep asks the application not
// to close the connection at its end.
func AppendBegin(dst []byte, keep bool) []byte {
	flags := byte(0)
	if keep {
		flags = keepConn
	}
	return append(AppendHeader(dst, Begin, 8), 0, responder, flags, 0, 0, 0, 0, 0)
}

// AppendParam appends a name and its value to the content of Params records.
func AppendParam(dst []byte, name string, value []byte) []byte {
	dst = appendSize(appendSize(dst, len(name)), len(value))
	return append(append(dst, name...), value...)
}

func appendSize(dst []byte, n int) []byte {
	if n < 128 {
		return append(dst, byte(n))
	}
	return binary.BigEndian.AppendUint32(dst, uint32(n)|1<<31)
}

// AppendStream appends content as records of a type, as many as it takes.
func AppendStream(dst []byte, t Type, content []byte) []byte {
	for len(content) > 0 {
		n := min(len(content), MaxContent)
		dst = append(AppendHeader(dst, t, n), content[:n]...)
		content = content[n:]
	}
	return dst
}

// AppendEnd appends the record without content that ends a stream of a type.
func AppendEnd(dst []byte, t Type) []byte { return AppendHeader(dst, t, 0) }

// Record is a record that was received.
type Record struct {
	Type    Type
	ID      uint16
	Content []byte // in the buffer that it was read from
}

// Next reads the record at the start of b. size is what it takes there, 0 where it is
// not there as a whole; ok is false for what is no record.
func Next(b []byte) (r Record, size int, ok bool) {
	if len(b) == 0 {
		return r, 0, true
	}
	if b[0] != version {
		return r, 0, false
	}
	if len(b) < HeaderSize {
		return r, 0, true
	}
	n := int(binary.BigEndian.Uint16(b[4:]))
	size = HeaderSize + n + int(b[6])
	if len(b) < size {
		return r, 0, true
	}
	return Record{Type(b[1]), binary.BigEndian.Uint16(b[2:]), b[HeaderSize : HeaderSize+n]}, size, true
}
