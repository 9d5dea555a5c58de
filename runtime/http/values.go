package http

// Values walks the comma-separated elements of all fields of one name, in
// order: what the hdr() fetches see. Quoted commas separate nothing; an empty
// field has one empty element. Make one with [Fields.Values].
type Values struct {
	f          *Fields
	name       string
	field      int // index of the current field
	start, end int // where the current element is in that field's value
	next       int // where the following one starts, -1 in the next field
}

// Values returns a walk over the elements of the fields called name, of all
// fields when name is empty. The list must not gain or lose fields meanwhile.
func (f *Fields) Values(name string) Values {
	return Values{f: f, name: name, field: -1, next: -1}
}

// Next goes to the next element and reports whether there is one.
func (v *Values) Next() bool {
	if v.next < 0 {
		v.field++
		if v.name != "" {
			if v.field = v.f.Index(v.name, v.field); v.field < 0 {
				v.field = v.f.Len()
			}
		}
		if v.field >= v.f.Len() {
			return false
		}
		v.next = 0
	}
	whole := v.f.list[v.field].Value
	v.start, v.end = v.next, v.next+elementEnd(whole[v.next:])
	v.next = v.end + 1
	if v.end == len(whole) {
		v.next = -1
	}
	for v.start < v.end && isBlank(whole[v.start]) {
		v.start++
	}
	for v.end > v.start && isBlank(whole[v.end-1]) {
		v.end--
	}
	return true
}

// Value returns the current element, without blanks around it.
func (v *Values) Value() []byte {
	return v.f.list[v.field].Value[v.start:v.end:v.end]
}

// Field returns the index of the field that the current element is part of.
func (v *Values) Field() int { return v.field }

// Replace puts with in place of the current element and the blanks around it;
// with is copied, and not looked at by the walk.
func (v *Values) Replace(with []byte) {
	whole := v.f.list[v.field].Value
	for v.start > 0 && isBlank(whole[v.start-1]) {
		v.start--
	}
	for v.end < len(whole) && isBlank(whole[v.end]) {
		v.end++
	}
	b := v.f.Alloc(len(whole) - (v.end - v.start) + len(with))
	n := copy(b, whole[:v.start])
	n += copy(b[n:], with)
	copy(b[n:], whole[v.end:])
	v.f.list[v.field].Value = b
	if v.next >= 0 {
		v.next += n - v.end
	}
	v.end = n
}

// ValueAt returns an element of the fields called name: the occ-th one from the
// start, from the end when occ is negative, the last one when it is 0.
func (f *Fields) ValueAt(name string, occ int) (value []byte, ok bool) {
	if occ <= 0 {
		occ = f.ValueCount(name) + 1 + min(occ, -1)
	}
	if occ <= 0 {
		return nil, false
	}
	for v := f.Values(name); v.Next(); {
		if occ--; occ == 0 {
			return v.Value(), true
		}
	}
	return nil, false
}

// ValueCount returns how many elements the fields called name have: the
// hdr_cnt() fetches.
func (f *Fields) ValueCount(name string) int {
	n := 0
	for v := f.Values(name); v.Next(); {
		n++
	}
	return n
}

// FieldAt returns a whole value of the fields called name, counted as in
// [Fields.ValueAt]: the fhdr() fetches.
func (f *Fields) FieldAt(name string, occ int) (value []byte, ok bool) {
	step, i := 1, 0
	if occ <= 0 {
		step, i, occ = -1, f.Len()-1, max(1, -occ)
	}
	for ; i >= 0 && i < f.Len(); i += step {
		if name == "" || string(f.list[i].Name) == name {
			if occ--; occ == 0 {
				return f.list[i].Value, true
			}
		}
	}
	return nil, false
}
