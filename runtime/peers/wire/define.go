package wire

// KeyType is the type of a table's keys.
type KeyType uint64

// The types of keys.
const (
	IntegerKey KeyType = 2
	IPv4Key    KeyType = 4
	IPv6Key    KeyType = 5
	StringKey  KeyType = 6
	BinaryKey  KeyType = 7
)

// Types is the number of data types that the protocol has.
const Types = 25

// The data types with values that are not plain numbers.
const (
	rates  = 1<<3 | 1<<5 | 1<<8 | 1<<10 | 1<<12 | 1<<14 | 1<<16 | 1<<18 | 1<<21 | 1<<24
	arrays = 1<<22 | 1<<23 | 1<<24
	names  = 1 << 19
)

// IsRate, IsArray and IsName tell how a data type's values look.
func IsRate(kind int) bool { return rates>>kind&1 != 0 }

// IsArray reports whether entries have several values of the type.
func IsArray(kind int) bool { return arrays>>kind&1 != 0 }

// IsName reports whether the values are names.
func IsName(kind int) bool { return names>>kind&1 != 0 }

// maxElements is how many values of a type an entry may have: a body of the
// longest message has no room for more.
const maxElements = 1 << 16

// Definition says how the entries of a table look.
type Definition struct {
	// ID is the sender's number of the table.
	ID   uint64
	Name []byte
	Key  KeyType
	// KeyLen is how many bytes keys have; strings have one less at most.
	KeyLen uint64
	// Data has a bit for each type that entries have.
	Data uint64
	// Expire is how many milliseconds an entry lives.
	Expire uint64
	// Elements is the number of values of arrays, and Period that of rates, in
	// milliseconds.
	Elements, Period [Types]uint32
}

// Has reports whether entries have values of the type.
func (d *Definition) Has(kind int) bool { return d.Data>>kind&1 != 0 }

// values is how many values of the type an entry has.
func (d *Definition) values(kind int) int {
	if IsArray(kind) {
		return int(d.Elements[kind])
	}
	return 1
}

// AppendDefinition appends a Define message.
func AppendDefinition(b []byte, d *Definition) []byte {
	body := AppendNumber(make([]byte, 0, 128), d.ID)
	body = append(AppendNumber(body, uint64(len(d.Name))), d.Name...)
	for _, n := range [...]uint64{uint64(d.Key), d.KeyLen, d.Data, d.Expire} {
		body = AppendNumber(body, n)
	}
	for kind := range Types {
		if !d.Has(kind) || !IsArray(kind) && !IsRate(kind) {
			continue
		}
		body = AppendNumber(body, uint64(kind))
		if IsArray(kind) {
			body = AppendNumber(body, uint64(d.Elements[kind]))
		}
		if IsRate(kind) {
			body = AppendNumber(body, uint64(d.Period[kind]))
		}
	}
	return AppendMessage(b, Define, body)
}

// ReadDefinition reads the body of a Define message into d. Types that the
// protocol did not have are left in Data and read no further. What of arrays and
// rates is missing stays 0.
func ReadDefinition(b []byte, d *Definition) error {
	*d = Definition{}
	take := func(v *uint64) (ok bool) {
		n, rest, err := Number(b)
		*v, b = n, rest
		return err == nil
	}
	var length, key uint64
	if !take(&d.ID) || !take(&length) || length > uint64(len(b)) {
		return ErrProtocol
	}
	d.Name, b = b[:length:length], b[length:]
	if !take(&key) || !take(&d.KeyLen) || !take(&d.Data) {
		return ErrProtocol
	}
	d.Key = KeyType(key)
	take(&d.Expire) // older ones lack it
	for kind := range Types {
		if !d.Has(kind) || !IsArray(kind) && !IsRate(kind) {
			continue
		}
		var n uint64
		if !take(&n) || n != uint64(kind) {
			return nil // the rest is missing
		}
		if IsArray(kind) {
			if !take(&n) || n > maxElements {
				return ErrProtocol
			}
			d.Elements[kind] = uint32(n)
		}
		if IsRate(kind) {
			if !take(&n) {
				return ErrProtocol
			}
			d.Period[kind] = uint32(min(n, 1<<32-1))
		}
	}
	return nil
}

// Complete reports whether all is known that the entries' values are read with.
func (d *Definition) Complete() bool {
	for kind := range Types {
		if d.Has(kind) && (IsArray(kind) && d.Elements[kind] == 0 || IsRate(kind) && d.Period[kind] == 0) {
			return false
		}
	}
	return true
}
