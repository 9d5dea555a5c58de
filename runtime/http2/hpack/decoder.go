// Package hpack decodes the header blocks of HTTP/2 (RFC 7541). Once a peer's
// table holds what it usually sends, that takes no memory.
package hpack

import "errors"

// ErrInvalid says that a block breaks the format. Its connection is of no use any
// more: the two ends no longer agree on the table.
var ErrInvalid = errors.New("hpack: invalid header block")

// ErrTooLong says that a name or a value is longer than allowed.
var ErrTooLong = errors.New("hpack: string too long")

// errLate says that a block changes the table's size after its first field.
var errLate = errors.New("hpack: late change of the table's size")

// Field is a field of a header. What Name and Value point to is valid until the
// next call of the decoder, and for ever where Fixed says so.
type Field struct {
	Name, Value []byte
	// ID is the index of the first entry with this name in the static table, 0
	// where that has none or the peer has spelt the name out.
	ID                    int
	FixedName, FixedValue bool
	// Unsound says that HTTP/2 must not carry the field: the name is no token
	// without capitals, or the value has an octet that could end a line (RFC 9113,
	// section 8.2.1). Pseudo-header fields are judged by the value alone.
	Unsound bool
}

// Decoder decodes the header blocks of one end of a connection.
type Decoder struct {
	table   table
	allowed int // the largest limit of the table
	longest int // name or value
	block   []byte
	begun   bool // the block has had a field
	text    []byte
}

// keepText is how many bytes a decoder keeps between two blocks.
const keepText = 512

// Init makes d ready. The peer's table may have the given size; longest bounds a
// name and a value.
func (d *Decoder) Init(size, longest int) {
	*d = Decoder{allowed: size, longest: longest}
	d.table.limit = size
}

// Begin has Next give the fields of a block.
func (d *Decoder) Begin(block []byte) {
	d.block, d.begun = block, false
	if cap(d.text) > keepText {
		d.text = nil
	}
}

// Next puts the block's next field into f. It gives false at the end.
func (d *Decoder) Next(f *Field) (bool, error) {
	for len(d.block) > 0 {
		switch b := d.block[0]; {
		case b&0x80 != 0:
			d.begun = true
			return true, d.indexed(f)
		case b&0xc0 == 0x40:
			d.begun = true
			if err := d.literal(6, f); err != nil {
				return false, err
			}
			d.table.add(f)
			return true, nil
		case b&0xe0 == 0x20:
			n, err := d.integer(5)
			if err != nil {
				return false, err
			}
			if n > d.allowed {
				return false, ErrInvalid
			}
			if d.begun {
				return false, errLate
			}
			d.table.resize(n)
		default:
			d.begun = true
			return true, d.literal(4, f)
		}
	}
	return false, nil
}

// indexed takes a field that a table has.
func (d *Decoder) indexed(f *Field) error {
	i, err := d.integer(7)
	if err != nil {
		return err
	}
	return d.entry(i, f)
}

// entry puts entry i of the two tables into f.
func (d *Decoder) entry(i int, f *Field) error {
	switch {
	case i == 0:
		return ErrInvalid
	case i <= Static:
		*f = fixed[i]
	case !d.table.get(i-Static-1, f):
		return ErrInvalid
	}
	return nil
}

// literal takes a field whose value, and maybe name, is spelt out.
func (d *Decoder) literal(bits uint, f *Field) error {
	i, err := d.integer(bits)
	if err != nil {
		return err
	}
	d.text = d.text[:0]
	if i == 0 {
		*f = Field{}
		if f.Name, err = d.string(); err != nil {
			return err
		}
		f.Unsound = !soundName(f.Name)
	} else {
		if err := d.entry(i, f); err != nil {
			return err
		}
		if !f.FixedName {
			at := len(d.text)
			d.text = append(d.text, f.Name...) // the table may move
			f.Name = d.text[at:]
			f.Unsound = !soundName(f.Name)
		} else {
			f.Unsound = false
		}
		f.FixedValue = false
	}
	if f.Value, err = d.string(); err != nil {
		return err
	}
	f.Unsound = f.Unsound || !soundValue(f.Value)
	return nil
}

// integer takes an integer with a prefix of the given number of bits (RFC 7541,
// section 5.1).
func (d *Decoder) integer(bits uint) (int, error) {
	limit := 1<<bits - 1
	n := int(d.block[0]) & limit
	d.block = d.block[1:]
	if n < limit {
		return n, nil
	}
	for shift := uint(0); shift <= 28; shift += 7 {
		if len(d.block) == 0 {
			return 0, ErrInvalid
		}
		b := d.block[0]
		d.block = d.block[1:]
		n += int(b&0x7f) << shift
		if b&0x80 == 0 {
			return n, nil
		}
	}
	return 0, ErrInvalid
}

// string takes a string literal.
func (d *Decoder) string() ([]byte, error) {
	if len(d.block) == 0 {
		return nil, ErrInvalid
	}
	coded := d.block[0]&0x80 != 0
	n, err := d.integer(7)
	if err != nil {
		return nil, err
	}
	if n > d.longest {
		return nil, ErrTooLong
	}
	if n > len(d.block) {
		return nil, ErrInvalid
	}
	s := d.block[:n:n]
	d.block = d.block[n:]
	if !coded {
		return s, nil
	}
	at := len(d.text)
	if d.text, err = appendHuffman(d.text, s, d.longest); err != nil {
		return nil, err
	}
	return d.text[at:len(d.text):len(d.text)], nil
}

// soundName reports whether a name has only the characters of a token, and no
// capitals. A leading colon is the caller's to judge.
func soundName(name []byte) bool {
	if len(name) == 0 {
		return false
	}
	if name[0] == ':' {
		return true
	}
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

// soundValue reports whether a value has none of the bytes that could end a line.
func soundValue(v []byte) bool {
	for _, c := range v {
		if c <= '\r' && (c == 0 || c == '\r' || c == '\n') {
			return false
		}
	}
	return true
}
