package cache

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

func open(t testing.TB, blocks int, tune func(*Config)) *Cache {
	t.Helper()
	conf := Config{Name: "c", Blocks: blocks, MaxObject: blocks * BlockSize / 2, MaxAge: 60, MaxSecondary: DefaultMaxSecondary}
	if tune != nil {
		tune(&conf)
	}
	c := New(conf)
	if err := c.Open(); err != nil {
		t.Fatal(err)
	}
	return c
}

func named(name string) (h Hash) {
	copy(h[:], name)
	return h
}

// store stores a body under a name at second 100, for ten seconds.
func store(c *Cache, name string, body []byte) bool { return storeFor(c, name, body, Key{}, 0) }

func storeFor(c *Cache, name string, body []byte, k Key, what Signature) bool {
	head := []byte("head of " + name)
	w, ok := c.Store(&Response{Hash: named(name), Key: k, What: what, Stored: 100, Life: 10, Head: head, HeadSize: len(head), Length: -1})
	for ok && len(body) > 0 {
		n := min(len(body), 3000)
		ok = w.Write(body[:n])
		body = body[n:]
	}
	if ok {
		w.Finish(false, nil)
	}
	return ok
}

func get(t testing.TB, c *Cache, name string, k Key, now int64) (body []byte, ok bool) {
	t.Helper()
	h := named(name)
	r, ok := c.Find(&h, k, now)
	if !ok {
		return nil, false
	}
	defer r.Release()
	if head := r.Head(func(n int) []byte { return make([]byte, n) }); string(head) != "head of "+name {
		t.Errorf("%s: head %q", name, head)
	}
	b := r.Body()
	buf := make([]byte, 5000)
	for b.Left() > 0 {
		body = append(body, b.Next(buf)...)
	}
	return body, true
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func TestStoreAndFind(t *testing.T) {
	c := open(t, 1024, nil)
	for _, n := range []int{0, 1, 800, 904, 905, 1024, 2048, 5000, 40000, 70000, 200000} {
		name, body := fmt.Sprint(n), pattern(n)
		if !store(c, name, body) {
			t.Fatalf("%d bytes are not stored", n)
		}
		for _, now := range []int64{100, 109} {
			if got, ok := get(t, c, name, Key{}, now); !ok || !bytes.Equal(got, body) {
				t.Errorf("%d bytes at %d: %v, %d bytes", n, now, ok, len(got))
			}
		}
		if _, ok := get(t, c, name, Key{}, 110); ok {
			t.Errorf("%d bytes are served when they are too old", n)
		}
		if all, free := c.Entries(100); len(all) != 0 || free != 1024 || c.spare != 1024 {
			t.Errorf("%d entries and %d free blocks are left, %d spare", len(all), free, c.spare)
		}
	}
}

// A response is given to nobody before it is whole, and not stored twice meanwhile.
func TestIncomplete(t *testing.T) {
	c := open(t, 1024, nil)
	r := Response{Hash: named("a"), Stored: 100, Life: 10, Head: []byte("head of a"), HeadSize: 9, Length: -1}
	w, ok := c.Store(&r)
	if !ok || !w.Write([]byte("abc")) {
		t.Fatal("not stored")
	}
	if _, ok := get(t, c, "a", Key{}, 100); ok {
		t.Error("found before it is whole")
	}
	if _, ok := c.Store(&r); ok {
		t.Error("stored a second time meanwhile")
	}
	if all, free := c.Entries(100); len(all) != 1 || all[0].Refs != 1 || free != 1023 {
		t.Errorf("%+v, %d free", all, free)
	}
	w.Abort()
	if all, free := c.Entries(100); len(all) != 0 || free != 1024 {
		t.Errorf("%+v, %d free after it was given up", all, free)
	}
}

// Size is HAProxy's, and bounded.
func TestMaxObject(t *testing.T) {
	c := open(t, 1024, func(c *Config) { c.MaxObject = 5000 })
	fits := 5000 - entrySize - len("head of a") - pieceSize
	for n, want := range map[int]bool{fits - pieceSize: true, fits - pieceSize + 1: false} {
		if got := store(c, "a", pattern(n)); got != want { // in two pieces
			t.Errorf("%d bytes: stored %v", n, got)
		}
	}
	r := Response{Hash: named("b"), Stored: 100, Life: 10, Head: []byte("head of b"), HeadSize: 9, Length: int64(fits) + 1}
	if _, ok := c.Store(&r); ok {
		t.Error("a length that is too much is begun")
	}
	r.Length--
	if w, ok := c.Store(&r); !ok || !w.Write(pattern(fits)) {
		t.Error("a length that fits is not stored")
	}
}

// The entry that was not used for the longest time goes first; one in use stays.
func TestEviction(t *testing.T) {
	c := open(t, 64, nil)
	for _, name := range []string{"a", "b", "c", "d"} {
		if !store(c, name, pattern(15*1024)) {
			t.Fatalf("%s not stored", name)
		}
	}
	get(t, c, "a", Key{}, 100)
	h := named("b")
	used, _ := c.Find(&h, Key{}, 100)
	if !store(c, "e", pattern(15*1024)) {
		t.Fatal("e not stored")
	}
	for name, want := range map[string]bool{"a": true, "b": true, "c": false, "d": true, "e": true} {
		if _, ok := get(t, c, name, Key{}, 100); ok != want {
			t.Errorf("%s: there %v", name, ok)
		}
	}
	// What is in use is not taken even when it was removed.
	c.Invalidate(&h)
	before := bytes.Clone(firstBytes(&used))
	for i := range 20 {
		store(c, fmt.Sprint(i), pattern(15*1024))
	}
	if !bytes.Equal(firstBytes(&used), before) {
		t.Error("the bytes of an entry in use have changed")
	}
	used.Release()
	for i := range 20 {
		store(c, fmt.Sprint(i), pattern(15*1024))
	}
	all, free := c.Entries(100)
	if len(all) != 4 || free != 64 {
		t.Errorf("%d entries, %d blocks to be had", len(all), free)
	}
}

func firstBytes(r *Ref) []byte {
	b := r.Body()
	return b.Next(nil)
}

func TestVary(t *testing.T) {
	c := open(t, 1024, func(c *Config) { c.MaxSecondary = 3 })
	gzip, br := Key{Encodings: 1}, Key{Encodings: 4}
	for i, k := range []Key{gzip, br, {Encodings: Identity}} {
		if !storeFor(c, "a", []byte{byte(i)}, k, ByEncoding) {
			t.Fatal(i)
		}
	}
	if storeFor(c, "a", nil, Key{Encodings: 8}, ByEncoding) {
		t.Error("more secondary entries than there may be")
	}
	if !storeFor(c, "a", []byte{3}, br, ByEncoding) {
		t.Error("an entry is not replaced")
	}
	for _, x := range []struct {
		accepts Encodings
		want    int
	}{{1, 0}, {1 | 4 | Identity, 0}, {4 | Identity, 2}, {4, 3}, {Identity | 2, 2}, {AnyEncoding, 0}, {2, -1}} {
		body, ok := get(t, c, "a", Key{Encodings: x.accepts}, 100)
		if ok != (x.want >= 0) || ok && int(body[0]) != x.want {
			t.Errorf("%x: %v %v", x.accepts, ok, body)
		}
	}
	h := named("a")
	c.Invalidate(&h)
	if _, ok := get(t, c, "a", Key{Encodings: AnyEncoding}, 100); ok {
		t.Error("still there")
	}
	from := Key{Referer: RefererOf([]byte("x"))}
	storeFor(c, "b", nil, from, ByReferer)
	if _, ok := get(t, c, "b", from, 100); !ok {
		t.Error("not found by referer")
	}
	if _, ok := get(t, c, "b", Key{}, 100); ok {
		t.Error("found without referer")
	}
}

func TestAccepted(t *testing.T) {
	for _, x := range []struct {
		elements []string
		want     Encodings
	}{
		{nil, AnyEncoding},
		{[]string{""}, Identity},
		{[]string{"gzip"}, 1 | Identity},
		{[]string{"GZIP", "br;q=0.5"}, 1 | 4 | Identity},
		{[]string{"gzip;q=0"}, Identity},
		{[]string{"gzip ; q=0.00 "}, Identity},
		{[]string{"gzip;q=0.001"}, 1 | Identity},
		{[]string{"identity;q=0", "gzip"}, 1},
		{[]string{"*"}, AnyEncoding},
		{[]string{"*;q=0"}, Identity},
		{[]string{"gzip;q=0", "*"}, AnyEncoding &^ 1},
		{[]string{"foo"}, Identity},
	} {
		var a Accepted
		for _, e := range x.elements {
			a.Add([]byte(e))
		}
		if got := a.Set(); got != x.want {
			t.Errorf("%q: %x, want %x", x.elements, got, x.want)
		}
	}
}

// Many tasks store, find and remove at once. What is found is always what was stored.
func TestTogether(t *testing.T) {
	c := open(t, 256, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(1, rand.Uint64()))
			for range 3000 {
				i := rng.IntN(40)
				name := fmt.Sprint(i)
				h := named(name)
				switch rng.IntN(8) {
				case 0, 1, 2:
					store(c, name, bytes.Repeat([]byte{byte(i)}, i*i*10))
				case 3:
					c.Invalidate(&h)
				case 4:
					c.Entries(100)
				default:
					body, ok := get(t, c, name, Key{}, 100)
					if ok && (len(body) != i*i*10 || len(bytes.Trim(body, string(rune(i)))) != 0) {
						t.Errorf("%s: wrong body", name)
					}
				}
			}
		})
	}
	all.Wait()
	for i := range 40 {
		h := named(fmt.Sprint(i))
		c.Invalidate(&h)
	}
	if c.spare != 256 || len(c.order) != 0 {
		t.Errorf("%d blocks are free, %d entries in order", c.spare, len(c.order))
	}
}

func TestHitAllocs(t *testing.T) {
	c := open(t, 1024, nil)
	store(c, "a", pattern(20000))
	h := named("a")
	buf := make([]byte, 16384)
	scratch := func(n int) []byte { return buf[:n] }
	if n := testing.AllocsPerRun(100, func() {
		r, _ := c.Find(&h, Key{}, 100)
		r.Head(scratch)
		for b := r.Body(); b.Left() > 0; {
			b.Next(buf)
		}
		r.Release()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkHit(b *testing.B) {
	c := open(b, 1024, nil)
	store(c, "a", pattern(500))
	h := named("a")
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			r, _ := c.Find(&h, Key{}, 100)
			r.Release()
		}
	})
}

// FuzzAccepted: whatever a client accepts, it accepts identity unless it says not to,
// and what it refuses is not in the set.
func FuzzAccepted(f *testing.F) {
	for _, s := range []string{"gzip;q=0", "*;q=0.0", "identity;q=0,gzip", "br ; Q = 0", ";;", "zstd;q"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var a Accepted
		for e := range bytes.SplitSeq([]byte(value), []byte(",")) {
			a.Add(bytes.Trim(e, " \t"))
		}
		set := a.Set()
		if set&Identity == 0 && !bytes.Contains(bytes.ToLower([]byte(value)), []byte("identity")) {
			t.Errorf("%q: identity is refused", value)
		}
		if refused := a.none &^ a.some; set&refused != 0 {
			t.Errorf("%q: %x is accepted, %x refused", value, set, refused)
		}
	})
}
