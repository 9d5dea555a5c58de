package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestSPOECrowd has many clients ask at a time, with agents of each kind: each gets the
// answer to its own question, and no connection or question is left.
func TestSPOECrowd(t *testing.T) {
	t.Parallel()
	bin := needGohap(t)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Header.Get("X-A")) }))
	t.Cleanup(web.Close)
	for _, engine := range []string{"", "portable"} {
		for _, capabilities := range []string{"", "pipelining", "pipelining,async"} {
			t.Run(strings.ReplaceAll(engine+" "+capabilities, ",", " "), func(t *testing.T) {
				t.Parallel()
				spoeCrowd(t, bin, engine, capabilities, web.Listener.Addr().String())
			})
		}
	}
}

func spoeCrowd(t *testing.T, bin, engine, capabilities, server string) {
	a := &spoeAgent{capabilities: capabilities, delay: time.Millisecond, actionsFor: func(messages []byte) []byte {
		// [second path=<text>]: the path becomes the variable.
		size, b := spopNumber(messages)
		b = b[size+1:]
		size, b = spopNumber(b)
		return spopSet(2, "a", b[size:]...)
	}}
	startSPOEAgent(t, a)
	dir, addr := t.TempDir(), freeAddr(t)
	sock := filepath.Join(dir, "sock")
	conf := writeFile(t, filepath.Join(dir, "engine.conf"), `[e]
spoe-agent agent
    option var-prefix px
    messages second
    timeout hello 10s
    timeout idle 1500ms
    timeout processing 10s
    use-backend agents
spoe-message second
    args path=path
    event on-frontend-http-request
`)
	cmd := exec.Command(bin, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    nbthread 2
    stats socket %s
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend fe
    bind %s
    filter spoe engine e config %s
    http-request set-header x-a %%[var(txn.px.a)]
    default_backend be
backend be
    server s %s
backend agents
    mode tcp
    server a %s
`, sock, addr, conf, server, a.addr)))
	cmd.Env = append(os.Environ(), "GOHAP_ENGINE="+engine)
	p := startCmd(t, cmd)
	if !within(20*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
		t.Fatalf("does not start:\n%s", p.stderr.String())
	}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			tr := &http.Transport{}
			defer tr.CloseIdleConnections()
			for i := range 10 {
				path := fmt.Sprintf("/%d/%d", n, i)
				got, err := spoeAsk(tr, addr, path)
				if err != nil || got != "client: 200  "+path {
					t.Errorf("%s gets %q, %v", path, got, err)
				}
			}
		})
	}
	all.Wait()
	eventually(t, 10*time.Second, "all connections to the agent to end", func() bool {
		ends := 0
		for _, l := range a.all() {
			if strings.Contains(l, " disconnect ") {
				ends++
			}
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		return ends == a.conns
	})
	p.end(t)
	if out := p.stderr.String(); strings.Contains(out, "DATA RACE") || strings.Contains(out, "panic") {
		t.Errorf("it says\n%s", out)
	}
}
