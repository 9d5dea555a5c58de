package runtime_test

import (
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"gohap/parser/diag"
	"gohap/runtime"
	"gohap/runtime/resolver/testdns"
)

const followConfig = `defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
resolvers d
    nameserver u ADDR
    nameserver t tcp@ADDR
    timeout resolve 20ms
backend b
    server s app.example:80 resolvers d init-addr none resolve-prefer ipv4
    server-template v 2 _http.example resolvers d init-addr none resolve-prefer ipv4
`

// TestFollow starts and stops instances one after the other, as a process does
// that takes over its own configuration: each follows names for as long as it
// lives, and leaves nothing behind.
func TestFollow(t *testing.T) {
	d := testdns.Start(t, "app.example A 127.0.0.2\n_http.example SRV 1 1 8080 v.example\nv.example A 127.0.0.3")
	config := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(config, []byte(strings.ReplaceAll(followConfig, "ADDR", d.Addr)), 0o600); err != nil {
		t.Fatal(err)
	}
	before := 0
	for n := range 4 {
		said := make(chan string, 100)
		var list diag.List
		i := runtime.Load(&runtime.Options{Files: []string{config}, Say: func(_ diag.Severity, text string) { said <- text }}, &list)
		if i == nil {
			t.Fatalf("%v", list.All)
		}
		if errs := i.Bind(nil); len(errs) > 0 {
			t.Fatal(errs)
		}
		i.Start()
		for up := 0; up < 2; {
			select {
			case text := <-said:
				if strings.HasSuffix(text, "administratively READY thanks to valid DNS answer.") {
					up++
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the servers do not come up")
			}
		}
		i.Stop()
		<-i.Done()
		if n == 0 {
			before = goruntime.NumGoroutine()
		}
	}
	// Connections of the name server end by themselves once their clients are gone.
	deadline := time.Now().Add(20 * time.Second)
	for goruntime.NumGoroutine() > before && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if n := goruntime.NumGoroutine(); n > before {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines after the first instance, %d after the last:\n%s", before, n, buf[:goruntime.Stack(buf, true)])
	}
}
