package sticktable

import (
	"bytes"
	"encoding/binary"
	"sync"
	"sync/atomic"
)

// Where things lie in an entry. Places of other entries are their numbers in
// the shard; 0 is none.
const (
	entryNext    = 0  // the next entry of the same bucket, or free entry
	entryOlder   = 4  // neighbours in the list by age
	entryNewer   = 8  //
	entryTouched = 12 // when it was last touched
	entryRefs    = 16 // how many refer to it, and flags
	entryKey     = 20
)

// Flags in the word that counts references.
const (
	unlisted = 1 << 31 // not in the list by age: oldest, but referred to
	refMask  = unlisted - 1
)

// slabEntries is the most entries that a slab has.
const slabEntries = 256

// shard is a part of a table with a lock of its own.
type shard struct {
	mu    sync.Mutex
	table *Table
	index int
	slabs [][]byte
	// each is how many entries a slab has; taken is how many entries were ever
	// in use, and free the first of those that no longer are.
	each, taken int
	free        uint32
	count       int
	buckets     []uint32
	// head is the entry touched least recently, tail the one touched last.
	head, tail uint32
	// oldest is when head was touched, for those who do not hold the lock;
	// holds says that there is one.
	oldest atomic.Uint32
	holds  atomic.Bool
	changes
	// learnt is the last entry that a peer told of: the next belongs near it in the
	// list by age. walks are under way through that list.
	learnt uint32
	walks  []*Walk
	_      [64]byte // keeps neighbours off this shard's cache lines
}

func (s *shard) init(t *Table, index int) {
	s.table, s.index = t, index
	s.each = min(slabEntries, t.Size)
}

// bytes returns entry i.
func (s *shard) bytes(i uint32) []byte {
	i--
	at := int(i) % s.each * s.table.stride
	return s.slabs[int(i)/s.each][at : at+s.table.stride : at+s.table.stride]
}

func (s *shard) word(i uint32, at int) uint32 { return binary.LittleEndian.Uint32(s.bytes(i)[at:]) }

func (s *shard) setWord(i uint32, at int, v uint32) {
	binary.LittleEndian.PutUint32(s.bytes(i)[at:], v)
}

// key returns entry i's key, in its full length.
func (s *shard) key(i uint32) []byte {
	return s.bytes(i)[entryKey : entryKey+s.table.KeyLen()]
}

// same reports whether b, a stored key, is the trimmed key.
func same(b, key []byte) bool {
	return len(key) <= len(b) && string(b[:len(key)]) == string(key) && (len(key) == len(b) || b[len(key)] == 0)
}

// find returns the number of the entry with the trimmed key, 0 if there is none.
// It removes some expired entries on the way.
func (s *shard) find(key []byte, h, now uint32) uint32 {
	if s.table.Expire != 0 {
		s.expire(now, 4)
	}
	if len(s.buckets) == 0 {
		return 0
	}
	for i := s.buckets[h&uint32(len(s.buckets)-1)]; i != 0; i = s.word(i, entryNext) {
		if !s.matches(i, key) {
			continue
		}
		if s.expired(i, now) && s.word(i, entryRefs)&refMask == 0 {
			s.remove(i)
			return 0
		}
		return i
	}
	return 0
}

func (s *shard) matches(i uint32, key []byte) bool {
	b := s.key(i)
	if s.table.Key == Binary {
		// Zeros at the end were trimmed.
		return bytes.Equal(s.table.trim(b), key)
	}
	return same(b, key)
}

// insert makes an entry for a trimmed key, whose place was reserved. It is not
// in the list by age yet.
func (s *shard) insert(key []byte, h uint32) uint32 {
	i := s.free
	if i != 0 {
		s.free = s.word(i, entryNext)
		clear(s.bytes(i))
	} else {
		if s.taken%s.each == 0 {
			s.slabs = append(s.slabs, make([]byte, s.each*s.table.stride))
		}
		s.taken++
		i = uint32(s.taken)
	}
	s.count++
	if s.count > len(s.buckets) {
		s.grow()
	}
	b := &s.buckets[h&uint32(len(s.buckets)-1)]
	s.setWord(i, entryNext, *b)
	s.setWord(i, entryRefs, unlisted)
	*b = i
	copy(s.key(i), key)
	return i
}

// grow doubles the buckets.
func (s *shard) grow() {
	old := s.buckets
	s.buckets = make([]uint32, max(16, 2*len(old)))
	for _, i := range old {
		for i != 0 {
			next := s.word(i, entryNext)
			b := s.bucket(i)
			s.setWord(i, entryNext, *b)
			*b = i
			i = next
		}
	}
}

// bucket returns the bucket of entry i.
func (s *shard) bucket(i uint32) *uint32 {
	_, h := s.table.shard(s.table.trim(s.key(i)))
	return &s.buckets[h&uint32(len(s.buckets)-1)]
}

// remove forgets entry i.
func (s *shard) remove(i uint32) {
	s.unlink(i)
	at := s.bucket(i)
	if *at == i {
		*at = s.word(i, entryNext)
	} else {
		p := *at
		for s.word(p, entryNext) != i {
			p = s.word(p, entryNext)
		}
		s.setWord(p, entryNext, s.word(i, entryNext))
	}
	s.setWord(i, entryNext, s.free)
	s.free = i
	s.count--
	s.table.used.Add(-1)
	if s.table.sync != 0 {
		s.forget(i)
	}
}
