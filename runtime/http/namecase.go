package http

import "strings"

// NameCase says how some header names are to be spelt for HTTP/1 peers that
// mind: what h1-case-adjust directives define. It is filled while the
// configuration is read and only looked at afterwards. The zero value changes
// nothing, and neither does a nil pointer.
type NameCase struct{ names map[string]string }

// Add makes from be written as to. It reports whether it could: from must be in
// lower case, differ from to in nothing but case, and not be there already.
func (c *NameCase) Add(from, to string) bool {
	if _, there := c.names[from]; there || from == "" || from != strings.ToLower(to) {
		return false
	}
	if c.names == nil {
		c.names = map[string]string{}
	}
	c.names[from] = to
	return true
}

// Append appends name as it is to be spelt.
func (c *NameCase) Append(dst, name []byte) []byte {
	if c != nil {
		if to, ok := c.names[string(name)]; ok {
			return append(dst, to...)
		}
	}
	return append(dst, name...)
}
