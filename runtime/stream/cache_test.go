package stream

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gohap/runtime/cache"
	"gohap/runtime/core"
)

// cacheLab is a lab with a cache of so many blocks in front of an origin, whose
// responses are as large as the path says.
func cacheLab(t *testing.T, blocks int, hits *atomic.Int64) *lab {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		if r.Method == "POST" {
			return
		}
		n, _ := strconv.Atoi(r.URL.Path[1:])
		w.Header().Set("Cache-Control", "max-age=100")
		for part := content(n); len(part) > 0; {
			k := min(len(part), 5000)
			io.WriteString(w, part[:k])
			if part = part[k:]; n%2 == 1 {
				w.(http.Flusher).Flush()
			}
		}
	}))
	t.Cleanup(s.Close)
	c := &core.Cache{Cache: cache.New(cache.Config{Name: "c", Blocks: blocks, MaxObject: blocks * cache.BlockSize / 2, MaxAge: 60, MaxSecondary: 10})}
	if err := c.Open(); err != nil {
		t.Fatal(err)
	}
	return newLab(t, core.HTTP, []string{strings.TrimPrefix(s.URL, "http://")}, func(p *core.Proxy) {
		p.Rules[core.HTTPRequest] = []core.Rule{{Do: func(s *core.Stream) core.Verdict {
			s.Control.UseCache(c)
			return core.Continue
		}}}
		p.Rules[core.HTTPResponse] = []core.Rule{{Do: func(s *core.Stream) core.Verdict {
			s.Control.StoreInCache(c)
			return core.Continue
		}}}
	})
}

// content is a body of n bytes that tells its size.
func content(n int) string {
	unit := strconv.Itoa(n) + "."
	return strings.Repeat(unit, n/len(unit)+1)[:n]
}

// Clients ask for the same things at once, from a cache that has room for some of
// them only. Whatever it does, they get what they asked for.
func TestCacheTogether(t *testing.T) {
	var hits atomic.Int64
	l := cacheLab(t, 256, &hits)
	var all sync.WaitGroup
	const clients, rounds = 8, 60
	for i := range clients {
		c := l.dial()
		all.Go(func() {
			r := bufio.NewReader(c)
			for k := range rounds {
				n := (i*7 + k*13) % 24 * (i + k) % 40 * 1001
				method := "GET"
				if k%20 == 19 {
					method = "POST"
				}
				fmt.Fprintf(c, "%s /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", method, n)
				res, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Error(err)
					return
				}
				body, err := io.ReadAll(res.Body)
				if err != nil {
					t.Error(err)
					return
				}
				if method == "GET" && string(body) != content(n) {
					t.Errorf("%d: %d bytes, of something else", n, len(body))
				}
			}
		})
	}
	all.Wait()
	if n := hits.Load(); n == clients*rounds {
		t.Error("nothing came from the cache")
	}
}

// A response that is being sent stays as it is, whatever becomes of its entry.
func TestCacheSlowClient(t *testing.T) {
	var hits atomic.Int64
	l := cacheLab(t, 16384, &hits)
	const n = 7000001
	c := l.dial()
	r := bufio.NewReader(c)
	request := fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", n)
	if _, body := ask(t, c, r, request); body != content(n) {
		t.Fatal("first response")
	}
	slow := l.dial()
	io.WriteString(slow, request) // and reads nothing: the kernel does not take it all
	rs := bufio.NewReader(slow)
	if _, err := rs.Peek(1); err != nil {
		t.Fatal(err)
	}
	ask(t, c, r, fmt.Sprintf("POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", n))
	for i := range 4 {
		ask(t, c, r, fmt.Sprintf("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", 5000000+i))
	}
	if _, body := ask(t, slow, rs, ""); body != content(n) {
		t.Error("the bytes changed while they were sent")
	}
	if hits.Load() != 6 {
		t.Errorf("%d requests to the origin", hits.Load())
	}
}
