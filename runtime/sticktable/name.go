package sticktable

// maxNames bounds the names that a table keeps: they are those of servers.
const maxNames = 1 << 16

// SetName makes the name value 0 of d.
func (e Entry) SetName(d DataType, name []byte) {
	if n := e.s.table.number(name); n != 0 {
		e.Set(d, 0, uint64(n))
	}
}

// Name returns the name that is value 0 of d, "" for none.
func (e Entry) Name(d DataType) string {
	n := e.Value(d, 0)
	if n == 0 {
		return ""
	}
	names := &e.s.table.names
	names.RLock()
	defer names.RUnlock()
	return names.all[n-1]
}

// number returns the number of a name, counted from 1; 0 when there are too many.
func (t *Table) number(name []byte) uint32 {
	names := &t.names
	names.RLock()
	n := names.index[string(name)]
	names.RUnlock()
	if n != 0 {
		return n
	}
	names.Lock()
	defer names.Unlock()
	if n := names.index[string(name)]; n != 0 || len(names.all) >= maxNames {
		return n
	}
	if names.index == nil {
		names.index = map[string]uint32{}
	}
	names.all = append(names.all, string(name))
	n = uint32(len(names.all))
	names.index[string(name)] = n
	return n
}
