package stream

import (
	"bytes"
	"crypto/sha1"

	"gohap/runtime/cache"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// caching is what a stream has to do with caches. It is lent to streams whose rules
// name one.
type caching struct {
	hash   cache.Hash
	hashed bool
	// key is what the request is like, where a cache minds that.
	key   cache.Key
	keyed bool
	// bypass says that the request wants no stored response, private that the
	// response to it must not be stored.
	bypass, private bool
	// hit is the entry that answers, writers are those that are being stored.
	hit     cache.Ref
	writers []cache.Writer
	// head is where heads are built, tail where trailers are.
	head, tail []byte
}

// takeCaching gives the stream what it needs for caches, unless it has it.
func (st *stream) takeCaching() *caching {
	if st.caching == nil {
		st.caching = st.engine.cachings.Get(st.session.Conn)
	}
	return st.caching
}

// layCaching gives it back. What is not whole is not stored.
func (st *stream) layCaching() {
	k := st.caching
	k.hit.Release()
	for i := range k.writers {
		k.writers[i].Abort()
	}
	*k = caching{writers: k.writers[:0], head: k.head[:0], tail: k.tail[:0]}
	if cap(k.head)+cap(k.tail) > maxKeptHead {
		k.head, k.tail = nil, nil
	}
	st.caching = nil
	st.engine.cachings.Put(st.session.Conn, k)
}

// UseCache implements [core.Control].
func (st *stream) UseCache(c *core.Cache) {
	if c == nil || !c.Opened() {
		return
	}
	k := st.takeCaching()
	r := &st.Req
	if r.Version < http.Version11 || r.MethodID != http.MethodGet && r.MethodID != http.MethodHead {
		k.bypass = true
	}
	k.readRequest(r)
	if k.hashed = st.hashURI(&k.hash); !k.hashed {
		return
	}
	if c.Vary {
		k.key, k.keyed = keyOf(r), true
	}
	if k.bypass {
		return
	}
	ref, ok := c.Find(&k.hash, k.key, st.session.Conn.Wall().Unix())
	st.countCache(ok)
	if ok {
		k.hit.Release()
		k.hit, st.Cached = ref, c
		st.Log.Service = "<CACHE>"
	}
}

// countCache counts a look into a cache.
func (st *stream) countCache(hit bool) {
	sh := st.Session.Shard
	if st.Backend == st.Frontend {
		c := st.Frontend.FE.At(sh)
		c.CacheLookups.Add(1)
		if hit {
			c.CacheHits.Add(1)
		}
		return
	}
	c := st.Backend.BE.At(sh)
	c.CacheLookups.Add(1)
	if hit {
		c.CacheHits.Add(1)
	}
}

// readRequest finds out what the client says of caches. Pragma counts only without
// Cache-Control (RFC 9111, 5.4).
func (k *caching) readRequest(r *http.Request) {
	if r.Has("authorization") {
		k.bypass, k.private = true, true
	}
	control := false
	for it := r.Values("cache-control"); it.Next(); {
		control = true
		v := it.Value()
		switch {
		case beginsFold(v, "no-store"):
			k.private = true
		case beginsFold(v, "no-cache"), beginsFold(v, "max-age"), beginsFold(v, "max-stale"), beginsFold(v, "min-fresh"):
			k.bypass = true
		}
	}
	if !control && bytes.EqualFold(r.Value("pragma"), noCache) {
		k.bypass = true
	}
}

var (
	noCache = []byte("no-cache")
	https   = []byte("https://")
)

// hashURI computes what the request's URI is known by. A path counts as one of the
// host by TLS, however it came.
func (st *stream) hashURI(h *cache.Hash) bool {
	r := &st.Req
	if len(r.Target) == 0 || r.Target[0] != '/' {
		*h = sha1.Sum(r.Target)
		return true
	}
	i := r.Index("host", 0)
	if i < 0 {
		return false
	}
	host := r.At(i).Value
	b := append(st.Scratch(len(https) + len(host) + len(r.Target))[:0], https...)
	*h = sha1.Sum(append(append(b, host...), r.Target...))
	return true
}

// keyOf is what the request is like in the headers that responses may vary on.
func keyOf(r *http.Request) cache.Key {
	var a cache.Accepted
	for it := r.Values("accept-encoding"); it.Next(); {
		a.Add(it.Value())
	}
	k := cache.Key{Encodings: a.Set()}
	if i := r.Index("referer", 0); i >= 0 {
		k.Referer = cache.RefererOf(r.At(i).Value)
	}
	return k
}

// beginsFold reports whether v begins with a lower case text but for case.
func beginsFold(v []byte, text string) bool {
	if len(v) < len(text) {
		return false
	}
	for i := range len(text) {
		c := v[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != text[i] {
			return false
		}
	}
	return true
}
