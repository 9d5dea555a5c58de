package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// page is what a request got.
type page struct {
	status int
	header http.Header
	body   string
}

// newClient makes every request on a connection of its own, like curl.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// fetch makes one request.
func fetch(c *http.Client, url string) (page, error) {
	r, err := c.Get(url)
	if err != nil {
		return page{}, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return page{status: r.StatusCode, header: r.Header, body: string(body)}, err
}

// get makes one request that has to be answered.
func get(t testing.TB, url string) page {
	t.Helper()
	p, err := fetch(newClient(), url)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// answers makes n requests one after the other and returns the bodies, one word
// each: which server answered.
func answers(t testing.TB, url string, n int) []string {
	t.Helper()
	var out []string
	for range n {
		p := get(t, url)
		if p.status != 200 {
			t.Fatalf("%s: status %d: %s", url, p.status, p.body)
		}
		out = append(out, strings.TrimSpace(p.body))
	}
	return out
}

// alternates reports whether the answers go through the names in turn.
func alternates(got []string, names ...string) bool {
	next := map[string]string{}
	for i, n := range names {
		next[n] = names[(i+1)%len(names)]
	}
	for i, n := range got {
		if next[n] == "" || i > 0 && next[got[i-1]] != n {
			return false
		}
	}
	return true
}

// keepAsking sends requests without a pause until stop is called, which returns
// how many there were and those that failed.
func keepAsking(url string) (stop func() (asked int, failures []string)) {
	var (
		asked  atomic.Int64
		mu     sync.Mutex
		failed []string
		done   = make(chan struct{})
		wg     sync.WaitGroup
	)
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := newClient()
			for {
				select {
				case <-done:
					return
				default:
				}
				p, err := fetch(c, url)
				asked.Add(1)
				if err == nil && p.status == 200 {
					continue
				}
				mu.Lock()
				if err != nil {
					failed = append(failed, err.Error())
				} else {
					failed = append(failed, fmt.Sprintf("status %d", p.status))
				}
				mu.Unlock()
			}
		}()
	}
	return func() (int, []string) {
		close(done)
		wg.Wait()
		return int(asked.Load()), failed
	}
}

// refused reports whether connections to addr are refused.
func refused(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err == nil {
		c.Close()
		return false
	}
	return strings.Contains(err.Error(), "refused")
}
