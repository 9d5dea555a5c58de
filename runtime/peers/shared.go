package peers

import (
	"encoding/binary"

	"gohap/runtime/peers/wire"
	"gohap/runtime/sticktable"
)

// Shared is a table that peers share.
type Shared struct {
	Table *sticktable.Table
	// Name is the table's name among the peers.
	Name string

	def      wire.Definition
	announce []byte // the message
}

// keyTypes are the protocol's numbers of the types of keys.
var keyTypes = [...]wire.KeyType{
	sticktable.IP: wire.IPv4Key, sticktable.IPv6: wire.IPv6Key, sticktable.Integer: wire.IntegerKey,
	sticktable.String: wire.StringKey, sticktable.Binary: wire.BinaryKey,
}

// define makes the message that announces the table.
func (s *Shared) define(id uint64) {
	t := s.Table
	d := wire.Definition{ID: id, Name: []byte(s.Name), Key: keyTypes[t.Key], KeyLen: uint64(t.KeyLen()), Expire: uint64(t.Expire)}
	if t.Key == sticktable.String {
		d.KeyLen++ // for the zero byte at the end
	}
	for k := range sticktable.DataTypes {
		if st := &t.Data[k]; st.Elements > 0 {
			d.Data |= 1 << k
			d.Elements[k], d.Period[k] = uint32(st.Elements), st.Period
		}
	}
	s.def, s.announce = d, wire.AppendDefinition(nil, &d)
}

// fits reports whether entries of the peer's table can be entries of this one.
func (s *Shared) fits(d *wire.Definition) bool {
	return d.Key == s.def.Key && d.KeyLen == s.def.KeyLen && d.Complete()
}

// appendKey appends an entry's key as the protocol has it.
func appendKey(b []byte, e sticktable.Entry) []byte {
	key := e.Key()
	if e.Table().Key == sticktable.Integer {
		return binary.BigEndian.AppendUint32(b, binary.LittleEndian.Uint32(key))
	}
	return append(b, key...)
}

// appendValues appends an entry's values.
func (s *Shared) appendValues(b []byte, e sticktable.Entry, names *sentNames) []byte {
	for k := range sticktable.DataTypes {
		for i := range s.Table.Data[k].Elements {
			switch k.Kind() {
			case sticktable.Rate:
				age, curr, prev := e.Rate(k, i)
				b = wire.AppendRate(b, age, curr, prev)
			case sticktable.Name:
				name := e.Name(k)
				id, known := names.id(name)
				b = wire.AppendName(b, id, name, known)
			default:
				b = wire.AppendNumber(b, e.Value(k, i))
			}
		}
	}
	return b
}

// learn stores what a peer says of an entry. names are those that the peer sent.
func (s *Shared) learn(d *wire.Definition, c *wire.Change, now int64, names *gotNames) error {
	key := c.Key
	var integer [4]byte
	if s.Table.Key == sticktable.Integer {
		binary.LittleEndian.PutUint32(integer[:], binary.BigEndian.Uint32(key))
		key = integer[:]
	}
	left := int64(-1)
	if c.Timed {
		left = int64(c.Left)
	}
	e, ok := s.Table.Learn(key, now, left)
	if ok {
		defer e.Unlock()
	}
	return c.Values(d, func(v *wire.Value) {
		k := sticktable.DataType(v.Kind)
		if k.Kind() == sticktable.Name {
			name := names.name(v)
			if ok {
				e.PutName(k, name)
			}
			return
		}
		switch {
		case !ok || k == sticktable.ConnCur: // how many there are here is known here
		case k.Kind() == sticktable.Rate:
			e.PutRate(k, v.Index, v.Age, v.Curr, v.Prev)
		default:
			e.Put(k, v.Index, v.Number)
		}
	})
}

// maxNames is how many names of servers either side of a connection remembers.
const maxNames = 128

// sentNames are the names that a peer was sent. The zero value is ready.
type sentNames struct {
	ids   map[string]uint64
	all   [maxNames]string
	count int
}

// id returns the number of a name, 0 for none, and whether the peer knows it.
func (n *sentNames) id(name string) (id uint64, known bool) {
	if name == "" {
		return 0, true
	}
	if id, known = n.ids[name]; known {
		return id, true
	}
	if n.ids == nil {
		n.ids = map[string]uint64{}
	}
	i := n.count % maxNames
	n.count++
	delete(n.ids, n.all[i])
	n.all[i], n.ids[name] = name, uint64(i+1)
	return uint64(i + 1), false
}

// gotNames are the names that a peer sent. The zero value is ready.
type gotNames [maxNames][]byte

// name returns the name that v stands for, nil for none or one unknown.
func (n *gotNames) name(v *wire.Value) []byte {
	if v.ID == 0 || v.ID > maxNames {
		return v.Name
	}
	if v.Name != nil {
		n[v.ID-1] = append([]byte(nil), v.Name...)
	}
	return n[v.ID-1]
}
