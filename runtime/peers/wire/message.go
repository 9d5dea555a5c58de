package wire

import "encoding/binary"

// The classes of messages. Others are of no version that there is.
const (
	Control  = 0
	Failure  = 1
	Update   = 10
	Reserved = 255
)

// The types of control messages.
const (
	ResyncRequest  = iota // teach me all you know
	ResyncFinished        // that was all there is
	ResyncPartial         // that was all that I know, and I do not know all
	ResyncConfirm         // I have got it
	Heartbeat             // I am there
)

// The types of messages about failures.
const (
	FailedProtocol = iota
	FailedSize
)

// The types of messages about tables.
const (
	Entry            = 128 + iota // an entry that has changed
	NextEntry                     // the same, with the number after the last one's
	Define                        // which table the next entries are of
	Switch                        // back to a table that was defined
	Ack                           // entries have come up to a number
	TimedEntry                    // an entry with the time it has left
	TimedNextEntry                // NextEntry likewise
	withLength       = 128        // the first of the types that say how long they are
	headerLen        = 2
	maxNumber        = 10
	reservedPerEntry = headerLen + maxNumber
)

// Message is one message.
type Message struct {
	Class, Type byte
	// Body is nil for messages that are a class and a type and no more.
	Body []byte
}

// Next reads the message at the start of b and returns what follows it. A body may
// have most bytes.
func Next(b []byte, most int) (m Message, rest []byte, err error) {
	if len(b) < headerLen {
		return m, b, ErrShort
	}
	m.Class, m.Type = b[0], b[1]
	switch {
	case m.Class == Reserved:
		return m, b, ErrProtocol
	case m.Type < withLength:
		return m, b[headerLen:], nil
	}
	n, body, err := Number(b[headerLen:])
	switch {
	case err != nil:
		return m, b, err
	case n > uint64(most):
		return m, b, ErrSize
	case n > uint64(len(body)):
		return m, b, ErrShort
	}
	m.Body = body[:n:n]
	return m, body[n:], nil
}

// AppendControl appends a control message.
func AppendControl(b []byte, kind byte) []byte { return append(b, Control, kind) }

// AppendFailure appends what a connection ends with on err, nothing for errors of
// other kinds.
func AppendFailure(b []byte, err error) []byte {
	switch err {
	case ErrProtocol:
		return append(b, Failure, FailedProtocol)
	case ErrSize:
		return append(b, Failure, FailedSize)
	}
	return b
}

// AppendMessage appends a message about tables.
func AppendMessage(b []byte, kind byte, body []byte) []byte {
	b = AppendNumber(append(b, Update, kind), uint64(len(body)))
	return append(b, body...)
}

// AppendAck appends that the entries of the peer's table have come up to a number.
func AppendAck(b []byte, table uint64, number uint32) []byte {
	var body [maxNumber + 4]byte
	return AppendMessage(b, Ack, binary.BigEndian.AppendUint32(AppendNumber(body[:0], table), number))
}

// ReadAck reads the body of an Ack.
func ReadAck(b []byte) (table uint64, number uint32, err error) {
	table, b, err = Number(b)
	if err != nil || len(b) < 4 {
		return 0, 0, ErrProtocol
	}
	return table, binary.BigEndian.Uint32(b), nil
}
