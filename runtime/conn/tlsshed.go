package conn

import (
	"bytes"
	"crypto/tls"
	"reflect"
	"unsafe"
)

// crypto/tls never gives back the buffers that it has read records into: after one
// large record a connection holds on to some 20 kB, however long it is idle. There
// is no way to ask it to; so where its fields are what they are known to be, an
// idle connection's empty buffers are taken away, which is as if they had never
// grown. A test notices when they are not found any more.
var tlsFields = findTLSFields()

type tlsOffsets struct {
	raw, hand, input uintptr
	known            bool
}

func findTLSFields() (o tlsOffsets) {
	t := reflect.TypeFor[tls.Conn]()
	raw, ok1 := t.FieldByName("rawInput")
	hand, ok2 := t.FieldByName("hand")
	input, ok3 := t.FieldByName("input")
	buffer, reader := reflect.TypeFor[bytes.Buffer](), reflect.TypeFor[bytes.Reader]()
	if ok1 && ok2 && ok3 && raw.Type == buffer && hand.Type == buffer && input.Type == reader {
		o = tlsOffsets{raw.Offset, hand.Offset, input.Offset, true}
	}
	return o
}

// keepRaw is the size of a buffer that stays: small requests fit into it, so that
// there is nothing to allocate for the next one.
const keepRaw = 1 << 10

// Shed gives back memory that a connection which is about to be idle does not need.
// Nobody may read it meanwhile.
func (c *Conn) Shed() {
	if l, ok := c.layer.(*tlsLayer); ok && tlsFields.known && l.wire.shaken {
		l.shed()
	}
}

func (l *tlsLayer) shed() {
	at := unsafe.Pointer(l.Conn)
	raw, hand := (*bytes.Buffer)(unsafe.Add(at, tlsFields.raw)), (*bytes.Buffer)(unsafe.Add(at, tlsFields.hand))
	input := (*bytes.Reader)(unsafe.Add(at, tlsFields.input))
	if raw.Cap() > keepRaw && raw.Len() == 0 && input.Len() == 0 {
		*raw, *input = bytes.Buffer{}, bytes.Reader{} // input is a part of raw
	}
	if hand.Cap() > 0 && hand.Len() == 0 {
		*hand = bytes.Buffer{}
	}
}
