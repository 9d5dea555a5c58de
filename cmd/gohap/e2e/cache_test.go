package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestCacheEnds compares when what is stored goes: as it is too old, and as there is
// no more room.
func TestCacheEnds(t *testing.T) {
	t.Parallel()
	bins := []string{needHAProxy(t), needGohap(t)}
	seen := make([][]string, len(bins))
	var both sync.WaitGroup
	for i, bin := range bins {
		p := startCache(t, bin)
		both.Go(func() { seen[i] = p.play() })
	}
	both.Wait()
	if strings.Join(seen[0], "\n") != strings.Join(seen[1], "\n") {
		t.Errorf("HAProxy (-) and gohap (+) differ:\n%s", lineDiff(seen[0], seen[1]))
	}
}

type cacheProxy struct{ addr string }

// startCache runs a proxy whose cache takes two of the origin's larger responses.
func startCache(t *testing.T, program string) cacheProxy {
	var hits sync.Map
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := hits.LoadOrStore(r.URL.Path, new(int))
		*n.(*int)++
		w.Header().Set("Cache-Control", "max-age="+r.URL.Query().Get("age"))
		w.Header().Set("X-Count", fmt.Sprint(*n.(*int)))
		io.WriteString(w, strings.Repeat("x", 400_000))
	}))
	t.Cleanup(origin.Close)
	p := cacheProxy{freeAddr(t)}
	proc := start(t, program, "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), fmt.Sprintf(`global
    nbthread 1
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 10s
listen l
    bind %s
    http-request cache-use c
    http-response cache-store c
    http-response set-header X-Hit %%[res.cache_hit]
    server s %s
cache c
    total-max-size 1
    max-object-size 450000
`, p.addr, strings.TrimPrefix(origin.URL, "http://"))))
	if !within(10*time.Second, func() bool { return listening(p.addr) || !proc.running() }) || !proc.running() {
		t.Fatalf("%s does not start:\n%s", program, proc.stderr.String())
	}
	return p
}

// get is what a request finds: how often the origin had been asked when it answered,
// and whether the cache has.
func (p cacheProxy) get(path string) string {
	r, err := http.Get("http://" + p.addr + path)
	if err != nil {
		return err.Error()
	}
	defer r.Body.Close()
	n, err := io.Copy(io.Discard, r.Body)
	return fmt.Sprintf("%s: %d bytes, %v, number %s, hit %s", path, n, err, r.Header.Get("X-Count"), r.Header.Get("X-Hit"))
}

func (p cacheProxy) play() (lines []string) {
	for _, path := range strings.Fields("a b a c a b b c a c b a") {
		lines = append(lines, p.get("/"+path+"?age=60"))
	}
	short := "/short?age=2"
	lines = append(lines, p.get(short), p.get(short))
	over := within(6*time.Second, func() bool { return strings.HasSuffix(p.get(short), "hit 0") })
	return append(lines, fmt.Sprint("too old: ", over))
}
