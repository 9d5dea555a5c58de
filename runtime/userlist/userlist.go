// Package userlist keeps the users of "userlist" sections (configuration.txt
// 3.4), their passwords and groups. Looking a user up takes no lock and nothing
// from the heap, once the password was seen before.
package userlist

import "crypto/subtle"

// List is a compiled userlist section. It does not change while traffic flows.
type List struct {
	Name   string
	users  map[string]*User
	groups map[string]struct{}
}

// New returns an empty list.
func New(name string) *List {
	return &List{Name: name, users: map[string]*User{}, groups: map[string]struct{}{}}
}

// User is one user of a list.
type User struct {
	// Hash is what crypt(3) made of the password, or the password itself where
	// Plain is set. Without either nobody is that user.
	Hash  string
	Plain bool

	groups map[string]struct{}
	seen   seen
}

// AddGroup enters a group. It reports false when there is one of that name.
func (l *List) AddGroup(name string) bool {
	if l.HasGroup(name) {
		return false
	}
	l.groups[name] = struct{}{}
	return true
}

// HasGroup reports whether the list has the group.
func (l *List) HasGroup(name string) bool {
	_, ok := l.groups[name]
	return ok
}

// AddUser enters a user. It reports false when there is one of that name.
func (l *List) AddUser(name string, u *User) bool {
	if l.users[name] != nil {
		return false
	}
	l.users[name] = u
	return true
}

// Join makes the named user a member of a group. It reports false when there is
// no such user.
func (l *List) Join(user, group string) bool {
	u := l.users[user]
	if u == nil {
		return false
	}
	if u.groups == nil {
		u.groups = map[string]struct{}{}
	}
	u.groups[group] = struct{}{}
	return true
}

// In reports whether the named user is a member of a group.
func (l *List) In(user []byte, group string) bool {
	u := l.users[string(user)]
	if u == nil {
		return false
	}
	_, ok := u.groups[group]
	return ok
}

// Check reports whether the password is that of the named user. The first time
// that takes as long as the password's hash is made to take.
func (l *List) Check(user, password []byte) bool {
	u := l.users[string(user)]
	switch {
	case u == nil:
		return false
	case u.Plain:
		return subtle.ConstantTimeCompare([]byte(u.Hash), password) == 1
	case len(password) > maxPassword:
		return false
	}
	return u.seen.check(u.Hash, password)
}
