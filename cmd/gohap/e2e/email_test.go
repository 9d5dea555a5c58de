package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// letterbox is an SMTP server that keeps what it is told. It takes no letter whose
// recipient is nobody.
type letterbox struct {
	addr string
	said chan string // a conversation each
}

func newLetterbox(t testing.TB) *letterbox {
	t.Helper()
	l, err := net.Listen("tcp", loopback()+":0")
	if err != nil {
		t.Fatal(err)
	}
	b := &letterbox{l.Addr().String(), make(chan string, 100)}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b.serve(c) // one after the other, as they are to be read
		}
	}()
	return b
}

func (b *letterbox) serve(c net.Conn) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	var all strings.Builder
	say := func(text string) { c.Write([]byte(text)) }
	say("220 letterbox\r\n")
	letter := false
	for in := bufio.NewScanner(c); in.Scan(); {
		line := in.Text()
		all.WriteString(line + "\n")
		switch {
		case letter && line == ".":
			letter = false
			say("250 queued\r\n")
		case letter:
		case line == "DATA":
			letter = true
			say("354 go\r\n")
		case line == "QUIT":
			say("221-bye\r\n221 bye\r\n")
		case strings.Contains(line, "nobody"):
			say("550 no\r\n")
		default:
			say("250-letterbox\r\n250 ok\r\n")
		}
	}
	b.said <- all.String()
}

const emailConfig = `global
    stats socket %s level admin
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
mailers mymailers
    timeout mail 5s
    mailer one %s
backend be
    email-alert mailers mymailers
    email-alert from a@example.com
    email-alert to %s
    %s
    option httpchk
    http-check disable-on-404
    server s1 %s check inter 50 fall 1 rise 1
    server t1 %s track s1
frontend fe
    bind %s
    default_backend be
`

var emailNoise = regexp.MustCompile(`check duration: \d+ms|Date: \w{3}, \d?\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4} \(\w+\)`)

// TestEmailAlerts has a server come and go, and compares the letters about it.
func TestEmailAlerts(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	for _, c := range []struct {
		name, to, line string
		letters        [4]int // after each step
	}{
		{"all", "b@example.com", "email-alert level debug\n    email-alert myhostname my.host", [4]int{2, 2, 2, 0}},
		{"alerts", "b@example.com", "email-alert myhostname my.host", [4]int{2, 0, 0, 0}},
		{"refused", "nobody@example.com", "email-alert level notice\n    email-alert myhostname my.host", [4]int{2, 2, 2, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			play := func(bin string) string {
				var status atomic.Int64
				status.Store(200)
				web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
				defer web.Close()
				box, dir, addr := newLetterbox(t), publicDir(t), web.Listener.Addr().String()
				cli := filepath.Join(dir, "cli")
				cfg := writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(emailConfig, cli, box.addr, c.to, c.line, addr, addr, freeAddr(t)))
				p := start(t, bin, "-db", "-f", cfg)
				var b strings.Builder
				checked := func(want string) {
					eventually(t, 10*time.Second, "s1 is "+want, func() bool {
						text, err := cliCommand(cli, "show stat")
						return err == nil && regexp.MustCompile(`(?m)^be,s1,.*,`+want+`,.*,L7\w*,`).MatchString(text)
					})
				}
				checked("UP")
				for i, step := range []func(){
					func() { status.Store(500); checked("DOWN") },
					func() { status.Store(200); checked("UP") },
					func() { cliCommand(cli, "set server be/s1 state drain") },
					func() { cliCommand(cli, "set server be/s1 state maint") },
				} {
					step()
					for range c.letters[i] {
						select {
						case said := <-box.said:
							b.WriteString(said)
						case <-time.After(10 * time.Second):
							t.Fatalf("no letter after step %d:\n%s", i, b.String())
						}
					}
				}
				p.end(t)
				for len(box.said) > 0 {
					fmt.Fprintf(&b, "one more: %s", <-box.said)
				}
				return emailNoise.ReplaceAllString(b.String(), "…")
			}
			if want, got := play(ref), play(bin); got != want || !strings.Contains(got, "HELO my.host") {
				t.Errorf("haproxy:\n%s\ngohap:\n%s", want, got)
			}
		})
	}
}
