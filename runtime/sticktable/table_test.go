package sticktable

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// made returns an open table.
func made(c Config, types ...DataType) *Table {
	for _, d := range types {
		c.Data[d] = Stored{Elements: 1, Period: 10000}
	}
	t := New(c)
	t.Open()
	return t
}

func key(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

// add makes or touches the entry of a key and counts it.
func add(t *testing.T, tab *Table, k []byte, now int64) {
	t.Helper()
	e, ok := tab.Get(k, now)
	if !ok {
		t.Fatalf("no entry for %x", k)
	}
	e.Add(ConnCnt, 0, 1)
	e.Unlock()
}

// A table does what a map of keys to counts and times would.
func TestAsMap(t *testing.T) {
	const expire = 50
	for _, size := range []int{100, 10000} {
		tab := made(Config{Key: IP, Size: size, Expire: expire}, ConnCnt)
		type entry struct {
			count uint64
			at    int64
		}
		model := map[int]entry{}
		r := rand.New(rand.NewPCG(1, uint64(size)))
		for now := int64(1000); now < 1000+20000; now++ {
			n := r.IntN(80)
			for k, m := range model {
				if now-m.at >= expire {
					delete(model, k)
				}
			}
			switch r.IntN(4) {
			case 0:
				if e, ok := tab.Find(key(n), now); ok {
					if !e.Remove() {
						t.Fatal("not removed")
					}
					e.Unlock()
				}
				delete(model, n)
			case 1:
				e, ok := tab.Find(key(n), now)
				m, want := model[n]
				if ok != want {
					t.Fatalf("size %d, at %d, key %d: found %v, want %v", size, now, n, ok, want)
				}
				if ok {
					if got := e.Value(ConnCnt, 0); got != m.count || e.Idle() != now-m.at || e.Expires() != expire-(now-m.at) {
						t.Fatalf("key %d: count %d, idle %d, want %d, %d", n, got, e.Idle(), m.count, now-m.at)
					}
					e.Unlock()
				}
			default:
				add(t, tab, key(n), now)
				model[n] = entry{model[n].count + 1, now}
			}
			if now%97 == 0 {
				if got := tab.Used(now); got != len(model) {
					t.Fatalf("%d entries, want %d", got, len(model))
				}
			}
		}
	}
}

// A full table gives up those that were not touched for longest, some at a time.
func TestPurge(t *testing.T) {
	for _, c := range []struct{ size, more, left int }{{3, 1, 3}, {600, 100, 598}, {10000, 1, 9961}} {
		tab := made(Config{Key: IP, Size: c.size, Expire: 1 << 30}, ConnCnt)
		for n := range c.size + c.more {
			add(t, tab, key(n), int64(1000+n))
		}
		if got := tab.Used(int64(1000 + c.size + c.more)); got != c.left {
			t.Errorf("size %d: %d left, want %d", c.size, got, c.left)
		}
		for n := range c.size + c.more {
			_, ok := find(tab, key(n), int64(1000+c.size+c.more))
			if want := n >= c.size+c.more-c.left; ok != want {
				t.Fatalf("size %d: key %d is there: %v", c.size, n, ok)
			}
		}
	}
}

// find returns the count of a key's entry.
func find(tab *Table, k []byte, now int64) (uint64, bool) {
	e, ok := tab.Find(k, now)
	if !ok {
		return 0, false
	}
	defer e.Unlock()
	return e.Value(ConnCnt, 0), true
}

func TestNoPurge(t *testing.T) {
	tab := made(Config{Key: IP, Size: 2, NoPurge: true, Expire: 100}, ConnCnt)
	add(t, tab, key(1), 1000)
	add(t, tab, key(2), 1050)
	if _, ok := tab.Get(key(3), 1060); ok {
		t.Error("a third entry in a table of two")
	}
	add(t, tab, key(3), 1100) // the first has expired
}

// Entries that are referred to neither expire nor make room.
func TestReferences(t *testing.T) {
	tab := made(Config{Key: IP, Size: 2, Expire: 100}, ConnCnt)
	hold := func(k int, now int64) Ref {
		e, ok := tab.Get(key(k), now)
		if !ok {
			t.Fatal("no entry")
		}
		defer e.Unlock()
		return e.Hold()
	}
	release := func(r Ref, now int64) {
		e := r.Lock(now)
		e.Release()
		e.Unlock()
	}
	a, b := hold(1, 1000), hold(2, 1010)
	if _, ok := tab.Get(key(3), 1020); ok {
		t.Error("there was room")
	}
	if n := tab.Used(2000); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
	e := a.Lock(2000)
	if e.Remove() || e.Expires() != 0 || e.Refs() != 1 {
		t.Error("an entry in use was removed, or has time left")
	}
	e.Touch()
	e.Unlock()
	release(b, 2000) // expired: gone
	if _, ok := find(tab, key(2), 2000); ok {
		t.Error("an expired entry stayed")
	}
	release(a, 2050)
	if _, ok := find(tab, key(1), 2099); !ok {
		t.Error("an entry went too early")
	}
	if _, ok := find(tab, key(1), 2100); ok {
		t.Error("an entry stayed too long")
	}
}

// The place of an entry that was passed over while it was referred to is that of
// its age.
func TestRelist(t *testing.T) {
	tab := made(Config{Key: IP, Size: 3, Expire: 1000}, ConnCnt)
	var refs []Ref
	for n := range 2 {
		e, _ := tab.Get(key(n), int64(1000+n))
		refs = append(refs, e.Hold())
		e.Unlock()
	}
	add(t, tab, key(2), 1002)
	add(t, tab, key(3), 1003) // passes over both, and takes the place of 2
	for _, r := range []Ref{refs[1], refs[0]} {
		e := r.Lock(1004)
		e.Release()
		e.Unlock()
	}
	for n, want := range []int{4, 5} {
		add(t, tab, key(want), int64(1005+n))
		if _, ok := find(tab, key(n), 1010); ok {
			t.Errorf("key %d was older than others", n)
		}
	}
	if _, ok := find(tab, key(3), 1010); !ok {
		t.Error("key 3 was not the oldest")
	}
}

func TestKeys(t *testing.T) {
	text := made(Config{Key: String, Len: 5, Size: 100})
	for _, k := range []string{"abc", "abcdefgh", "abcde\x00", "", "b\x00c", "ab"} {
		e, _ := text.Get([]byte(k), 1000)
		e.Unlock()
	}
	var got []string
	for _, k := range text.Keys(1000) {
		e, ok := text.Find(k, 1000)
		if !ok {
			t.Fatalf("%q not found", k)
		}
		got = append(got, string(e.Key()))
		e.Unlock()
	}
	if want := []string{"", "ab", "abc", "abcde", "b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	binary := made(Config{Key: Binary, Len: 4, Size: 100})
	for _, k := range []string{"abcdef", "abcd", "ab", "ab\x00", "\x00", ""} {
		e, _ := binary.Get([]byte(k), 1000)
		e.Unlock()
	}
	want := [][]byte{{0, 0, 0, 0}, {'a', 'b', 0, 0}, []byte("abcd")}
	if got := binary.Keys(1000); !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestData(t *testing.T) {
	c := Config{Key: IP, Size: 10}
	c.Data[GPC] = Stored{Elements: 3}
	c.Data[GPCRate] = Stored{Elements: 2, Period: 1000}
	tab := made(c, BytesInCnt, ConnCur, ServerKey)
	e, _ := tab.Get(key(1), 5000)
	defer e.Unlock()
	e.Add(BytesInCnt, 0, 1<<40)
	e.Add(GPC, 2, 7)
	e.Add(GPC, 3, 7) // there is none
	e.Drop(ConnCur)
	e.SetName(ServerKey, []byte("s1"))
	if n := e.Value(BytesInCnt, 0); n != 1<<40 {
		t.Errorf("bytes: %d", n)
	}
	if n := e.Value(GPC, 2); n != 7 {
		t.Errorf("gpc2: %d", n)
	}
	if n := e.Value(ConnCur, 0); n != 0 {
		t.Errorf("conn_cur: %d", n)
	}
	if e.Name(ServerKey) != "s1" {
		t.Errorf("name: %q", e.Name(ServerKey))
	}
	if n := e.Increment(GPC1, GPC1Rate, 0); n != 1 || e.Value(GPC, 1) != 1 || e.Value(GPCRate, 1) != 1 {
		t.Errorf("gpc1 of an array: %d, %d, rate %d", n, e.Value(GPC, 1), e.Value(GPCRate, 1))
	}
	if n, ok := e.Clear(GPC1, 0); n != 1 || !ok || e.Value(GPC, 1) != 0 {
		t.Errorf("cleared: %d, %v", n, ok)
	}
	if _, ok := e.Number(ConnCnt, 0); ok {
		t.Error("conn_cnt is not stored")
	}
}

// The rates are those that haproxy 2.6 showed for the same events.
func TestRate(t *testing.T) {
	type at struct {
		ms   int64
		n    int    // so many events,
		rate uint64 // or this rate
	}
	for i, events := range [][]at{
		{{0, 1, 0}, {500, 0, 1}, {2500, 0, 1}, {3900, 0, 1}, {4100, 0, 0}},
		{{0, 2, 0}, {500, 0, 2}, {2500, 0, 1}, {2900, 0, 1}, {3100, 0, 0}, {4100, 0, 0}},
		{{0, 10, 0}, {1000, 0, 10}, {2500, 0, 7}, {2900, 0, 5}, {3000, 1, 0}, {3100, 0, 5}, {3500, 0, 3}, {3900, 0, 1}, {4100, 0, 1}, {5000, 0, 1}},
		{{0, 10, 0}, {1000, 3, 0}, {2100, 0, 12}, {2200, 1, 0}, {2300, 0, 12}, {3000, 0, 7}, {3900, 0, 1}, {4500, 0, 1}},
	} {
		c := Config{Key: IP, Size: 10}
		c.Data[ConnRate] = Stored{Elements: 1, Period: 2000}
		tab := made(c)
		for _, x := range events {
			e, _ := tab.Get(key(1), 1_000_000+x.ms)
			if x.n > 0 {
				e.Add(ConnRate, 0, uint64(x.n))
			} else if got := e.Value(ConnRate, 0); got != x.rate {
				t.Errorf("%d: rate %d after %d ms, want %d", i, got, x.ms, x.rate)
			}
			e.Unlock()
		}
	}
}

// Who comes with a time that is past already, because it waited for the lock,
// does no harm.
func TestLate(t *testing.T) {
	c := Config{Key: IP, Size: 10, Expire: 500}
	c.Data[ConnRate] = Stored{Elements: 1, Period: 1000}
	tab := made(c)
	for i, now := range []int64{5000, 4999, 5001, 5000} {
		e, _ := tab.Get(key(1), now)
		e.Add(ConnRate, 0, 1)
		if got := e.Value(ConnRate, 0); got != uint64(i+1) {
			t.Errorf("rate %d after %d events", got, i+1)
		}
		e.Unlock()
	}
	if _, ok := find(tab, key(1), 4990); !ok {
		t.Error("the entry expired")
	}
}

// Many at once lose no count.
func TestConcurrent(t *testing.T) {
	tab := made(Config{Key: IP, Size: 10000, Expire: 1 << 30}, ConnCnt, ConnCur)
	const tasks, rounds, keys = 8, 2000, 50
	var wg sync.WaitGroup
	for range tasks {
		wg.Go(func() {
			for i := range rounds {
				e, ok := tab.Get(key(i%keys), 1000)
				if !ok {
					t.Error("full")
					return
				}
				r := e.Hold()
				e.Add(ConnCnt, 0, 1)
				e.Add(ConnCur, 0, 1)
				e.Unlock()
				e = r.Lock(1001)
				e.Drop(ConnCur)
				e.Release()
				e.Unlock()
			}
		})
	}
	wg.Wait()
	for n := range keys {
		e, ok := tab.Find(key(n), 1001)
		if !ok || e.Value(ConnCnt, 0) != tasks*rounds/keys || e.Value(ConnCur, 0) != 0 || e.Refs() != 0 {
			t.Fatalf("key %d: %v", n, ok)
		}
		e.Unlock()
	}
}

// What streams do to entries that exist takes no memory.
func TestAllocs(t *testing.T) {
	tab := made(Config{Key: IP, Size: 10000, Expire: 1 << 30}, ConnCnt, HTTPReqRate, ServerKey)
	add(t, tab, key(7), 1000)
	k, name := key(7), []byte("s1")
	if n := testing.AllocsPerRun(100, func() {
		e, _ := tab.Get(k, 1001)
		r := e.Hold()
		e.SetName(ServerKey, name)
		e.Unlock()
		e = r.Lock(1002)
		e.Add(HTTPReqRate, 0, 1)
		e.Release()
		e.Unlock()
		if e, ok := tab.Find(k, 1003); ok {
			e.Unlock()
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// million fills a table with a million addresses. HAProxy's of the same data
// costs 208 bytes an entry.
func million() *Table {
	tab := made(Config{Key: IP, Size: 1 << 20, Expire: 1 << 30}, HTTPReqRate, ConnCur, GPC0)
	for n := range 1_000_000 {
		e, ok := tab.Get(key(n), int64(n))
		if !ok {
			panic("full")
		}
		e.Add(HTTPReqRate, 0, 1)
		e.Unlock()
	}
	return tab
}

func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a million entries")
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tab := million()
	runtime.GC()
	runtime.ReadMemStats(&after)
	per := float64(after.HeapAlloc-before.HeapAlloc) / 1e6
	t.Logf("%.1f bytes an entry", per)
	if per > 64 {
		t.Errorf("%.1f bytes an entry, want at most 64", per)
	}
	runtime.KeepAlive(tab)
}

// BenchmarkGet counts requests in a table of a million entries.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./runtime/sticktable | tee new.txt
func BenchmarkGet(b *testing.B) {
	tab := million()
	for _, n := range []int{1, 1000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				e, _ := tab.Get(key(i), 2_000_000)
				e.Add(HTTPReqRate, 0, 1)
				e.Unlock()
				i = (i + 7919) % n
			}
		})
	}
}
