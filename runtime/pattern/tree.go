package pattern

import "strings"

// tree finds entries by their keys, which are strings: a radix tree that never
// changes once it can be seen. A change copies the nodes on its way and shares
// the rest, so that look-ups need no lock. The zero value is empty.
type tree struct{ root *node }

// node stands for the string of all prefixes from the root to it.
type node struct {
	prefix  string
	entries []*Entry // with that very key, in order
	next    []*node  // by the first byte of their prefixes
	owner   *edit
}

// edit owns the nodes made under it, which it may change in place. A nil edit
// owns none.
type edit struct{}

// mine returns n itself if ed owns it, else a copy that ed owns.
func (n *node) mine(ed *edit) *node {
	if ed != nil && n.owner == ed {
		return n
	}
	c := &node{prefix: n.prefix, entries: n.entries, owner: ed}
	c.next = append(make([]*node, 0, len(n.next)+1), n.next...)
	return c
}

// child returns where in n.next the node for byte b is, or belongs.
func (n *node) child(b byte) (at int, found bool) {
	lo, hi := 0, len(n.next)
	for lo < hi {
		if mid := (lo + hi) / 2; n.next[mid].prefix[0] < b {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(n.next) && n.next[lo].prefix[0] == b
}

// with returns a tree that has e under key, too.
func (t tree) with(key string, e *Entry, ed *edit) tree {
	if t.root == nil {
		t.root = &node{owner: ed}
	}
	return tree{t.root.with(key, e, ed)}
}

func (n *node) with(key string, e *Entry, ed *edit) *node {
	n = n.mine(ed)
	if key == "" {
		n.entries = append(n.entries[:len(n.entries):len(n.entries)], e)
		return n
	}
	at, found := n.child(key[0])
	if !found {
		n.insert(at, &node{prefix: strings.Clone(key), entries: []*Entry{e}, owner: ed})
		return n
	}
	old := n.next[at]
	common := commonPrefix(old.prefix, key)
	if common == len(old.prefix) {
		n.next[at] = old.with(key[common:], e, ed)
		return n
	}
	lower := old.mine(ed)
	middle := &node{prefix: old.prefix[:common], next: []*node{lower}, owner: ed}
	lower.prefix = old.prefix[common:]
	n.next[at] = middle.with(key[common:], e, ed)
	return n
}

func (n *node) insert(at int, c *node) {
	n.next = append(n.next, nil)
	copy(n.next[at+1:], n.next[at:])
	n.next[at] = c
}

// without returns a tree that lacks e, which is under key.
func (t tree) without(key string, e *Entry, ed *edit) tree {
	if t.root == nil {
		return t
	}
	return tree{t.root.without(key, e, ed)}
}

// without returns nil when nothing is left but the root.
func (n *node) without(key string, e *Entry, ed *edit) *node {
	n = n.mine(ed)
	if key == "" {
		n.entries = remove(n.entries, e)
		return n
	}
	at, found := n.child(key[0])
	if !found || !strings.HasPrefix(key, n.next[at].prefix) {
		return n
	}
	c := n.next[at].without(key[len(n.next[at].prefix):], e, ed)
	switch {
	case len(c.entries) == 0 && len(c.next) == 0:
		n.next = append(n.next[:at], n.next[at+1:]...)
	case len(c.entries) == 0 && len(c.next) == 1:
		only := c.next[0].mine(ed)
		only.prefix = c.prefix + only.prefix
		n.next[at] = only
	default:
		n.next[at] = c
	}
	return n
}

// remove returns a list without e.
func remove(list []*Entry, e *Entry) []*Entry {
	var rest []*Entry
	for _, o := range list {
		if o != e {
			rest = append(rest, o)
		}
	}
	return rest
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// exact returns the first entry whose key is v.
func (t tree) exact(v []byte) *Entry {
	n := t.root
	for n != nil {
		if len(v) == 0 {
			return first(n.entries)
		}
		n, v = n.down(v)
	}
	return nil
}

// only returns the entry of a tree that has just one, and its key; nil for others.
func (t tree) only() (key string, e *Entry) {
	n := t.root
	if n != nil && len(n.entries) == 0 && len(n.next) == 1 {
		n = n.next[0]
		key = n.prefix
	}
	if n == nil || len(n.entries) != 1 || len(n.next) > 0 {
		return "", nil
	}
	return key, n.entries[0]
}

// down returns the node that v goes on in, and what is left of v then.
func (n *node) down(v []byte) (*node, []byte) {
	at, found := n.child(v[0])
	if !found {
		return nil, nil
	}
	c := n.next[at]
	if p := len(c.prefix); len(v) >= p && string(v[:p]) == c.prefix {
		return c, v[p:]
	}
	return nil, nil
}

// longest returns the first entry with the longest key that v begins with.
func (t tree) longest(v []byte) (best *Entry) {
	n := t.root
	for n != nil {
		if len(n.entries) > 0 {
			best = n.entries[0]
		}
		if len(v) == 0 {
			break
		}
		n, v = n.down(v)
	}
	return best
}

// word returns the oldest entry whose key v begins with, followed by a delimiter
// or nothing.
func (t tree) word(v []byte, delimiters string, best *Entry) *Entry {
	n := t.root
	for n != nil {
		if len(n.entries) > 0 && n != t.root && (len(v) == 0 || strings.IndexByte(delimiters, v[0]) >= 0) {
			best = older(best, n.entries[0])
		}
		if len(v) == 0 {
			break
		}
		n, v = n.down(v)
	}
	return best
}

// ending returns the oldest entry whose key, reversed in the tree, v ends with.
func (t tree) ending(v []byte) (best *Entry) {
	n := t.root
	for n != nil {
		if len(n.entries) > 0 {
			best = older(best, n.entries[0])
		}
		if len(v) == 0 {
			break
		}
		at, found := n.child(v[len(v)-1])
		if !found {
			break
		}
		n = n.next[at]
		if len(n.prefix) > len(v) {
			break
		}
		for i := range len(n.prefix) {
			if n.prefix[i] != v[len(v)-1-i] {
				return best
			}
		}
		v = v[:len(v)-len(n.prefix)]
	}
	return best
}

func first(list []*Entry) *Entry {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// older returns the one of two that was added earlier; nil counts as none.
func older(a, b *Entry) *Entry {
	if a == nil || b != nil && b.number < a.number {
		return b
	}
	return a
}
