package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// workload is one row of the table.
type workload struct {
	name  string
	port  int
	path  string
	conns int
	args  []string
	// perGB has CPU counted per gigabyte instead of per request.
	perGB bool
	// load replaces wrk.
	load func(b *bench, w *workload, p *proxy) (sample, error)
}

var workloads = []workload{
	{name: "HTTP/1 keep-alive, 64 connections, 64 bytes", port: plainPort, path: "/", conns: 64},
	{name: "the same with httplog, forwardfor, 5 ACLs, 2 header rules", port: rulesPort, path: "/", conns: 64},
	{name: "the same as the first, tracked in a stick table", port: trackPort, path: "/", conns: 64},
	{name: "the same as the first with 1,000 connections", port: plainPort, path: "/", conns: 1000},
	{name: "HTTP/1, a connection per request", port: closePort, path: "/", conns: 64, args: []string{"-H", "Connection: close"}},
	{name: "HTTP/1, 100 kB answers", port: plainPort, path: "/100k", conns: 32, perGB: true},
	{name: "HTTP/1, 10 MB answers", port: plainPort, path: "/10m", conns: 8, perGB: true},
	{name: "HTTP/1, 10 MB answers, splice options", port: splicePort, path: "/10m", conns: 8, perGB: true},
	{name: "TCP relay, 10 MB answers", port: tcpPort, path: "/10m", conns: 8, perGB: true},
	{name: "TCP relay, 10 MB answers, splice options", port: tcpSplicePort, path: "/10m", conns: 8, perGB: true},
	{name: "TCP, connect, 100 bytes each way, close", port: echoPort, load: (*bench).shortSessions},
}

// sample is what one round of a workload gave.
type sample struct {
	rate, cpu, p99 float64
}

// all runs the workloads whose name contains only.
func (b *bench) all(only string) error {
	for _, w := range workloads {
		if !strings.Contains(w.name, only) {
			continue
		}
		got := map[*proxy][]sample{}
		for range b.rounds {
			for _, p := range b.proxies {
				s, err := b.round(&w, p)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", w.name, p.name, err)
				}
				got[p] = append(got[p], s)
			}
		}
		h, g := median(got[b.proxies[0]]), median(got[b.proxies[1]])
		unit, rate := "µs a request", "/s"
		if w.perGB {
			unit, rate = "ms a GB", " GB/s"
		}
		fmt.Printf("| %s | %.4g %s, %.4g%s | %.4g %s, %.4g%s | %.2f | %.2f | %.1f ms | %.1f ms |\n", w.name,
			h.cpu, unit, h.rate, rate, g.cpu, unit, g.rate, rate, g.cpu/h.cpu, g.rate/h.rate, h.p99, g.p99)
	}
	return nil
}

var (
	summary = regexp.MustCompile(`(\d+) requests in ([\d.]+)(m?s|m), ([\d.]+)(B|KB|MB|GB) read`)
	p99Line = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)`)
)

// round loads p once with w.
func (b *bench) round(w *workload, p *proxy) (s sample, err error) {
	if w.load != nil {
		return w.load(b, w, p)
	}
	before, err := cpuTime(p.pid)
	if err != nil {
		return s, err
	}
	args := append([]string{"-t1", "-c" + strconv.Itoa(w.conns), fmt.Sprintf("-d%ds", b.seconds), "--latency"}, w.args...)
	out, err := exec.Command("wrk", append(args, fmt.Sprintf("http://127.0.0.1:%d%s", p.base+w.port, w.path))...).Output()
	if err != nil {
		return s, err
	}
	after, err := cpuTime(p.pid)
	if err != nil {
		return s, err
	}
	if bytes.Contains(out, []byte("Non-2xx")) {
		return s, fmt.Errorf("errors:\n%s", out)
	}
	m := summary.FindSubmatch(out)
	if m == nil {
		return s, fmt.Errorf("unexpected output:\n%s", out)
	}
	requests := number(m[1])
	gb := number(m[4]) * map[string]float64{"B": 1e-9, "KB": 1e-6, "MB": 1e-3, "GB": 1}[string(m[5])]
	s.rate, s.cpu = requests/float64(b.seconds), (after-before)*1e6/requests
	if w.perGB {
		s.rate, s.cpu = gb/float64(b.seconds), (after-before)*1e3/gb
	}
	if m := p99Line.FindSubmatch(out); m != nil {
		s.p99 = number(m[1]) * map[string]float64{"us": 1e-3, "ms": 1, "s": 1e3}[string(m[2])]
	}
	return s, nil
}

func number(b []byte) float64 {
	v, _ := strconv.ParseFloat(string(b), 64)
	return v
}

// cpuTime returns the CPU seconds that a process has used. The kernel counts in
// hundredths of a second.
func cpuTime(pid int) (float64, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	return (number([]byte(f[11])) + number([]byte(f[12]))) / 100, nil
}

// median takes the median of each figure.
func median(all []sample) sample {
	of := func(f func(sample) float64) float64 {
		var v []float64
		for _, s := range all {
			v = append(v, f(s))
		}
		slices.Sort(v)
		return v[len(v)/2]
	}
	return sample{
		rate: of(func(s sample) float64 { return s.rate }),
		cpu:  of(func(s sample) float64 { return s.cpu }),
		p99:  of(func(s sample) float64 { return s.p99 }),
	}
}
