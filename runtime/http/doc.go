// Package http holds the HTTP message as a stream sees it, whatever version
// carried it: a [Request] or a [Response] is a start line, an ordered list of
// [Fields] and a few facts about its body and its connection. The codecs
// (http1, http2) fill and print them; rules read and rewrite them.
//
// # Memory
//
// A message owns next to nothing. The codec makes its fields point into the
// connection's read buffer; whatever is added later is copied into an arena
// that belongs to the message. Both stay valid until [Request.Reset] or
// [Response.Reset] (and, for the parsed part, until the read buffer is reused:
// call Detach first to keep a message longer than its buffer). Messages are
// meant to be pooled: once their slices have grown to the traffic's usual size
// nothing is allocated any more.
//
// Field names are in lower case everywhere, as HAProxy keeps them.
//
// # Concurrency
//
// A message belongs to one stream. Nothing here locks.
package http
