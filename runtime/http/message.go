package http

// Framing says how the end of a body is found.
type Framing uint8

// The ways a body ends.
const (
	// NoBody: the message ends with its head.
	NoBody Framing = iota
	// Length: ContentLength bytes follow (which may be 0).
	Length
	// Chunked: the chunked transfer coding marks the end.
	Chunked
	// UntilClose: the body lasts until the sender closes. Responses only.
	UntilClose
	// Framed: the protocol beneath marks the end, as HTTP/2 does.
	Framed
	// Tunnel: no message any more, bytes go both ways until both ends close
	// (after 101, or after a 2xx answer to CONNECT).
	Tunnel
)

// Flags are facts about a message that the codec met on its way.
type Flags uint16

const (
	// FlagClose: the sender will close after this message ("connection: close",
	// or a framing that is not to be trusted for another message).
	FlagClose Flags = 1 << iota
	// FlagKeepAlive: "connection: keep-alive" was there.
	FlagKeepAlive
	// FlagUpgrade: "connection: upgrade" was there.
	FlagUpgrade
	// FlagWebSocket: "upgrade: websocket" was there too.
	FlagWebSocket
	// FlagExpect: the client waits for 100-continue before it sends the body.
	FlagExpect
	// FlagInvalid: something was accepted only because of an
	// accept-invalid-http option; "show errors" wants a copy.
	FlagInvalid
	// FlagComposed: the target in absolute form was composed of parts that the
	// client sent one by one, so that it stands for a path and nothing else.
	FlagComposed
)

// Conn is what a serialiser has to say about the connection. The stream
// decides it from the proxy's mode and from both sides' wishes.
type Conn uint8

const (
	// ConnNone adds no connection header.
	ConnNone Conn = iota
	// ConnClose adds "connection: close".
	ConnClose
	// ConnKeepAlive adds "connection: keep-alive".
	ConnKeepAlive
)

// Message is what requests and responses have in common.
type Message struct {
	Fields
	// Version is the sender's.
	Version Version
	// Protocol is the version's text where it is not "HTTP/d.d", which only an
	// accept-invalid-http option lets pass; else nil.
	Protocol []byte
	// Framing is how the body arrives.
	Framing Framing
	// Out is how the body has to be sent; the serialiser sets it, from the
	// fields as rules left them.
	Out Framing
	// Conn is what the serialiser adds about the connection.
	Conn Conn
	// Names is how the HTTP/1 serialiser spells names, nil for lower case.
	Names *NameCase
	// Flags are the codec's findings.
	Flags Flags
	// ContentLength is the announced length when Framing is Length, else -1.
	ContentLength int64
	// Err is where the codec keeps the error that it returns.
	Err Error
	// Scan is the codec's bookmark while a head is incomplete.
	Scan Scan
}

// Scan remembers how far an incomplete head has been read, so that more bytes
// do not mean to start over. It belongs to the codec.
type Scan struct {
	// Base is the first byte of the buffer that was read.
	Base *byte
	// Pos is where reading goes on, Mark where the current element starts,
	// Colon where the colon of the current field is.
	Pos, Mark, Colon int
	// State is the codec's, 0 at the start of a message.
	State uint8
	// Start is where the start line begins, after blank lines.
	Start int
	// Coding is what the transfer-encoding fields said so far.
	Coding uint8
	// BadVersion is where a version is that will not do, 0 for none.
	BadVersion int
}

// Is reports whether all flags in set are there.
func (m *Message) Is(set Flags) bool { return m.Flags&set == set }

// KeepAlive reports whether the sender is willing to send another message on
// the same connection: unless it says close since HTTP/1.1, only if it says
// keep-alive before.
func (m *Message) KeepAlive() bool {
	if m.Flags&FlagClose != 0 {
		return false
	}
	return m.Version >= Version11 || m.Flags&FlagKeepAlive != 0
}

// HasBody reports whether bytes of a body are to be expected.
func (m *Message) HasBody() bool {
	return m.Framing == Chunked || m.Framing == UntilClose || m.Framing == Framed || m.Framing == Length && m.ContentLength > 0
}

// reset makes m as new, keeping its memory.
func (m *Message) reset() {
	m.Fields.reset()
	*m = Message{Fields: m.Fields, ContentLength: -1}
}
