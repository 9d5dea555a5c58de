package core

import (
	"encoding/binary"
	"fmt"
	"sync"

	"gohap/runtime/hash"
)

// cookieKeys guards what decides over dynamic cookies, which the runtime API
// changes.
var cookieKeys sync.Mutex

// UseDynamicCookies says whether servers without a cookie of their own get one
// made of their address and the key.
func (p *Proxy) UseDynamicCookies(on bool) {
	cookieKeys.Lock()
	defer cookieKeys.Unlock()
	p.DynamicCookie = on
	p.showCookieKey()
}

// SetCookieKey changes the key, and with it all dynamic cookies.
func (p *Proxy) SetCookieKey(key string) {
	cookieKeys.Lock()
	defer cookieKeys.Unlock()
	p.DynamicCookieKey = key
	p.showCookieKey()
}

func (p *Proxy) showCookieKey() {
	p.cookieKey.Store(nil)
	if p.DynamicCookie && p.DynamicCookieKey != "" {
		key := p.DynamicCookieKey
		p.cookieKey.Store(&key)
	}
}

// madeCookie is a dynamic cookie, and what it was made of.
type madeCookie struct {
	value string
	of    *Endpoint
	key   *string
}

// Persistence returns the value of the persistence cookie that means the server,
// and whether it has one.
func (s *Server) Persistence() (value string, ok bool) {
	if s.CookieSet {
		return s.Cookie, true
	}
	key := s.Proxy.cookieKey.Load()
	if key == nil {
		return "", false
	}
	of := s.Dial.Load()
	c := s.made.Load()
	if c == nil || c.of != of || c.key != key {
		c = &madeCookie{dynamicCookie(of, *key), of, key}
		s.made.Store(c)
	}
	return c.value, c.value != ""
}

// dynamicCookie is the hash of key, address and port, as HAProxy computes it: all
// proxies with the key give a server the same. Only servers with an address have
// one.
func dynamicCookie(e *Endpoint, key string) string {
	if e == nil || !e.Options.Addr.IsValid() || e.Options.Path != "" {
		return ""
	}
	b := append([]byte(key), e.Options.Addr.Addr().AsSlice()...)
	b = binary.BigEndian.AppendUint32(b, uint32(e.Options.Addr.Port()))
	return fmt.Sprintf("%016x", hash.XXH64(b, 0))
}

// EqualCookies reports whether a dynamic cookie means two servers.
func (p *Proxy) EqualCookies() bool {
	met := map[string]bool{}
	for _, made := range []bool{false, true} {
		for _, s := range p.Fleet().Servers {
			v, ok := s.Persistence()
			if !ok || made == s.CookieSet {
				continue
			}
			if made && met[v] {
				return true
			}
			met[v] = true
		}
	}
	return false
}
