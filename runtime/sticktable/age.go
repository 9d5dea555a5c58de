package sticktable

// unlink takes entry i out of the list by age.
func (s *shard) unlink(i uint32) {
	refs := s.word(i, entryRefs)
	if refs&unlisted != 0 {
		return
	}
	older, newer := s.word(i, entryOlder), s.word(i, entryNewer)
	if s.table.sync != 0 {
		s.step(i, older)
	}
	if older != 0 {
		s.setWord(older, entryNewer, newer)
	} else {
		s.head = newer
	}
	if newer != 0 {
		s.setWord(newer, entryOlder, older)
	} else {
		s.tail = older
	}
	s.setWord(i, entryRefs, refs|unlisted)
	s.publish()
}

// link puts entry i, which is in no list, behind the entry older; 0 makes it
// the head.
func (s *shard) link(i, older uint32) {
	newer := s.head
	if older != 0 {
		newer = s.word(older, entryNewer)
		s.setWord(older, entryNewer, i)
	} else {
		s.head = i
	}
	if newer != 0 {
		s.setWord(newer, entryOlder, i)
	} else {
		s.tail = i
	}
	s.setWord(i, entryOlder, older)
	s.setWord(i, entryNewer, newer)
	s.setWord(i, entryRefs, s.word(i, entryRefs)&^unlisted)
	s.publish()
}

// publish tells other shards how old the head is.
func (s *shard) publish() {
	if s.head != 0 {
		s.oldest.Store(s.word(s.head, entryTouched))
	}
	s.holds.Store(s.head != 0)
}

// expired reports whether entry i has outlived its time.
func (s *shard) expired(i, now uint32) bool {
	return s.table.Expire != 0 && since(now, s.word(i, entryTouched)) >= uint32(s.table.Expire)
}

// expire removes up to most expired entries.
func (s *shard) expire(now uint32, most int) {
	for ; most > 0 && s.head != 0 && s.expired(s.head, now); most-- {
		s.dropHead()
	}
}

// purge removes the oldest entry that nothing refers to, and reports whether
// there is one.
func (s *shard) purge() bool {
	for s.head != 0 {
		if s.dropHead() {
			return true
		}
	}
	return false
}

// dropHead removes the oldest entry. One that is referred to only leaves the
// list, to return when it is released.
func (s *shard) dropHead() bool {
	i := s.head
	if s.word(i, entryRefs)&refMask != 0 {
		s.unlink(i)
		return false
	}
	s.remove(i)
	return true
}

// relist puts entry i back into the list. It left it as the oldest, so its
// place is near the head.
func (s *shard) relist(i, now uint32) {
	age := since(now, s.word(i, entryTouched))
	older := uint32(0)
	for at := s.head; at != 0 && since(now, s.word(at, entryTouched)) > age; at = s.word(at, entryNewer) {
		older = at
	}
	s.link(i, older)
}
