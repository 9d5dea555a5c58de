package stream

import (
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// Sizes in logs and statistics are those of HAProxy's internal form of a
// message, not of the bytes on the wire: a start line takes startLine bytes
// beside its parts, a header its name and value, the end of the headers and that of a chunked
// body one.
const (
	startLine  = 20
	endHeaders = 1
	endBody    = 1
	closeField = int64(len("connection") + len("close")) // where an answer of ours has it
)

// requestSize is the size of a request's head.
func requestSize(r *http.Request) int64 {
	return startLine + int64(len(r.Method)+len(r.Target)+len("HTTP/1.1")) + fieldsSize(&r.Fields) + endHeaders
}

// responseSize is the size of a response's head.
func responseSize(r *http.Response) int64 {
	status := len("200")
	if r.Status > 999 {
		status++
	}
	return startLine + int64(len("HTTP/1.1")+status+len(r.Reason)) + fieldsSize(&r.Fields) + endHeaders
}

func fieldsSize(f *http.Fields) int64 {
	n := 0
	for i := range f.Len() {
		fd := f.At(i)
		value := len(fd.Value)
		if len(fd.Name) == len("connection") && string(fd.Name) == "connection" {
			// What concerns the connection alone is no part of the message.
			if value = len(http1.ConnectionRest(f, fd.Value)); value == 0 {
				continue
			}
		}
		n += len(fd.Name) + value
	}
	return int64(n)
}

// trailerSize is the size of what ends a chunked body.
func trailerSize(f *http.Fields) int64 {
	return fieldsSize(f) + endBody
}
