// Package wire has the messages of HAProxy's peers protocol, version 2.1
// (peers.txt): it reads and writes bytes, and knows neither tables nor
// connections.
//
// What is read points into the bytes that were read, and is valid as long as
// they are.
package wire
