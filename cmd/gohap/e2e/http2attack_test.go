package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// h2Raw makes frames byte by byte, so that an attack costs its sender little.
func h2Raw(kind, flags byte, id uint32, payload []byte) []byte {
	n := len(payload)
	b := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return append(binary.BigEndian.AppendUint32(b, id), payload...)
}

var h2Hello = append([]byte(http2.ClientPreface), h2Raw(4, 0, 0, nil)...)

// h2Get is the header block of a request that needs no table.
func h2Get(path string, more ...string) []byte {
	var b bytes.Buffer
	enc := hpack.NewEncoder(&b)
	enc.SetMaxDynamicTableSize(0)
	fields := append([]string{":method", "GET", ":scheme", "http", ":path", path, ":authority", "a"}, more...)
	for i := 0; i < len(fields); i += 2 {
		enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return b.Bytes()
}

// h2Attack is what a client does that means harm.
type h2Attack struct {
	name string
	// conns is over how many connections it comes.
	conns int
	again int // how often each comes back
	// hello is what each sends first, next what comes then, time after time, until
	// the proxy ends the connection or 100,000 times; nil to wait in silence.
	hello []byte
	next  func(i uint32) []byte
	// deaf attackers do not read what they are sent.
	deaf bool
	// calm says that the proxy asks for calm.
	calm bool
}

func h2Attacks() []h2Attack {
	get, large := h2Get("/"), h2Get("/large")
	noWindow := append([]byte(http2.ClientPreface), h2Raw(4, 0, 0, []byte{0, 4, 0, 0, 0, 0})...)
	for i := range uint32(10) {
		noWindow = append(noWindow, h2Raw(1, 5, 2*i+1, large)...)
	}
	// One entry that fills the table, and references to it.
	var b bytes.Buffer
	enc := hpack.NewEncoder(&b)
	enc.WriteField(hpack.HeaderField{Name: "x", Value: strings.Repeat("y", 4000)})
	bomb := append(get[1:len(get):len(get)], b.Bytes()...) // without what takes the table away
	bomb = append(bomb, bytes.Repeat([]byte{0xbe}, 16000-len(bomb))...)
	// The end of a header block: many small fields.
	many := append([]byte(nil), get...)
	for i := 0; len(many) < 16000; i++ {
		many = append(many, 0, 3, byte('a'+i%26), byte('a'+i/26%26), byte('a'+i/676%26), 1, 'v')
	}
	ping := bytes.Repeat(h2Raw(6, 0, 0, make([]byte, 8)), 100)
	settings := bytes.Repeat(h2Raw(4, 0, 0, nil), 100)
	again := func(b []byte) func(uint32) []byte { return func(uint32) []byte { return b } }
	return []h2Attack{
		{name: "rapid reset", conns: 20, again: 4, hello: h2Hello, calm: true, next: func(i uint32) []byte {
			return append(h2Raw(1, 5, 2*i+1, get), h2Raw(3, 0, 2*i+1, []byte{0, 0, 0, 8})...)
		}},
		{name: "CONTINUATION of nothing", conns: 20, again: 4, hello: append(append([]byte(nil), h2Hello...), h2Raw(1, 1, 1, get)...), calm: true,
			next: again(h2Raw(9, 0, 1, nil))},
		{name: "CONTINUATION", conns: 20, again: 4, hello: append(append([]byte(nil), h2Hello...), h2Raw(1, 1, 1, get)...), calm: true,
			next: again(h2Raw(9, 0, 1, make([]byte, 16384)))},
		{name: "PING", conns: 20, again: 4, hello: h2Hello, calm: true, next: again(ping)},
		{name: "PING of the deaf", conns: 20, again: 4, hello: h2Hello, deaf: true, next: again(ping)},
		{name: "SETTINGS", conns: 20, again: 4, hello: h2Hello, calm: true, next: again(settings)},
		{name: "SETTINGS of the deaf", conns: 20, again: 4, hello: h2Hello, deaf: true, next: again(settings)},
		{name: "empty DATA", conns: 20, again: 4, hello: append(append([]byte(nil), h2Hello...), h2Raw(1, 4, 1, get)...), calm: true, next: again(bytes.Repeat(h2Raw(0, 0, 1, nil), 100))},
		{name: "HPACK bomb", conns: 20, again: 4, hello: h2Hello, calm: true, next: func(i uint32) []byte { return h2Raw(1, 5, 2*i+1, bomb) }},
		{name: "header bomb", conns: 20, again: 4, hello: h2Hello, calm: true, next: func(i uint32) []byte { return h2Raw(1, 5, 2*i+1, many) }},
		{name: "slow preface", conns: 300, hello: []byte(http2.ClientPreface[:10])},
		{name: "slow header", conns: 300, hello: append(append([]byte(nil), h2Hello...), h2Raw(1, 5, 1, get)[:12]...)},
		{name: "no window", conns: 100, hello: noWindow},
	}
}

// run plays the attack over one connection and tells how that ended.
func (a *h2Attack) run(addr string) string {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	end := make(chan string, 1)
	hear := func() {
		fr := http2.NewFramer(io.Discard, c)
		said := "closed"
		for {
			f, err := fr.ReadFrame()
			if err != nil {
				end <- said
				return
			}
			if g, ok := f.(*http2.GoAwayFrame); ok {
				said = g.ErrCode.String()
			}
		}
	}
	if !a.deaf {
		go hear()
	}
	c.Write(a.hello)
	for i := uint32(0); a.next != nil && i < 100_000; i++ {
		if _, err := c.Write(a.next(i)); err != nil {
			break
		}
	}
	if a.deaf {
		hear()
	}
	return <-end
}

// usage tells the memory in use by a process, in kB, and the CPU time it has used.
func usage(t *testing.T, pid int) (rss int, cpu time.Duration) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			rss, _ = strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")))
		}
	}
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return rss, time.Duration(user+system) * 10 * time.Millisecond
}

// TestHTTP2Attacks: clients that mean harm are sent away, what they cost is
// bounded, and others are served meanwhile.
func TestHTTP2Attacks(t *testing.T) {
	bin := needGohap(t)
	body := bytes.Repeat([]byte("0123456789"), 100_000)
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/large" {
			w.Write(body)
			return
		}
		io.WriteString(w, "hello")
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	for _, a := range h2Attacks() {
		t.Run(a.name, func(t *testing.T) {
			if a.next == nil {
				t.Parallel() // nobody does anything but wait
			}
			dir := t.TempDir()
			addr, socket := freeAddr(t), filepath.Join(dir, "cli")
			cfg := fmt.Sprintf("global\n nbthread 2\n stats socket %s\ndefaults\n mode http\n timeout connect 5s\n timeout client 2s\n timeout server 2s\n timeout http-request 2s\n"+
				"frontend fe\n bind %s proto h2\n default_backend be\nbackend be\n server s %s\n", socket, addr, l.Addr())
			p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(dir, "attack.cfg"), cfg))
			if !within(10*time.Second, func() bool { return listening(addr) || !p.running() }) || !p.running() {
				t.Fatalf("gohap does not start:\n%s", p.stderr.String())
			}
			// The others: a connection that is used all the time, and new ones.
			victim := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{Protocols: new(http.Protocols)}}
			victim.Transport.(*http.Transport).Protocols.SetUnencryptedHTTP2(true)
			visit := func() error {
				got, err := fetch(victim, "http://"+addr+"/")
				if err == nil && (got.status != 200 || got.body != "hello") {
					err = fmt.Errorf("got %d %q", got.status, got.body)
				}
				return err
			}
			if err := visit(); err != nil {
				t.Fatal(err)
			}
			rss, cpu := usage(t, p.pid())
			stop, visits := make(chan struct{}), make(chan int, 1)
			go func() {
				n := 0
				for {
					if err := visit(); err != nil {
						t.Errorf("visit %d: %v", n, err)
					}
					n++
					if n%10 == 0 {
						victim.CloseIdleConnections()
					}
					select {
					case <-stop:
						visits <- n
						return
					case <-time.After(time.Millisecond):
					}
				}
			}()
			ends := map[string]int{}
			var mu sync.Mutex
			var all sync.WaitGroup
			for range a.conns {
				all.Go(func() {
					for range 1 + a.again {
						end := a.run(addr)
						mu.Lock()
						ends[end]++
						mu.Unlock()
					}
				})
			}
			most := 0
			over := make(chan struct{})
			go func() {
				all.Wait()
				close(over)
			}()
			for done := false; !done; {
				select {
				case <-over:
					done = true
				case <-time.After(20 * time.Millisecond):
				}
				now, _ := usage(t, p.pid())
				most = max(most, now)
			}
			close(stop)
			n := <-visits
			_, used := usage(t, p.pid())
			t.Logf("connections ended %v; memory %d MB before, %d MB at most; CPU %v; %d visits", ends, rss>>10, most>>10, used-cpu, n)
			if grown := (most - rss) >> 10; grown > 96 {
				t.Errorf("the memory grew by %d MB", grown)
			}
			if calm := http2.ErrCodeEnhanceYourCalm.String(); a.calm && ends[calm] == 0 {
				t.Errorf("nobody was told %s", calm)
			}
			if a.calm {
				out, _ := cliCommand(socket, "show stat fe 1 -1 typed")
				if !strings.Contains(out, "h2_detected_conn_protocol_errors") || strings.Contains(out, "h2_detected_conn_protocol_errors.1:MCP:u64:0\n") {
					t.Errorf("no error was counted")
				}
			}
			if out, _ := cliCommand(socket, "show info"); !strings.Contains(out, "\nCurrConns: ") {
				t.Errorf("the proxy does not answer: %q", out)
			}
		})
	}
}
