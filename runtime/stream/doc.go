// Package stream runs traffic: it takes the connections that listeners accept,
// walks each request or TCP session through the phases of [phases], and
// forwards what client and server say.
//
// The code of a stream reads top to bottom and blocks only in runtime/conn. A
// [session] is the client's connection; it is the connection's handler and holds
// next to nothing while the client is silent. A [stream] is one request and its
// response, or the whole of a TCP session; it comes from a pool and goes back
// once its log line is written.
//
// The files follow the way of a request: session, request, phases, switching,
// assign (balancing, persistence, queue), connect, exchange, forward, answer,
// tunnel, finish (timers, counters, log).
package stream
