// Package spop is the codec of SPOP 2.0, the protocol between a proxy and agents that
// look at its streams (SPOE.txt, section 3): frames, the data in them, and what the
// two sides say of themselves. It reads and writes bytes; connections are its user's.
//
// Everything read belongs to the buffer that it was read from.
package spop

// Version is the version of the protocol that is spoken.
const Version = "2.0"

// MinFrame is the smallest maximum size of frames that the two sides may agree on,
// in bytes.
const MinFrame = 256

// HeaderRoom is what is kept free for a frame's header where messages are cut into
// frames, in bytes.
const HeaderRoom = 32

// PrefixSize is the size of a frame's length, which comes first, in bytes.
const PrefixSize = 4
