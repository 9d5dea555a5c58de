package sticktable

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// KeyType is the type of a table's keys.
type KeyType uint8

// The types of keys.
const (
	IP KeyType = iota
	IPv6
	Integer
	String
	Binary
)

var keyTypeNames = [...]string{"ip", "ipv6", "integer", "string", "binary"}

// String is the configuration's word for the type.
func (k KeyType) String() string { return keyTypeNames[k] }

// DefaultLen is the length of strings and binary keys when none is given.
const DefaultLen = 32

// Config says what a table is to store.
type Config struct {
	Name string
	Key  KeyType
	// Len is the length of the longest string or of a binary key.
	Len int
	// Size is the number of entries that fit.
	Size int
	// NoPurge refuses new entries of a full table; otherwise the oldest go.
	NoPurge bool
	// ByAddr says that server keys are addresses; otherwise they are names.
	ByAddr bool
	// Expire is how many milliseconds an entry lives untouched, 0 for ever.
	Expire int64
	// Data are the types that entries store, by type.
	Data [DataTypes]Stored
}

// KeyLen is the number of bytes of a key.
func (c *Config) KeyLen() int {
	switch c.Key {
	case IP, Integer:
		return 4
	case IPv6:
		return 16
	}
	return c.Len
}

// Table is a stick table. It is safe for concurrent use.
type Table struct {
	Config
	stride int // bytes of an entry
	used   atomic.Int64
	shards []shard
	seed   maphash.Seed
	sync   int // where an entry's place among the changed ones lies, 0 for none
	wake   func()
	told   atomic.Bool // wake was called since Listen

	names struct {
		sync.RWMutex
		all   []string
		index map[string]uint32
	}
}

// Tables of fewer entries have a single shard.
const (
	manyEntries = 4096
	manyShards  = 16
)

// New returns a table that is to be opened before it is used.
func New(c Config) *Table { return &Table{Config: c} }

// Open makes an empty table of what the configuration says, which may not change
// after that. It takes memory only as entries come.
func (t *Table) Open() {
	t.seed = maphash.MakeSeed()
	at := entryKey + (t.KeyLen()+3)&^3
	for d := range DataTypes {
		s := &t.Data[d]
		s.offset = at
		at += s.Elements * d.Kind().size()
	}
	if t.wake != nil {
		t.sync, at = at, at+syncSize
	}
	t.stride = at
	n := 1
	if t.Size >= manyEntries {
		n = manyShards
	}
	t.shards = make([]shard, n)
	for i := range t.shards {
		t.shards[i].init(t, i)
	}
}

// Used is the number of entries at now.
func (t *Table) Used(now int64) int {
	if t.Expire != 0 {
		for i := range t.shards {
			s := &t.shards[i]
			s.mu.Lock()
			s.expire(uint32(now), s.count)
			s.mu.Unlock()
		}
	}
	return int(t.used.Load())
}

// Stores reports whether entries store d.
func (t *Table) Stores(d DataType) bool { return t.Data[d].Elements > 0 }

// trim cuts a key as the table stores it: strings end at a zero byte, and
// neither they nor binary keys are longer than the table's keys.
func (t *Table) trim(key []byte) []byte {
	if len(key) > t.Len && t.Key >= String {
		key = key[:t.Len]
	}
	if t.Key == String {
		for i, c := range key {
			if c == 0 {
				return key[:i]
			}
		}
	}
	if t.Key == Binary {
		// Shorter ones are filled up with zeros, so those at the end mean nothing.
		for len(key) > 0 && key[len(key)-1] == 0 {
			key = key[:len(key)-1]
		}
	}
	return key
}

// shard returns where a trimmed key's entry belongs, and the key's hash.
func (t *Table) shard(key []byte) (*shard, uint32) {
	h := maphash.Bytes(t.seed, key)
	return &t.shards[int(h>>32)&(len(t.shards)-1)], uint32(h)
}

// Find returns the key's entry, locked, if there is one.
func (t *Table) Find(key []byte, now int64) (Entry, bool) {
	key = t.trim(key)
	s, h := t.shard(key)
	s.mu.Lock()
	if i := s.find(key, h, uint32(now)); i != 0 {
		return Entry{s, i, uint32(now)}, true
	}
	s.mu.Unlock()
	return Entry{}, false
}

// Get returns the key's entry, locked and touched. It makes a new one if there
// is none; that fails when the table is full and nothing may be purged.
func (t *Table) Get(key []byte, now int64) (Entry, bool) {
	e, ok := t.get(key, now)
	if ok {
		e.Touch()
	}
	return e, ok
}

// get is Get without the touch: a new entry is in no list by age.
func (t *Table) get(key []byte, now int64) (Entry, bool) {
	key = t.trim(key)
	s, h := t.shard(key)
	s.mu.Lock()
	i := s.find(key, h, uint32(now))
	if i == 0 {
		s.mu.Unlock()
		if !t.reserve(now) {
			return Entry{}, false
		}
		s.mu.Lock()
		if i = s.find(key, h, uint32(now)); i == 0 {
			i = s.insert(key, h)
		} else {
			t.used.Add(-1) // another was faster
		}
	}
	return Entry{s, i, uint32(now)}, true
}

// reserve takes a place for one more entry, purging old ones if it must.
func (t *Table) reserve(now int64) bool {
	for range 2 {
		if t.used.Add(1) <= int64(t.Size) {
			return true
		}
		t.used.Add(-1)
		if t.Used(now) < t.Size {
			continue
		}
		if t.NoPurge || t.purge(t.Size>>8+1, uint32(now)) == 0 {
			return false
		}
	}
	return false
}

// purge removes up to n of the entries that were not touched for longest.
func (t *Table) purge(n int, now uint32) (purged int) {
	for purged < n {
		var oldest *shard
		age := uint32(0)
		for i := range t.shards {
			s := &t.shards[i]
			if old := since(now, s.oldest.Load()); s.holds.Load() && (oldest == nil || old > age) {
				oldest, age = s, old
			}
		}
		if oldest == nil {
			break
		}
		oldest.mu.Lock()
		if oldest.purge() {
			purged++
		}
		oldest.mu.Unlock()
	}
	return purged
}
