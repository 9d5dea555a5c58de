package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// figures measures what needs no load: memory and the check of a large
// configuration. It prints a table of its own.
func (b *bench) figures(only string) error {
	rows := []struct {
		name, unit string
		get        func(p *proxy) (float64, error)
	}{
		{"RSS with 8,000 idle keep-alive connections", "MB", func(p *proxy) (float64, error) { return b.idle(p, plainPort, idleSessions) }},
		{"RSS with 8,000 idle TCP sessions", "MB", func(p *proxy) (float64, error) { return b.idle(p, tcpPort, idleSessions) }},
		{"CPU of -c with 10,000 servers in 500 backends", "ms", b.check},
	}
	head := false
	for _, r := range rows {
		if !strings.Contains(r.name, only) {
			continue
		}
		if !head {
			fmt.Printf("\n| figure | haproxy | gohap | ratio |\n|---|---|---|---|\n")
			head = true
		}
		var v [2]float64
		for i, p := range b.proxies {
			var err error
			if v[i], err = r.get(p); err != nil {
				return fmt.Errorf("%s, %s: %w", r.name, p.name, err)
			}
		}
		fmt.Printf("| %s | %.4g %s | %.4g %s | %.2f |\n", r.name, v[0], r.unit, v[1], r.unit, v[1]/v[0])
	}
	return nil
}

const idleSessions = 8000

// idle starts p anew, opens n sessions that have carried a request each, and gives
// its resident memory in MB.
func (b *bench) idle(p *proxy, port, n int) (float64, error) {
	if err := b.restart(p); err != nil {
		return 0, err
	}
	for range n {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", p.base+port), 5*time.Second)
		if err != nil {
			return 0, err
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: one\r\n\r\n"); err != nil {
			return 0, err
		}
		if _, err := c.Read(make([]byte, 512)); err != nil {
			return 0, err
		}
	}
	time.Sleep(time.Second)
	return rss(p.pid)
}

// rss gives a process's resident memory in MB.
func rss(pid int) (float64, error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if kb, ok := bytes.CutPrefix(s.Bytes(), []byte("VmRSS:")); ok {
			return number(bytes.TrimSpace(bytes.TrimSuffix(kb, []byte("kB")))) / 1024, nil
		}
	}
	return 0, fmt.Errorf("no VmRSS for %d", pid)
}

// check gives the CPU time that checking a large configuration takes, in ms.
func (b *bench) check(p *proxy) (float64, error) {
	var text strings.Builder
	text.WriteString("defaults\n\tmode http\n\ttimeout client 1s\n\ttimeout server 1s\n\ttimeout connect 1s\nfrontend f\n\tbind 127.0.0.1:18490\n")
	for i := range 500 {
		fmt.Fprintf(&text, "backend b%d\n", i)
		for k := range 20 {
			fmt.Fprintf(&text, "\tserver s%d 127.%d.%d.%d:80 check weight 10\n", k, i/250, i%250, k+1)
		}
	}
	cfg := filepath.Join(b.dir, "large.cfg")
	if err := os.WriteFile(cfg, []byte(text.String()), 0o644); err != nil {
		return 0, err
	}
	var all []float64
	for range b.rounds {
		cmd := exec.Command(p.program, "-c", "-f", cfg)
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%w\n%s", err, out)
		}
		all = append(all, float64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())/1e6)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}
