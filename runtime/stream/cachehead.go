package stream

import (
	"encoding/binary"
	"time"

	"gohap/runtime/cache"
	"gohap/runtime/http"
	"gohap/runtime/http1"
)

// A stored head is the version, the framing, the length of the body and that of the
// reason, the reason, and the fields: a number of four bytes, with the length of
// the name in the lowest, and that of the value in the others, and both.
const (
	storedFixed = 12
	maxName     = 1<<8 - 1
	maxValue    = 1<<24 - 1
)

// What HAProxy adds to the size of each part of a message.
const storedPart = 4

// appendHead appends the head of res as it is stored, and notes its size and where the
// ETag is in r. It returns nil for what cannot be stored.
func appendHead(dst []byte, res *http.Response, r *cache.Response) []byte {
	if len(res.Reason) > maxName {
		return nil
	}
	dst = append(dst, byte(res.Version), byte(res.Framing))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(res.ContentLength))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(res.Reason)))
	dst = append(dst, res.Reason...)
	r.HeadSize = storedPart + startLine + len("HTTP/1.1") + len("200") + len(res.Reason) + storedPart + endHeaders
	for i := range res.Len() {
		f := res.At(i)
		if string(f.Name) == "connection" {
			if f.Value = http1.ConnectionRest(&res.Fields, f.Value); len(f.Value) == 0 {
				continue
			}
		}
		if dst = appendStored(dst, f); dst == nil {
			return nil
		}
		if r.ETagLen == 0 && string(f.Name) == "etag" {
			r.ETag, r.ETagLen = len(dst)-len(f.Value), len(f.Value)
		}
		r.HeadSize += storedPart + len(f.Name) + len(f.Value)
	}
	return dst
}

func appendStored(dst []byte, f http.Field) []byte {
	if len(f.Name) > maxName || len(f.Value) > maxValue {
		return nil
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(f.Name))|uint32(len(f.Value))<<8)
	return append(append(dst, f.Name...), f.Value...)
}

// readHead makes res what the head of a stored response says, which has to stay as it
// is.
func readHead(head []byte, res *http.Response) {
	res.Version, res.Framing = http.Version(head[0]), http.Framing(head[1])
	res.ContentLength = int64(binary.LittleEndian.Uint64(head[2:]))
	at := storedFixed + int(binary.LittleEndian.Uint16(head[10:]))
	res.Status, res.Reason = 200, head[storedFixed:at:at]
	readStored(head[at:], &res.Fields)
}

func readStored(b []byte, f *http.Fields) {
	for len(b) > 0 {
		n := binary.LittleEndian.Uint32(b)
		name, value := int(n&maxName), int(n>>8)
		b = b[4:]
		f.AddRef(b[:name:name], b[name:name+value:name+value])
		b = b[name+value:]
	}
}

// parseHTTPDate reads a date in one of the forms that HTTP knows, in seconds.
func parseHTTPDate(v []byte) (int64, bool) {
	for _, form := range [...]string{"Mon, 02 Jan 2006 15:04:05 GMT", "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC} {
		if t, err := time.Parse(form, string(v)); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}
