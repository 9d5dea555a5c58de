package spop

// Status is why a connection ends (SPOE.txt 3.5). Agents may have codes of their own.
type Status uint32

// The codes.
const (
	Normal Status = iota
	IO
	Timeout
	TooBig
	Invalid
	NoVersion
	NoMaxFrameSize
	NoCapabilities
	BadVersion
	BadFrameSize
	FragNotSupported
	Interlaced
	FrameIDNotFound
	Resource
	Unknown Status = 99
)

var statuses = map[Status]string{
	Normal: "normal", IO: "I/O error", Timeout: "a timeout occurred", TooBig: "frame is too big", Invalid: "invalid frame received",
	NoVersion: "version value not found", NoMaxFrameSize: "max-frame-size value not found", NoCapabilities: "capabilities value not found",
	BadVersion: "unsupported version", BadFrameSize: "max-frame-size too big or too small", FragNotSupported: "fragmentation not supported",
	Interlaced: "invalid interlaced frames", FrameIDNotFound: "frame-id not found", Resource: "resource allocation error",
	Unknown: "an unknown error occurred",
}

// String is the message that goes with the code.
func (s Status) String() string {
	if text, ok := statuses[s]; ok {
		return text
	}
	return statuses[Unknown]
}
