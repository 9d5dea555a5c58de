package http2

import (
	"bytes"
	"unsafe"

	"gohap/runtime/http"

	"golang.org/x/net/http2/hpack"
)

// block decodes header blocks, one after the other, into a message: the fields
// keep pointing into the decoder's strings, which nobody changes.
type block struct {
	hp     *hpack.Decoder
	o      *Options
	kind   blockKind
	fields *http.Fields
	// What the pseudo-header fields said; nil where there was none.
	method, scheme, authority, path, protocol []byte
	status                                    int
	length                                    int64 // content-length, -1 for none
	size                                      int
	regular                                   bool // a regular field has come
	cookies                                   bool
	expect                                    bool
	bad, large                                bool
}

type blockKind uint8

const (
	requestBlock blockKind = iota
	responseBlock
	trailerBlock
)

func newBlock(o *Options) *block {
	b := &block{o: o}
	b.hp = hpack.NewDecoder(uint32(o.TableSize), b.field)
	b.hp.SetMaxStringLength(o.BufSize)
	return b
}

// begin makes b ready for a block, whose fields go to f.
func (b *block) begin(kind blockKind, f *http.Fields) {
	*b = block{hp: b.hp, o: b.o, kind: kind, fields: f, length: -1}
}

// decode reads a whole block. An error is one of the connection: both ends no
// longer agree on the table.
func (b *block) decode(p []byte) error {
	_, err := b.hp.Write(p)
	if err == nil {
		err = b.hp.Close()
	}
	b.fields = nil
	if err == hpack.ErrStringLength {
		return connError(EnhanceYourCalm)
	}
	if err != nil {
		return connError(CompressionError)
	}
	return nil
}

// bytesOf gives a string's bytes, which nobody may write to.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// perField is what a field costs beside its text in HAProxy's form of a message.
const perField = 8

// field takes the next field of the block.
func (b *block) field(f hpack.HeaderField) {
	b.size += len(f.Name) + len(f.Value) + perField
	if b.bad || b.large {
		return
	}
	if b.size > b.o.BufSize-b.o.MaxRewrite || b.fields.Len() >= b.o.MaxFields {
		b.large = true
		return
	}
	name, value := bytesOf(f.Name), bytesOf(f.Value)
	if len(name) == 0 || !validValue(value) {
		b.bad = true
		return
	}
	if name[0] == ':' {
		b.bad = b.regular || !b.pseudo(f.Name, value)
		return
	}
	b.regular = true
	if !validName(name) || !b.known(f.Name, value) {
		b.bad = true
		return
	}
}

// pseudo takes a pseudo-header field and reports whether it may stand here.
func (b *block) pseudo(name string, value []byte) bool {
	if value == nil {
		value = []byte{}
	}
	var to *[]byte
	switch {
	case b.kind == requestBlock && name == ":method":
		to = &b.method
	case b.kind == requestBlock && name == ":scheme":
		to = &b.scheme
	case b.kind == requestBlock && name == ":authority":
		to = &b.authority
	case b.kind == requestBlock && name == ":path":
		to = &b.path
	case b.kind == requestBlock && name == ":protocol":
		to = &b.protocol
	case b.kind == responseBlock && name == ":status":
		if b.status != 0 || len(value) != 3 {
			return false
		}
		for _, c := range value {
			if c < '0' || c > '9' {
				return false
			}
			b.status = b.status*10 + int(c-'0')
		}
		return b.status >= 100
	}
	if to == nil || *to != nil {
		return false
	}
	*to = value
	return true
}

// known takes a regular field and reports whether HTTP/2 may carry it.
func (b *block) known(name string, value []byte) bool {
	switch name {
	case "connection", "proxy-connection", "keep-alive", "upgrade", "transfer-encoding":
		return false
	case "te":
		if b.kind == requestBlock && string(value) != "trailers" {
			return false
		}
	case "host":
		if b.kind == requestBlock && b.authority != nil {
			return true // says the same, or is overruled
		}
	case "content-length":
		return b.contentLength(value)
	case "cookie":
		if b.kind == requestBlock {
			b.cookies = true
		}
	case "expect":
		b.expect = b.expect || bytes.EqualFold(value, []byte("100-continue"))
	}
	b.fields.AddRef(bytesOf(name), value)
	return true
}

// contentLength takes the announced length. It may be said more than once, but
// always the same.
func (b *block) contentLength(v []byte) bool {
	if len(v) == 0 || len(v) > 18 {
		return false
	}
	n := int64(0)
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
		n = n*10 + int64(c-'0')
	}
	if b.length >= 0 {
		return b.length == n
	}
	b.length = n
	b.fields.AddRef(lengthName, v)
	return true
}

var (
	lengthName    = []byte("content-length")
	cookieName    = []byte("cookie")
	trailersValue = []byte("trailers")

	upgradeName    = []byte("upgrade")
	connectionName = []byte("connection")
)

// validName reports whether a name has only the characters of a token, and no
// capitals.
func validName(name []byte) bool {
	for _, c := range name {
		if !nameByte[c] {
			return false
		}
	}
	return true
}

var nameByte = func() (t [256]bool) {
	for _, c := range "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz" {
		t[c] = true
	}
	return t
}()

// validValue reports whether a value has none of the bytes that could end a line.
func validValue(v []byte) bool {
	for _, c := range v {
		if c == 0 || c == '\r' || c == '\n' {
			return false
		}
	}
	return true
}

// hasTrailers reports whether a TE field lists "trailers".
func hasTrailers(v []byte) bool {
	for len(v) > 0 {
		e, rest, _ := bytes.Cut(v, []byte{','})
		if bytes.EqualFold(bytes.TrimSpace(e), trailersValue) {
			return true
		}
		v = rest
	}
	return false
}
