// Package http1 reads and writes HTTP/1 messages. It follows RFC 9112 as
// HAProxy does: what HAProxy refuses is refused, what it tidies up (folded
// lines, repeated lengths, connection tokens, default ports) is tidied up the
// same way, and what it sends is sent byte for byte.
//
// # How a stream uses it
//
// Reading a request from the client's buffer b, where b[0] is the first byte
// that has not been consumed:
//
//	r.Reset()
//	for {
//		n, err := http1.ParseRequest(b, r, opts)
//		if err != nil {          // *http.Error: answer err.Status, log, close
//		}
//		if n > 0 {               // head complete: b[:n] is consumed, body follows
//			break
//		}
//		...                      // read more after b (b may move), try again
//	}
//
// The fields of r point into b[:n] until r.Reset: keep those bytes where they
// are, or call r.Detach.
//
// The body then arrives as r.Framing says: [http.Length] bytes are counted by
// the stream, [http.Chunked] goes through a [ChunkReader], which hands out the
// data ranges in place.
//
// Sending: rules may have changed fields, so the way the body leaves is decided
// by the serialiser, which sets r.Out:
//
//	r.Conn = http1.RequestConn(r, keep) // or what the stream wants to say
//	dst = http1.AppendRequest(dst, r)
//	switch r.Out {
//	case http.Chunked: // frame data with AppendChunk, end with AppendLastChunk
//	case http.Length, http.NoBody, ...: // copy data as it is
//	}
//
// Responses go the same way; [ParseResponse] takes the request that was sent,
// since a response cannot be delimited without it. An interim response
// ([http.Response.Interim]) is followed by another one: serialise it, Reset,
// parse again.
package http1
