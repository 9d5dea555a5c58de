package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"time"
)

// figure is a row that needs no load: memory, descriptors, start.
type figure struct {
	key, name, unit string
	haproxy, nginx  string
	rounds          int // at most
	get             func(b *bench, p *program) (float64, error)
	target          float64
}

const (
	idleSessions = 8000
	idleTLS      = 5000
)

func figures() []figure {
	plain, nginx := fronts("", "", "")
	tcp, nginxTCP := tcpFronts("", "{{.Web}}")
	splice, _ := tcpFronts(spliced, "{{.Web}}")
	secure, nginxTLS := tlsFronts("p256.pem", false)
	return []figure{
		{"fds", "descriptors per TCP session", "", tcp, nginxTCP, 1, perSession, 1},
		{"fds-splice", "the same with splice options", "", splice, nginxTCP, 1, perSession, 1},
		{"check", "CPU of -c with 10,000 servers in 500 backends", "ms", largeHAProxy(), largeNginx(), 5, check, 1},
		{"start", "time from start to the first connection", "ms", plain, nginx, 5, startTime, 1},
		{"start-cpu", "CPU of a start", "ms", plain, nginx, 5, startCPU, 1},
		{"rss-start", "RSS after a start", "MB", plain, nginx, 1, startRSS, 1},
		{"rss-keepalive", "RSS with 8,000 idle keep-alive connections", "MB", plain, nginx, 1, idle(idleSessions, nil), 1},
		{"rss-tcp", "RSS with 8,000 idle TCP sessions", "MB", tcp, nginxTCP, 1, idle(idleSessions, nil), 1},
		{"rss-tls", "RSS with 5,000 idle TLS connections", "MB", secure, nginxTLS, 1, idle(idleTLS, clientTLS()), 1},
	}
}

// figures measures what needs no load. It prints a table of its own.
func (b *bench) figures(left *[]string) error {
	begun := false
	for _, f := range figures() {
		if !b.chosen(f.key, f.name) {
			continue
		}
		if !b.until.IsZero() && time.Now().After(b.until.Add(25*time.Second)) {
			*left = append(*left, f.key)
			continue
		}
		if !begun {
			begun = true
			fmt.Print("\n| figure | program | value | : haproxy | target |\n|---|---|---|---|---|\n")
		}
		if err := b.figure(&f); err != nil {
			fmt.Printf("| %s | failed: %v |\n", f.name, err)
		}
	}
	return nil
}

func (b *bench) figure(f *figure) error {
	defer func() {
		for _, p := range b.programs {
			p.stop()
		}
	}()
	got := map[*program][]float64{}
	for range min(f.rounds, b.options.rounds) {
		for _, p := range b.programs {
			body := f.haproxy
			if p.nginx() {
				body = f.nginx
			}
			if body == "" {
				continue
			}
			if err := b.write(p, body); err != nil {
				return err
			}
			v, err := f.get(b, p)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			got[p] = append(got[p], v)
		}
	}
	same := func(v float64) float64 { return v }
	for _, p := range b.programs {
		if len(got[p]) > 0 {
			fmt.Printf("| %s | %s | %v %s | %v | ≤ %.3g |\n", f.name, p.name, statOf(got[p], same), f.unit,
				ratio(got[p], got[b.programs[0]], same), f.target)
		}
	}
	return nil
}

// hold opens n connections that have carried a request each.
func hold(p *program, n int, secure *tls.Config) (closeAll func(), err error) {
	var all []net.Conn
	closeAll = func() {
		for _, c := range all {
			c.Close()
		}
	}
	buf := make([]byte, 4096)
	for range n {
		c, err := dial(p.port)
		if err != nil {
			return closeAll, err
		}
		if secure != nil {
			c = tls.Client(c, secure)
		}
		all = append(all, c)
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: bench.example\r\n\r\n"); err != nil {
			return closeAll, err
		}
		if _, err := c.Read(buf); err != nil {
			return closeAll, err
		}
	}
	return closeAll, nil
}

// idle starts p anew and gives its resident memory with n idle connections.
func idle(n int, secure *tls.Config) func(*bench, *program) (float64, error) {
	return func(b *bench, p *program) (float64, error) {
		if err := b.restart(p); err != nil {
			return 0, err
		}
		end, err := hold(p, n, secure)
		defer end()
		if err != nil {
			return 0, err
		}
		time.Sleep(time.Second)
		return rss(p.pid())
	}
}

// perSession gives how many descriptors an idle TCP session has.
func perSession(b *bench, p *program) (float64, error) {
	if err := b.restart(p); err != nil {
		return 0, err
	}
	time.Sleep(200 * time.Millisecond) // the connection that has found it ready is closed by then
	before, err := descriptors(p.pid())
	if err != nil {
		return 0, err
	}
	const n = 200
	end, err := hold(p, n, nil)
	defer end()
	if err != nil {
		return 0, err
	}
	time.Sleep(200 * time.Millisecond)
	after, err := descriptors(p.pid())
	return float64(after-before) / n, err
}

// check gives the CPU time that checking the configuration takes, in ms.
func check(b *bench, p *program) (float64, error) {
	cmd := exec.Command(p.path, p.arguments(true)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, out)
	}
	return float64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()) / 1e6, nil
}

// startTime gives how long a start takes until connections are taken, in ms.
func startTime(b *bench, p *program) (float64, error) {
	p.stop()
	begun := time.Now()
	err := b.restart(p)
	return float64(time.Since(begun)) / 1e6, err
}

func startCPU(b *bench, p *program) (float64, error) {
	if err := b.restart(p); err != nil {
		return 0, err
	}
	time.Sleep(100 * time.Millisecond)
	t, err := cpuTime(p.pid())
	return float64(t) / 1e6, err
}

func startRSS(b *bench, p *program) (float64, error) {
	if err := b.restart(p); err != nil {
		return 0, err
	}
	time.Sleep(500 * time.Millisecond)
	return rss(p.pid())
}

// largeHAProxy is a configuration with 10,000 servers in 500 backends.
func largeHAProxy() string {
	var s strings.Builder
	s.WriteString("frontend f\n\tmode http\n\tbind 127.0.0.1:{{.Port}}\n")
	for i := range 500 {
		fmt.Fprintf(&s, "backend b%d\n\tmode http\n", i)
		for k := range 20 {
			fmt.Fprintf(&s, "\tserver s%d 127.%d.%d.%d:80 check weight 10\n", k, i/250, i%250, k+1)
		}
	}
	return s.String()
}

// largeNginx is its like for nginx.
func largeNginx() string {
	var s strings.Builder
	s.WriteString("http { server { listen 127.0.0.1:{{.Port}}; }\n")
	for i := range 500 {
		fmt.Fprintf(&s, "upstream b%d {\n", i)
		for k := range 20 {
			fmt.Fprintf(&s, "\tserver 127.%d.%d.%d:80 weight=10;\n", i/250, i%250, k+1)
		}
		s.WriteString("}\n")
	}
	s.WriteString("}\n")
	return s.String()
}
