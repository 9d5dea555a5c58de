package http

// Version is a protocol version: the major number in the high four bits, the
// minor one in the low four. Versions compare with < and >. The zero value is
// HTTP/0.0, which some clients do send.
type Version uint8

// The versions that exist.
const (
	Version09 Version = 0x09
	Version10 Version = 0x10
	Version11 Version = 0x11
	Version20 Version = 0x20
	Version30 Version = 0x30
)

// MakeVersion builds a version from its two numbers, each at most 15.
func MakeVersion(major, minor uint8) Version { return Version(major<<4 | minor&15) }

// Major returns the number before the dot.
func (v Version) Major() int { return int(v >> 4) }

// Minor returns the number after the dot.
func (v Version) Minor() int { return int(v & 15) }

// Append appends "major.minor", as the req.ver fetch prints it.
func (v Version) Append(dst []byte) []byte {
	return append(dst, '0'+byte(v>>4), '.', '0'+byte(v&15))
}

// String returns "HTTP/major.minor".
func (v Version) String() string { return string(v.Append([]byte("HTTP/"))) }
