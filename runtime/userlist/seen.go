package userlist

import (
	"crypto/rand"
	"crypto/sha256"
	"sync/atomic"
)

// seen remembers what became of passwords, so that the slow hash is computed
// once for each and not with every request: the last right one and a few wrong
// ones, as digests under a key that only this process has.
type seen struct {
	right atomic.Pointer[digest]
	wrong [8]atomic.Pointer[digest]
	next  atomic.Uint32 // of wrong, the one to replace
}

type digest [sha256.Size]byte

// secret goes in front of what is digested.
var secret = func() (b [32]byte) {
	rand.Read(b[:])
	return b
}()

// maxPassword is the length of the longest password that crypt(3) takes.
const maxPassword = 511

func digestOf(password []byte) digest {
	var b [len(secret) + maxPassword]byte
	n := copy(b[:], secret[:])
	n += copy(b[n:], password)
	return sha256.Sum256(b[:n])
}

func (s *seen) check(hash string, password []byte) bool {
	d := digestOf(password)
	if r := s.right.Load(); r != nil && *r == d {
		return true
	}
	for i := range s.wrong {
		if w := s.wrong[i].Load(); w != nil && *w == d {
			return false
		}
	}
	kept := d // d itself stays off the heap
	if verify(hash, password) {
		s.right.Store(&kept)
		return true
	}
	s.wrong[s.next.Add(1)%uint32(len(s.wrong))].Store(&kept)
	return false
}
