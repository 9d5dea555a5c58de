package http

// Cookies walks the cookies of a message. Make one with [Fields.Cookies] or
// [Fields.SetCookies].
type Cookies struct {
	f     *Fields
	field int // index of the current field
	set   bool
	pair  pair
}

// pair is where a cookie lies in its field's value.
type pair struct {
	prev            int // the delimiter before it, -1 when it comes first
	name, nameEnd   int
	value, valueEnd int
	next            int // the delimiter after it, or the end of the value
}

// Cookies returns a walk over the cookies that a client sends: name=value pairs
// in the Cookie fields, separated by semicolons or commas. Pairs whose name
// starts with '$' describe the one before (RFC 2965) and are passed over.
func (f *Fields) Cookies() Cookies { return Cookies{f: f, field: -1} }

// SetCookies returns a walk over the cookies that a server sets: the first pair
// of each Set-Cookie field.
func (f *Fields) SetCookies() Cookies { return Cookies{f: f, field: -1, set: true} }

// Next goes to the next cookie and reports whether there is one.
func (c *Cookies) Next() bool {
	for {
		if c.field >= 0 && c.field < c.f.Len() && !c.set {
			v := c.f.list[c.field].Value
			for p := (pair{next: c.pair.next}); p.scan(v, c.set); {
				if v[p.name] != '$' {
					c.pair = p
					return true
				}
			}
		}
		name := "cookie"
		if c.set {
			name = "set-cookie"
		}
		if c.field = c.f.Index(name, c.field+1); c.field < 0 {
			c.field = c.f.Len()
			return false
		}
		c.pair = pair{next: -1}
		if c.set && c.pair.scan(c.f.list[c.field].Value, true) {
			return true
		}
	}
}

// scan goes to the pair after the delimiter at p.next.
func (p *pair) scan(v []byte, set bool) bool {
	for p.prev = p.next; p.next < len(v); p.prev = p.next {
		i := p.next + 1
		for i < len(v) && isBlank(v[i]) {
			i++
		}
		p.name = i
		for i < len(v) && v[i] != '=' && !isDelimiter(v[i], set) {
			i++
		}
		if i == len(v) || v[i] != '=' {
			p.next = i // no pair
			continue
		}
		p.nameEnd = trimEnd(v, p.name, i)
		for i++; i < len(v) && isBlank(v[i]); {
			i++
		}
		p.value = i
		i = valueEnd(v, i, set)
		p.valueEnd = trimEnd(v, p.value, i)
		p.next = i
		return true
	}
	return false
}

// valueEnd returns where the next delimiter outside quotes is.
func valueEnd(v []byte, i int, set bool) int {
	quoted := false
	for ; i < len(v) && (quoted || !isDelimiter(v[i], set)); i++ {
		switch {
		case v[i] == '"':
			quoted = !quoted
		case v[i] == '\\' && quoted && i+1 < len(v):
			i++
		}
	}
	return i
}

// isDelimiter reports whether c ends a pair. Commas do so only in requests:
// dates in Set-Cookie have them.
func isDelimiter(c byte, set bool) bool { return c == ';' || c == ',' && !set }

// trimEnd returns end without the blanks before it.
func trimEnd(v []byte, start, end int) int {
	for end > start && isBlank(v[end-1]) {
		end--
	}
	return end
}

// Name returns the cookie's name, case as sent.
func (c *Cookies) Name() []byte {
	return c.f.list[c.field].Value[c.pair.name:c.pair.nameEnd:c.pair.nameEnd]
}

// Value returns the cookie's value, quotes included.
func (c *Cookies) Value() []byte {
	return c.f.list[c.field].Value[c.pair.value:c.pair.valueEnd:c.pair.valueEnd]
}

// Field returns the index of the field that the cookie is in.
func (c *Cookies) Field() int { return c.field }

// SetValue replaces the cookie's value; with is copied. Blanks around the
// equals sign go.
func (c *Cookies) SetValue(with []byte) {
	v, p := c.f.list[c.field].Value, &c.pair
	b := c.f.Alloc(p.nameEnd + 1 + len(with) + len(v) - p.valueEnd)
	n := copy(b, v[:p.nameEnd])
	b[n] = '='
	n++
	p.value = n
	n += copy(b[n:], with)
	copy(b[n:], v[p.valueEnd:])
	p.next += n - p.valueEnd
	p.valueEnd = n
	c.f.list[c.field].Value = b
}

// onlyAttributes reports whether v[:end] has nothing but '$' pairs, which say
// nothing by themselves.
func onlyAttributes(v []byte, end int) bool {
	first := true // of its pair
	for i := range max(end, 0) {
		switch {
		case isDelimiter(v[i], false):
			first = true
		case first && !isBlank(v[i]):
			if v[i] != '$' {
				return false
			}
			first = false
		}
	}
	return true
}

// Del removes the cookie, with the '$' pairs that belong to it, and the whole
// field when nothing else is in it (always, for a Set-Cookie field). The walk
// goes on behind it.
func (c *Cookies) Del() {
	v, p := c.f.list[c.field].Value, &c.pair
	rest := c.pair
	for rest.next < len(v) {
		after := rest
		if !after.scan(v, false) || v[after.name] != '$' {
			break
		}
		rest = after
	}
	next := rest.next
	tail := next
	for tail < len(v) && (isBlank(v[tail]) || isDelimiter(v[tail], false)) {
		tail++
	}
	if c.set || tail == len(v) && onlyAttributes(v, p.prev) {
		c.f.DelAt(c.field)
		c.field--
		p.next = len(v)
		if c.field >= 0 {
			p.next = len(c.f.list[c.field].Value)
		}
		return
	}
	if p.prev < 0 {
		c.f.list[c.field].Value = v[tail:]
		p.next = -1
		return
	}
	head := trimEnd(v, 0, p.prev)
	if next == len(v) {
		c.f.list[c.field].Value = v[:head:head]
		p.next = head
		return
	}
	b := c.f.Alloc(head + len("; ") + len(v) - tail)
	n := copy(b, v[:head])
	b[n], b[n+1] = v[p.prev], ' '
	copy(b[n+2:], v[tail:])
	c.f.list[c.field].Value = b
	p.next = n
}
