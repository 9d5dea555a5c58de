package http

// Field is one header field (or trailer): a name in lower case and a value
// without surrounding blanks. Neither slice may be written to.
type Field struct{ Name, Value []byte }

// Fields is an ordered list of header fields. It is embedded in [Request] and
// [Response]; the zero value is an empty list. Names passed in must be in lower
// case: they come from compiled configuration or from a codec, both of which
// have seen to it.
//
// Indexes stay valid until the next call that adds or removes a field.
type Fields struct {
	list  []Field
	arena arena
}

// Len returns the number of fields.
func (f *Fields) Len() int { return len(f.list) }

// At returns field i, 0 ≤ i < Len.
func (f *Fields) At(i int) Field { return f.list[i] }

// Index returns the position of the first field called name at or after from,
// or -1.
func (f *Fields) Index(name string, from int) int {
	for i := from; i < len(f.list); i++ {
		if string(f.list[i].Name) == name {
			return i
		}
	}
	return -1
}

// Has reports whether there is a field called name.
func (f *Fields) Has(name string) bool { return f.Index(name, 0) >= 0 }

// Value returns the whole value of the first field called name, nil when there
// is none: a field with an empty value gives an empty slice that is not nil.
func (f *Fields) Value(name string) []byte {
	if i := f.Index(name, 0); i >= 0 {
		return f.list[i].Value
	}
	return nil
}

// Count returns the number of fields called name, of all fields when name is
// empty: the fhdr_cnt() fetches.
func (f *Fields) Count(name string) int {
	if name == "" {
		return len(f.list)
	}
	n := 0
	for i := range f.list {
		if string(f.list[i].Name) == name {
			n++
		}
	}
	return n
}

// Add appends a field after all others; name and value are copied.
func (f *Fields) Add(name string, value []byte) {
	f.list = append(f.list, Field{f.arena.copyString(name), f.arena.copy(value)})
}

// AddRef appends a field without copying: name and value must stay as they are
// until Reset. Codecs use it for slices of the read buffer, and rules for bytes
// that live as long as the configuration.
func (f *Fields) AddRef(name, value []byte) {
	f.list = append(f.list, Field{name, value})
}

// Insert puts a field before the one at i, 0 ≤ i ≤ Len; name and value are
// copied.
func (f *Fields) Insert(i int, name string, value []byte) {
	f.list = append(f.list, Field{})
	copy(f.list[i+1:], f.list[i:])
	f.list[i] = Field{f.arena.copyString(name), f.arena.copy(value)}
}

// Set removes every field called name and appends one at the end, which is
// what the set-header actions do.
func (f *Fields) Set(name string, value []byte) {
	f.Del(name)
	f.Add(name, value)
}

// SetValue replaces the value of field i; value is copied.
func (f *Fields) SetValue(i int, value []byte) {
	f.list[i].Value = f.arena.copy(value)
}

// SetValueRef replaces the value of field i without copying: see [Fields.AddRef].
func (f *Fields) SetValueRef(i int, value []byte) { f.list[i].Value = value }

// Del removes every field called name and returns how many there were.
func (f *Fields) Del(name string) int {
	i := f.Index(name, 0)
	if i < 0 {
		return 0
	}
	return f.DelFunc(func(fd Field) bool { return string(fd.Name) == name })
}

// DelFunc removes every field for which del returns true and returns how many
// there were. Del-header's matching methods (beg, end, sub, reg) go through it.
func (f *Fields) DelFunc(del func(Field) bool) int {
	kept := f.list[:0]
	for _, fd := range f.list {
		if !del(fd) {
			kept = append(kept, fd)
		}
	}
	n := len(f.list) - len(kept)
	f.list = kept
	return n
}

// DelAt removes field i.
func (f *Fields) DelAt(i int) {
	f.list = append(f.list[:i], f.list[i+1:]...)
}

// Truncate drops all fields from position n on.
func (f *Fields) Truncate(n int) { f.list = f.list[:n] }

// Alloc returns n bytes that live as long as the message, for values built in
// place and then handed to [Fields.SetValueRef] or [Fields.AddRef].
func (f *Fields) Alloc(n int) []byte { return f.arena.alloc(n) }

// reset empties the list and takes the arena back.
func (f *Fields) reset() {
	clear(f.list) // drop the references: a pooled message must not pin buffers
	f.list = f.list[:0]
	f.arena.reset()
}

// detach copies everything that may point outside the arena.
func (f *Fields) detach() {
	for i := range f.list {
		fd := &f.list[i]
		fd.Name, fd.Value = f.arena.copy(fd.Name), f.arena.copy(fd.Value)
	}
}
