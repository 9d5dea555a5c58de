package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// seed1Config is the second tutorial's file: no global section, no client
// timeout. Checks run more often than by default, to save time.
const seed1Config = `defaults
    mode http
    timeout connect 2500
    timeout server 2500
%[4]s    default-server inter 200ms

frontend www-http
    bind %[1]s
    default_backend www-backend

backend www-backend
    balance roundrobin
    server web1 %[2]s check
    server web2 %[3]s check
`

// TestSeed1 follows the Apache tutorial: two Apache servers, the systemd unit,
// an error file when both are down.
func TestSeed1(t *testing.T) {
	t.Parallel()
	programs(t, seed1)
}

func seed1(t *testing.T, bin string) []string {
	web1, web2 := newApache(t, "web1", freeAddr(t)), newApache(t, "web2", freeAddr(t))
	front := freeAddr(t)
	file, err := filepath.Abs(testdata("cfg", "errors", "503.http"))
	if err != nil {
		t.Fatal(err)
	}
	errorFile := "    errorfile 503 " + file + "\n"
	u := newUnit(t, bin, fmt.Sprintf(seed1Config, front, web1.addr, web2.addr, errorFile))
	url := "http://" + front + "/"
	if order := answers(t, url, 6); !alternates(order, "web1", "web2") {
		t.Errorf("no round robin: %v", order)
	}
	keep := &http.Client{Timeout: 10 * time.Second}
	var order []string
	for range 6 {
		p, err := fetch(keep, url)
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, strings.TrimSpace(p.body))
	}
	if !alternates(order, "web1", "web2") {
		t.Errorf("no round robin on a connection kept open: %v", order)
	}
	keep.CloseIdleConnections()

	web1.down(t)
	eventually(t, 10*time.Second, "web1 is found down", func() bool {
		return strings.Contains(u.proc.stderr.String(), "Server www-backend/web1 is DOWN")
	})
	if got := answers(t, url, 3); !equal(got, "web2", "web2", "web2") {
		t.Errorf("with web1 down: %v", got)
	}
	web2.down(t)
	eventually(t, 10*time.Second, "both servers are found down", func() bool {
		return strings.Contains(u.proc.stderr.String(), "has no server available!")
	})
	fromFile := exchange(t, front, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")

	// Without the error file the built-in page comes.
	u.configure(t, fmt.Sprintf(seed1Config, front, web1.addr, web2.addr, ""))
	if rc := u.check(t); rc != 0 {
		t.Errorf("-c -q: exit %d", rc)
	}
	u.reload(t)
	u.notify.ready(t, 2)
	eventually(t, 10*time.Second, "the new process knows that both servers are down", func() bool {
		return strings.Count(u.proc.stderr.String(), "has no server available!") > 1
	})
	builtIn := exchange(t, front, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

	web1.up(t)
	eventually(t, 10*time.Second, "web1 is back", func() bool {
		p, err := fetch(newClient(), url)
		return err == nil && p.status == 200 && p.body == "web1\n"
	})
	rc := u.stop(t)
	seen := []string{fromFile, builtIn, fmt.Sprint("exit ", rc)}
	seen = append(seen, u.messages()...)
	return append(seen, seed1Stderr(u.proc.stderr.String())...)
}

// seed1Stderr keeps what is said once: how many checks fail first, and so which
// of the two servers is last, is up to the clock.
func seed1Stderr(text string) []string {
	seen := map[string]bool{}
	var out []string
	for _, line := range stderrLines(text) {
		if strings.Contains(line, " is DOWN") || strings.Contains(line, " is UP") || seen[line] {
			continue
		}
		seen[line] = true
		out = append(out, line)
	}
	return out
}
