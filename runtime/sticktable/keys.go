package sticktable

import (
	"bytes"
	"slices"
)

// Keys returns copies of the keys of all entries, in HAProxy's order: byte by
// byte.
func (t *Table) Keys(now int64) [][]byte {
	keys := make([][]byte, 0, t.Used(now))
	for i := range t.shards {
		keys = t.shards[i].keys(keys)
	}
	slices.SortFunc(keys, bytes.Compare)
	return keys
}

// keys appends the keys of the shard.
func (s *shard) keys(keys [][]byte) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]byte, 0, s.count*s.table.KeyLen())
	for _, i := range s.buckets {
		for ; i != 0; i = s.word(i, entryNext) {
			from := len(all)
			all = append(all, s.key(i)...)
			keys = append(keys, all[from:len(all):len(all)])
		}
	}
	return keys
}
