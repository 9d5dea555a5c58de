package http1

import (
	"strconv"

	"gohap/runtime/http"
)

// AppendRequest appends the head of r as HAProxy would send it and sets r.Out
// to how the body must be framed. Versions above 1.1 are sent as 1.1.
func AppendRequest(dst []byte, r *http.Request) []byte {
	dst = append(dst, r.Method...)
	dst = append(dst, ' ')
	dst = append(dst, target(r)...)
	dst = append(dst, ' ')
	dst = AppendVersion(dst, &r.Message)
	dst = append(dst, '\r', '\n')
	return appendFields(dst, &r.Message, r.Framing == http.NoBody, false)
}

// target returns what goes on the request line: a target that was composed for
// a client's sake is a path here.
func target(r *http.Request) []byte {
	if r.Is(http.FlagComposed) {
		if p := r.PathQuery(); len(p) > 0 {
			return p
		}
		if r.MethodID == http.MethodOptions {
			return asterisk
		}
	}
	return r.Target
}

// AppendResponse appends the head of r as HAProxy would send it and sets r.Out
// to how the body must be framed.
func AppendResponse(dst []byte, r *http.Response) []byte {
	dst = AppendVersion(dst, &r.Message)
	dst = append(dst, ' ')
	dst = appendStatus(dst, r.Status)
	dst = append(dst, ' ')
	dst = append(dst, r.Reason...)
	dst = append(dst, '\r', '\n')
	bare := r.Status < 200 || r.Status == 204
	return appendFields(dst, &r.Message, bare || r.Framing == http.NoBody, bare)
}

// appendStatus appends a status code with at least three digits.
func appendStatus(dst []byte, code int) []byte {
	if code > 999 {
		return strconv.AppendInt(dst, int64(code), 10)
	}
	return append(dst, '0'+byte(code/100), '0'+byte(code/10%10), '0'+byte(code%10))
}

// AppendVersion appends a version that HTTP/1 may carry.
func AppendVersion(dst []byte, m *http.Message) []byte {
	switch {
	case m.Version >= http.Version11:
		return append(dst, "HTTP/1.1"...)
	case m.Protocol != nil:
		return append(dst, m.Protocol...)
	case m.Version == http.Version10:
		return append(dst, "HTTP/1.0"...)
	}
	return m.Version.Append(append(dst, "HTTP/"...))
}

// appendFields appends the fields, the connection header and the blank line. A
// bare message says nothing about a body; without body, no framing is added to
// what the fields say.
func appendFields(dst []byte, m *http.Message, noBody, bare bool) []byte {
	chunked, length := false, false
	if m.Framing != http.NoBody {
		chunked = codedChunked(m)
	}
	for i := range m.Len() {
		f := m.At(i)
		value := f.Value
		switch len(f.Name) {
		case 2:
			if string(f.Name) == "te" {
				// Other codings concern this hop only, and we do not speak them.
				if !hasToken(value, "trailers") {
					continue
				}
				value = trailersValue
			}
		case 10:
			if string(f.Name) == "connection" {
				if value, _ = connection(&m.Fields, value); len(value) == 0 {
					continue
				}
			}
		case 14:
			if string(f.Name) == "content-length" {
				if bare || chunked {
					continue // a length beside chunks would be smuggler's ware
				}
				length = true
			}
		case 17:
			if bare && string(f.Name) == "transfer-encoding" {
				continue
			}
		}
		dst = appendField(dst, f.Name, value, m.Names)
	}
	switch m.Conn {
	case http.ConnClose:
		dst = appendField(dst, connectionName, closeValue, m.Names)
	case http.ConnKeepAlive:
		dst = appendField(dst, connectionName, keepAliveValue, m.Names)
	}
	switch m.Out = m.Framing; {
	case noBody, m.Framing == http.Tunnel:
	case chunked:
		m.Out = http.Chunked
	case length:
		m.Out = http.Length
	case m.Framing != http.UntilClose:
		m.Out = http.Chunked
		dst = appendField(dst, codingName, chunkedValue, m.Names)
	}
	return append(dst, '\r', '\n')
}

// Names and values that the serialiser writes by itself.
var (
	connectionName = []byte("connection")
	closeValue     = []byte("close")
	keepAliveValue = []byte("keep-alive")
	codingName     = []byte("transfer-encoding")
	chunkedValue   = []byte("chunked")
	trailersValue  = []byte("trailers")
	asterisk       = []byte("*")
)

// appendField appends one header line.
func appendField(dst, name, value []byte, names *http.NameCase) []byte {
	if names == nil {
		dst = append(dst, name...)
	} else {
		dst = names.Append(dst, name)
	}
	dst = append(dst, ':', ' ')
	dst = append(dst, value...)
	return append(dst, '\r', '\n')
}

// codedChunked reports whether the fields as they are now announce chunks.
func codedChunked(m *http.Message) bool {
	for i := m.Index("transfer-encoding", 0); i >= 0; i = m.Index("transfer-encoding", i+1) {
		if hasToken(m.At(i).Value, "chunked") {
			return true
		}
	}
	return false
}
