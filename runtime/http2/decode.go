package http2

import (
	"bytes"

	"gohap/runtime/http"
	"gohap/runtime/http2/hpack"
)

// block decodes header blocks, one after the other, into a message, whose memory
// then holds what the static table does not.
type block struct {
	hp     hpack.Decoder
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
	b.hp.Init(o.TableSize, o.BufSize)
	return b
}

// begin makes b ready for a block, whose fields go to f.
func (b *block) begin(kind blockKind, f *http.Fields) {
	b.kind, b.fields = kind, f
	b.method, b.scheme, b.authority, b.path, b.protocol = nil, nil, nil, nil, nil
	b.status, b.length, b.size = 0, -1, 0
	b.regular, b.cookies, b.expect, b.bad, b.large = false, false, false, false, false
}

// decode reads a whole block. An error is one of the connection: both ends no
// longer agree on the table.
func (b *block) decode(p []byte) error {
	var f hpack.Field
	b.hp.Begin(p)
	for {
		more, err := b.hp.Next(&f)
		switch {
		case err == hpack.ErrTooLong:
			return connError(EnhanceYourCalm)
		case err != nil:
			return connError(CompressionError)
		case !more:
			b.fields = nil
			return nil
		}
		b.field(&f)
	}
}

// perField is what a field costs beside its text in HAProxy's form of a message.
const perField = 8

// field takes the next field of the block.
func (b *block) field(f *hpack.Field) {
	b.size += len(f.Name) + len(f.Value) + perField
	if b.bad || b.large {
		return
	}
	if b.size > b.o.BufSize-b.o.MaxRewrite || b.fields.Len() >= b.o.MaxFields {
		b.large = true
		return
	}
	if f.Unsound {
		b.bad = true
		return
	}
	id, name, value := f.ID, f.Name, f.Value
	if !f.FixedName {
		if name = b.keep(name); id == 0 {
			id = hpack.ID(name) // the peer may spell out what the table has
		}
	}
	if !f.FixedValue {
		value = b.keep(value)
	}
	if name[0] == ':' {
		b.bad = b.regular || !b.pseudo(id, name, value)
		return
	}
	b.regular = true
	b.bad = !b.known(id, name, value)
}

// keep copies s into the message.
func (b *block) keep(s []byte) []byte {
	c := b.fields.Alloc(len(s))
	copy(c, s)
	return c
}

// pseudo takes a pseudo-header field and reports whether it may stand here.
func (b *block) pseudo(id int, name, value []byte) bool {
	if value == nil {
		value = []byte{}
	}
	if b.kind == responseBlock {
		return id == staticStatus && b.setStatus(value)
	}
	if b.kind != requestBlock {
		return false
	}
	var to *[]byte
	switch id {
	case staticMethod:
		to = &b.method
	case staticScheme:
		to = &b.scheme
	case staticAuthority:
		to = &b.authority
	case staticPath:
		to = &b.path
	default:
		if string(name) != ":protocol" {
			return false
		}
		to = &b.protocol
	}
	if *to != nil {
		return false
	}
	*to = value
	return true
}

// setStatus takes a response's status.
func (b *block) setStatus(value []byte) bool {
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

// known takes a regular field and reports whether HTTP/2 may carry it.
func (b *block) known(id int, name, value []byte) bool {
	switch id {
	case 0:
		switch string(name) {
		case "connection", "proxy-connection", "keep-alive", "upgrade":
			return false
		case "te":
			if b.kind == requestBlock && string(value) != "trailers" {
				return false
			}
		}
	case staticTransfer:
		return false
	case staticHost:
		if b.kind == requestBlock && b.authority != nil {
			return true // says the same, or is overruled
		}
	case staticContentLength:
		return b.contentLength(name, value)
	case staticCookie:
		if b.kind == requestBlock {
			b.cookies = true
		}
	case staticExpect:
		b.expect = b.expect || bytes.EqualFold(value, []byte("100-continue"))
	}
	b.fields.AddRef(name, value)
	return true
}

// contentLength takes the announced length. It may be said more than once, but
// always the same.
func (b *block) contentLength(name, v []byte) bool {
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
	b.fields.AddRef(name, v)
	return true
}

var (
	cookieName    = []byte("cookie")
	trailersValue = []byte("trailers")

	upgradeName    = []byte("upgrade")
	connectionName = []byte("connection")
)

var nameByte = func() (t [256]bool) {
	for _, c := range "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz" {
		t[c] = true
	}
	return t
}()

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
