package stream

import (
	"math"

	"gohap/runtime/cache"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// StoreInCache implements [core.Control].
func (st *stream) StoreInCache(c *core.Cache) {
	k := st.caching
	if k == nil || c == nil || !k.hashed || st.Cached != nil || !c.Opened() || st.Req.Version < http.Version11 {
		return
	}
	if st.Req.MethodID != http.MethodGet {
		if !safeMethod(st.Req.MethodID) && st.Res.Status >= 200 && st.Res.Status < 400 {
			c.Invalidate(&k.hash) // RFC 9111, 4.4
		}
		return
	}
	if st.Res.Status != 200 || k.private {
		return
	}
	now := st.session.Conn.Wall().Unix()
	r := cache.Response{Hash: k.hash, Key: k.key, Stored: now}
	if !st.varies(c, k, &r) || !st.fresh(c, &r) {
		return
	}
	age := st.Res.Index("age", 0)
	if age >= 0 {
		st.Res.DelAt(age)
	}
	r.Modified = modifiedAt(&st.Res, now)
	if k.head = appendHead(k.head[:0], &st.Res, &r); k.head == nil {
		return
	}
	r.Head = k.head
	if age >= 0 {
		r.HeadSize += storedPart // HAProxy leaves a hole
	}
	r.Length = -1
	if st.Res.Framing == http.Length {
		r.Length = st.Res.ContentLength
	}
	if w, ok := c.Store(&r); ok {
		k.writers = append(k.writers, w)
	}
}

// varies notes what the response depends on. It reports false when the cache cannot
// know whom it suits.
func (st *stream) varies(c *core.Cache, k *caching, r *cache.Response) bool {
	for it := st.Res.Values("vary"); it.Next(); {
		what, ok := cache.VaryOn(it.Value())
		if !ok || !c.Vary || !k.keyed {
			return false
		}
		r.What |= what
	}
	if r.What&cache.ByEncoding == 0 {
		return true
	}
	r.Key.Encodings = 0
	for it := st.Res.Values("content-encoding"); it.Next(); {
		e, ok := cache.EncodingOf(it.Value())
		if !ok {
			return false
		}
		r.Key.Encodings |= e
	}
	if r.Key.Encodings == 0 {
		r.Key.Encodings = cache.Identity
	}
	return true
}

// fresh notes for how long the response may be used. It reports false when it may not
// be stored.
func (st *stream) fresh(c *core.Cache, r *cache.Response) bool {
	res := &st.Res
	response, cookies := storable(&st.Req, res)
	if !response || !cookies {
		return false
	}
	if !res.Has("expires") && !res.Has("last-modified") && !res.Has("etag") && !tellsAge(res) {
		return false
	}
	life, ok := lifetime(res, r.Stored)
	if !ok {
		return false
	}
	if it := res.Values("age"); it.Next() {
		age, ok := seconds(it.Value())
		if !ok || age <= 0 || age > life {
			return false
		}
		r.Age = min(age, math.MaxInt32)
	}
	r.Life = c.MaxAge
	if life > 0 {
		r.Life = min(life, c.MaxAge)
	}
	return r.Life > 0
}

// tellsAge reports whether Cache-Control has an age.
func tellsAge(res *http.Response) bool {
	for it := res.Values("cache-control"); it.Next(); {
		if v := it.Value(); beginsFold(v, "max-age") || beginsFold(v, "s-maxage") {
			return true
		}
	}
	return false
}

// lifetime is for how many seconds the response says that it may be used, 0 when it
// does not say. It reports false when that is over, or cannot be understood.
func lifetime(res *http.Response, now int64) (life int64, ok bool) {
	var shared, private int64
	for it := res.Values("cache-control"); it.Next(); {
		v := it.Value()
		into := &private
		switch {
		case beginsFold(v, "max-age="):
			v = v[len("max-age="):]
		case beginsFold(v, "s-maxage="):
			v, into = v[len("s-maxage="):], &shared
		default:
			continue
		}
		if *into, ok = age(v); !ok {
			return 0, false
		}
	}
	switch {
	case shared > 0:
		return shared, true
	case private > 0:
		return private, true
	}
	if i := res.Index("expires", 0); i >= 0 {
		at, ok := parseHTTPDate(res.At(i).Value)
		return at - now, ok && at > now
	}
	return 0, true
}

// age reads the number that an argument of Cache-Control begins with, which may stand
// in quotes; none at all is 0.
func age(v []byte) (int64, bool) {
	if len(v) == 0 {
		return 0, true
	}
	if v[0] == '"' {
		v = v[1:]
	}
	for len(v) > 0 && (v[0] == ' ' || v[0] == '\t') {
		v = v[1:]
	}
	if len(v) > 0 && v[0] == '+' {
		v = v[1:]
	}
	n := 0
	for n < len(v) && v[n] >= '0' && v[n] <= '9' {
		n++
	}
	return seconds(v[:n])
}

// seconds reads a number, which may be too large to tell from others.
func seconds(v []byte) (int64, bool) {
	n := int64(0)
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = min(n*10+int64(c-'0'), math.MaxInt32)
	}
	return n, len(v) > 0
}

// modifiedAt is when a response was changed last, as far as it says so: the date
// that If-Modified-Since is compared with.
func modifiedAt(res *http.Response, now int64) int64 {
	for _, name := range [...]string{"last-modified", "date"} {
		if i := res.Index(name, 0); i >= 0 {
			if at, ok := parseHTTPDate(res.At(i).Value); ok {
				return at
			}
		}
	}
	return now
}

// storeBody has the caches that store the response see a part of its body. It reports
// whether there are any left.
func (k *caching) storeBody(p []byte) bool {
	kept := k.writers[:0]
	for i := range k.writers {
		if w := &k.writers[i]; w.Write(p) {
			kept = append(kept, *w)
		}
	}
	k.writers = kept
	return len(kept) > 0
}

// storeEnd makes what was stored whole. Bodies in chunks have trailers.
func (k *caching) storeEnd(chunked bool, trailers *http.Fields) {
	k.tail = k.tail[:0]
	if trailers != nil {
		for i := range trailers.Len() {
			if k.tail = appendStored(k.tail, trailers.At(i)); k.tail == nil {
				return
			}
		}
	}
	for i := range k.writers {
		k.writers[i].Finish(chunked, k.tail)
	}
	k.writers = k.writers[:0]
}
