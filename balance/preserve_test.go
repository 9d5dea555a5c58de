package balance

import "testing"

// TestPreserve fills the server that a key means.
func TestPreserve(t *testing.T) {
	for _, consistentHash := range []bool{false, true} {
		for _, c := range []struct {
			keep             Preserve
			served, queued   int
			maxqueue, others int
			moves, none      bool
		}{
			{PreserveAlways, 1, 5, 5, 0, false, false},
			{PreserveMaxConn, 0, 0, 0, 0, false, false},
			{PreserveMaxConn, 1, 0, 0, 0, true, false},
			{PreserveMaxConn, 0, 1, 0, 0, true, false},
			{PreserveMaxConn, 1, 0, 0, 1, false, true},
			{PreserveMaxQueue, 1, 4, 5, 0, false, false},
			{PreserveMaxQueue, 1, 5, 5, 0, true, false},
			{PreserveMaxQueue, 1, 100, 0, 0, false, false},
		} {
			fs, ss := fakes(1, 1, 1)
			b := New(Config{Algorithm: Hash, Consistent: consistentHash, Preserve: c.keep}, ss)
			key := []byte("some key")
			mine := b.Pick(key, None)
			for i, f := range fs {
				f.maxconn, f.maxqueue, f.served = 1, c.maxqueue, c.others
				if i == mine {
					f.served, f.queued = c.served, c.queued
				}
			}
			switch got := b.Pick(key, None); {
			case c.none && got != AllFull, !c.none && got < 0, !c.none && (got != mine) != c.moves:
				t.Errorf("consistent %v, %+v: %d, first %d", consistentHash, c, got, mine)
			}
		}
	}
}
