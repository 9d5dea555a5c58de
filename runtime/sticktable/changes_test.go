package sticktable

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// replicated returns an open table whose changes are noted, and a count of the
// times it woke its readers.
func replicated(c Config) (*Table, *int) {
	c.Key, c.Len = String, 16
	c.Data[GPC0].Elements = 1
	t, woken := New(c), new(int)
	t.Replicate(func() { *woken++ })
	t.Open()
	return t, woken
}

func touch(t *Table, now int64, keys ...string) {
	for _, k := range keys {
		e, _ := t.Get([]byte(k), now)
		e.Add(GPC0, 0, 1)
		e.Unlock()
	}
}

// readLog reads what is new to l.
func readLog(l *Log, most int) (keys []string) {
	for part := range l.table.Shards() {
		l.Next(part, most, 1000, func(e Entry) { keys = append(keys, string(e.Key())) })
	}
	return keys
}

func TestChanges(t *testing.T) {
	table, woken := replicated(Config{Size: 100})
	l := table.NewLog()
	want := func(l *Log, most int, want ...string) {
		t.Helper()
		if got := readLog(l, most); !slices.Equal(got, want) {
			t.Errorf("changed are %q, want %q", got, want)
		}
	}
	table.Listen()
	touch(table, 1000, "a", "b", "c", "a")
	if *woken != 1 {
		t.Errorf("woken %d times", *woken)
	}
	want(l, 2, "a", "b")
	touch(table, 1000, "a", "b", "c") // c has not been read
	want(l, 9, "c", "a", "b")
	want(l, 9)
	other := table.NewLog()
	want(other, 2, "c", "a")
	touch(table, 1000, "a") // where the other stands
	want(other, 9, "b", "a")
	want(l, 9, "a")
	if e, ok := table.Find([]byte("a"), 1000); ok {
		e.Remove() // where both stand
		e.Unlock()
	}
	want(l, 9)
	touch(table, 1000, "d")
	want(l, 9, "d")
	want(other, 9, "d")
	at := l.At(0)
	touch(table, 1000, "e", "f")
	want(l, 9, "e", "f")
	l.Go(0, at)
	want(l, 9, "e", "f")
	l.Go(0, 0)
	want(l, 9, "c", "b", "d", "e", "f")
	other.Skip(0)
	want(other, 9)
}

// TestLearn: what a peer tells is no change, and expires when the peer says.
func TestLearn(t *testing.T) {
	table, woken := replicated(Config{Size: 100, Expire: 10000})
	l := table.NewLog()
	table.Listen()
	for i, left := range []int64{3000, 4000, 9000, 2000, 2500, 9500, -1, 0, 20000} {
		e, _ := table.Learn(fmt.Appendf(nil, "k%d", i), 100000, left)
		e.Put(GPC0, 0, uint64(i))
		want := min(left, 10000)
		if left < 0 {
			want = 10000
		}
		if got := e.Expires(); got != want {
			t.Errorf("%d expires in %d", left, got)
		}
		e.Unlock()
	}
	touch(table, 100500, "k0")
	var order []string
	w := table.Walk(101000)
	w.Next(100, 101000, func(e Entry) { order = append(order, string(e.Key())) })
	w.Close()
	if want := []string{"k3", "k4", "k1", "k2", "k5", "k6", "k8", "k0"}; !slices.Equal(order, want) {
		t.Errorf("by age %q, want %q", order, want)
	}
	if got := readLog(l, 100); !slices.Equal(got, []string{"k0"}) || *woken != 1 {
		t.Errorf("changed are %q, woken %d times", got, *woken)
	}
	if n := table.Used(102600); n != 6 {
		t.Errorf("%d entries are left", n)
	}
}

// TestWalk: a walk meets every entry that was there, whatever happens meanwhile.
func TestWalk(t *testing.T) {
	table, _ := replicated(Config{Size: 20000})
	left := map[string]bool{}
	for i := range 10000 {
		key := fmt.Sprint("k", i)
		left[key] = true
		touch(table, int64(1000+i), key)
	}
	w := table.Walk(20000)
	defer w.Close()
	for i := 0; ; i++ {
		n := w.Next(7, 20000, func(e Entry) { delete(left, string(e.Key())) })
		if n == 0 {
			break
		}
		// Change, remove and add some.
		key := fmt.Sprint("k", i*11%10000)
		delete(left, key)
		if i%3 == 0 {
			if e, ok := table.Find([]byte(key), 20001); ok {
				e.Remove()
				e.Unlock()
			}
		} else {
			touch(table, 20001, key, fmt.Sprint("n", i))
		}
	}
	if len(left) > 0 {
		t.Errorf("%d entries were not met", len(left))
	}
}

func TestPutRate(t *testing.T) {
	table, _ := replicated(Config{Size: 10, Data: [DataTypes]Stored{ConnRate: {Elements: 1, Period: 1000}, ServerKey: {Elements: 1}}})
	e, _ := table.Learn([]byte("a"), 50000, -1)
	e.PutRate(ConnRate, 0, 250, 8, 4)
	e.PutName(ServerKey, []byte("s1"))
	age, curr, prev := e.Rate(ConnRate, 0)
	if got, want := []uint32{age, curr, prev}, []uint32{250, 8, 4}; !reflect.DeepEqual(got, want) {
		t.Errorf("rate %v, want %v", got, want)
	}
	if n := e.Value(ConnRate, 0); n != 8+3 {
		t.Errorf("%d in the last period", n)
	}
	e.PutRate(ConnRate, 0, 1<<40, 8, 4)
	if n := e.Value(ConnRate, 0); n != 0 {
		t.Errorf("%d long ago", n)
	}
	if e.Name(ServerKey) != "s1" {
		t.Error(e.Name(ServerKey))
	}
	e.PutName(ServerKey, nil)
	if e.Name(ServerKey) != "" {
		t.Error(e.Name(ServerKey))
	}
	e.Unlock()
}

func TestMarkDoesNotAllocate(t *testing.T) {
	table, _ := replicated(Config{Size: 100})
	l := table.NewLog()
	touch(table, 1000, "a")
	key := []byte("a")
	if n := testing.AllocsPerRun(100, func() {
		e, _ := table.Get(key, 1000)
		e.Add(GPC0, 0, 1)
		e.Unlock()
		l.Next(0, 9, 1000, func(Entry) {})
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkTouch is what a request does to an entry.
func BenchmarkTouch(b *testing.B) {
	for _, shared := range []bool{false, true} {
		b.Run(fmt.Sprintf("shared=%v", shared), func(b *testing.B) {
			c := Config{Size: 100000, Key: IP}
			c.Data[GPC0].Elements = 1
			t := New(c)
			if shared {
				t.Replicate(func() {})
			}
			t.Open()
			var key [4]byte
			for i := range b.N {
				key[0], key[1] = byte(i), byte(i>>8)
				e, _ := t.Get(key[:], int64(i))
				e.Add(GPC0, 0, 1)
				e.Unlock()
			}
		})
	}
}
