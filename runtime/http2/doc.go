// Package http2 is the codec of HTTP/2 (RFC 9113): a [Conn] is the state machine
// of a connection, on either end of it, and a [Stream] carries one request and
// its response.
//
// One task at a time reads the connection: it calls [Conn.Receive] whenever
// there is something to read, and never waits for a stream. Each stream is a
// task's of its own, whose reads and writes wait as those of [conn.Conn] do:
// for bytes from the peer, for the windows that the peer grants, for the
// connection to take more. Frames are collected in one buffer. Whoever finds
// nobody writing writes out what is there; what others add meanwhile goes with
// the next write.
//
// # Back pressure
//
// The peer may send as much as the windows allow, and what a stream has read
// is granted anew: a stream that nobody reads holds its window's worth of
// bytes and not more. All streams of a connection together hold at most
// maxUnread.
//
// # Defence
//
// What a peer may have us hold or do is bounded: header blocks and their
// decoded form by the buffer size, streams by the setting for concurrent ones,
// which counts those whose task still runs, frames that bring nothing by a
// budget that time refills.
package http2
