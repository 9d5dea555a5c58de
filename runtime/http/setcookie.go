package http

// ServerCookies walks the cookies of a name, or all for the name "", that a
// server sets. Old servers set several in a field, with commas between; so, like
// HAProxy's fetches, it goes on behind a comma, and after a cookie of the name
// with what follows it.
type ServerCookies struct {
	f     *Fields
	name  string
	field int
	pair  pair
}

// ServerCookies returns a walk over the cookies of that name.
func (f *Fields) ServerCookies(name string) ServerCookies {
	return ServerCookies{f: f, name: name, field: -1}
}

// Next returns the value of the next cookie.
func (c *ServerCookies) Next() (value []byte, ok bool) {
	for {
		if c.field >= 0 {
			v := c.f.list[c.field].Value
			for c.pair.scan(v, false) {
				p := &c.pair
				if c.name == "" || string(v[p.name:p.nameEnd]) == c.name {
					return v[p.value:p.valueEnd:p.valueEnd], true
				}
				p.next = comma(v, p.next)
			}
		}
		if c.field = c.f.Index("set-cookie", c.field+1); c.field < 0 {
			return nil, false
		}
		c.pair = pair{next: -1}
	}
}

// comma returns where the next comma outside quotes is, the end without one.
func comma(v []byte, i int) int {
	for quoted := false; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ',':
			if !quoted {
				return i
			}
		}
	}
	return len(v)
}
