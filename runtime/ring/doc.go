// Package ring keeps messages in memory for those who read them later
// (configuration.txt 3.9 "Rings").
//
// A [Buffer] holds the latest messages within a fixed size: who writes never
// waits, and the oldest make room. A [Reader] is a place in it. A [Forwarder]
// sends all messages of a buffer to a server, and connects again, where it had
// stopped, when the server was away.
package ring
