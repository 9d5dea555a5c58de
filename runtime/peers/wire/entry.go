package wire

import "encoding/binary"

// Value is a value of an entry.
type Value struct {
	Kind, Index int
	// Number is what is no rate and no name.
	Number uint64
	// Age is how many milliseconds ago the period of a rate began that has seen
	// Curr events, Prev are those of the period before.
	Age        uint64
	Curr, Prev uint32
	// ID is the number of a name, 0 for none. Name is the name itself where the
	// message has it: later ones may have the number alone.
	ID   uint64
	Name []byte
}

// Change is an entry that has changed.
type Change struct {
	Number uint32
	// Left is in how many milliseconds the entry expires, where Timed.
	Left  uint32
	Timed bool
	Key   []byte
	data  []byte
}

// AppendChange appends the start of an entry's message to a body: what comes
// before its values. The type says which parts it has.
func AppendChange(body []byte, kind byte, d *Definition, number, left uint32, key []byte) []byte {
	be := binary.BigEndian
	if kind == Entry || kind == TimedEntry {
		body = be.AppendUint32(body, number)
	}
	if kind == TimedEntry || kind == TimedNextEntry {
		body = be.AppendUint32(body, left)
	}
	if d.Key == StringKey {
		body = AppendNumber(body, uint64(len(key)))
	}
	return append(body, key...)
}

// AppendRate appends a rate to an entry's values.
func AppendRate(body []byte, age, curr, prev uint32) []byte {
	return AppendNumber(AppendNumber(AppendNumber(body, uint64(age)), uint64(curr)), uint64(prev))
}

// AppendName appends a name to an entry's values: nothing at all for id 0, and the
// name itself unless known.
func AppendName(body []byte, id uint64, name string, known bool) []byte {
	if id == 0 {
		return AppendNumber(body, 0)
	}
	var in [maxNumber]byte
	number := AppendNumber(in[:0], id)
	if known {
		return append(AppendNumber(body, uint64(len(number))), number...)
	}
	var of [maxNumber]byte
	length := AppendNumber(of[:0], uint64(len(name)))
	body = AppendNumber(body, uint64(len(number)+len(length)+len(name)))
	return append(append(append(body, number...), length...), name...)
}

// ReadChange reads the body of an entry's message. last is the number of the one
// before.
func ReadChange(m Message, d *Definition, last uint32) (c Change, err error) {
	b, be := m.Body, binary.BigEndian
	c.Number = last + 1
	if m.Type == Entry || m.Type == TimedEntry {
		if len(b) < 4 {
			return c, ErrProtocol
		}
		c.Number, b = be.Uint32(b), b[4:]
	}
	if c.Timed = m.Type == TimedEntry || m.Type == TimedNextEntry; c.Timed {
		if len(b) < 4 {
			return c, ErrProtocol
		}
		c.Left, b = be.Uint32(b), b[4:]
	}
	n := d.KeyLen
	switch d.Key {
	case StringKey:
		if n, b, err = Number(b); err != nil {
			return c, ErrProtocol
		}
	case IntegerKey:
		n = 4
	}
	if n > uint64(len(b)) {
		return c, ErrProtocol
	}
	c.Key, c.data = b[:n:n], b[n:]
	return c, nil
}

// Values calls f with each value of the entry. It fails with ErrProtocol where
// they end too early; types that the protocol did not have end them, too.
func (c *Change) Values(d *Definition, f func(*Value)) error {
	b := c.data
	for kind := range Types {
		if !d.Has(kind) {
			continue
		}
		for i := range d.values(kind) {
			v := Value{Kind: kind, Index: i}
			var err error
			if b, err = v.read(b); err != nil {
				return ErrProtocol
			}
			f(&v)
		}
	}
	return nil
}

func (v *Value) read(b []byte) (rest []byte, err error) {
	switch {
	case IsRate(v.Kind):
		var curr, prev uint64
		if v.Age, b, err = Number(b); err == nil {
			if curr, b, err = Number(b); err == nil {
				prev, b, err = Number(b)
			}
		}
		v.Curr, v.Prev = uint32(curr), uint32(prev)
		return b, err
	case !IsName(v.Kind):
		v.Number, b, err = Number(b)
		return b, err
	}
	n, b, err := Number(b)
	if err != nil || n > uint64(len(b)) {
		return b, ErrProtocol
	}
	in, rest := b[:n], b[n:]
	if n == 0 {
		return rest, nil
	}
	if v.ID, in, err = Number(in); err != nil || len(in) == 0 {
		return rest, err
	}
	if n, in, err = Number(in); err != nil || n != uint64(len(in)) {
		return rest, ErrProtocol
	}
	v.Name = in
	return rest, nil
}
