package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// bench is one run: a backend, and the programs in front of it.
type bench struct {
	*options
	dir      string
	until    time.Time // no row with load begins later, unless zero
	on, off  cores     // those of the programs, those of load and backend
	values   values
	web      *exec.Cmd
	syslog   net.PacketConn
	programs []*program // haproxy first
	peak     float64    // requests a second that haproxy can do at most
}

// start starts the backends and finds the programs, which rows start.
func (b *bench) start() error {
	b.values.Dir, b.values.Threads = b.dir, runtime.NumCPU()
	if os.Geteuid() == 0 {
		b.values.User = "user root;"
	}
	b.values.Modules, _ = streamModule()
	if err := b.certificates(); err != nil {
		return err
	}
	for _, path := range append([]string{"haproxy", "nginx"}, strings.Split(b.gohap, ",")...) {
		name := filepath.Base(path)
		if slices.Contains(strings.Split(b.without, ","), name) {
			continue
		}
		if slices.ContainsFunc(b.programs, func(p *program) bool { return p.name == name }) {
			return fmt.Errorf("two programs are called %s", name)
		}
		port, err := freePort()
		if err != nil {
			return err
		}
		b.programs = append(b.programs, &program{name: name, path: path, port: port})
	}
	if len(b.programs) == 0 || b.programs[0].name != "haproxy" {
		return fmt.Errorf("ratios need haproxy")
	}
	return b.startBackends()
}

// stop ends what was started.
func (b *bench) stop() {
	for _, p := range b.programs {
		p.stop()
	}
	if b.web != nil {
		end(b.web)
	}
}

// configure starts the programs that can do w with configurations for it, and gives
// them.
func (b *bench) configure(w *workload) ([]*program, error) {
	var able []*program
	for _, p := range b.programs {
		body := w.haproxy
		if p.nginx() {
			body = w.nginx
		}
		if body == "" {
			continue
		}
		if err := b.write(p, body); err != nil {
			return nil, err
		}
		if err := b.restart(p); err != nil {
			return nil, err
		}
		able = append(able, p)
	}
	return able, nil
}

// measured is what one round gave for one program.
type measured struct {
	result
	cpu time.Duration
	rss float64 // MB
}

// round loads a program once.
func (b *bench) round(w *workload, p *program, d time.Duration) (m measured, err error) {
	before, err := cpuTime(p.pid())
	if err != nil {
		return m, err
	}
	if m.result, err = w.load(&target{b, p.port, d}); err != nil {
		return m, err
	}
	if m.ops == 0 || w.perGB && m.bytes == 0 {
		return m, fmt.Errorf("nothing went through")
	}
	after, err := cpuTime(p.pid())
	if err != nil {
		return m, err
	}
	m.cpu = after - before
	m.rss, err = rss(p.pid())
	return m, err
}

// rounds measures a workload with every program in turns.
func (b *bench) rounds(w *workload) (map[*program][]measured, []*program, error) {
	defer func() {
		for _, p := range b.programs {
			p.stop()
		}
	}()
	able, err := b.configure(w)
	if err != nil {
		return nil, nil, err
	}
	if w.prepare != nil {
		if err := w.prepare(b, able[0]); err != nil {
			return nil, nil, err
		}
	}
	d := b.duration
	if w.longer > 0 {
		d *= time.Duration(w.longer)
	}
	got := map[*program][]measured{}
	for range b.options.rounds {
		for _, p := range able {
			m, err := b.round(w, p, d)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", p.name, err)
			}
			got[p] = append(got[p], m)
		}
	}
	return got, able, nil
}

// cost is what a request, or a gigabyte, takes of CPU time: µs or ms.
func (w *workload) cost(m measured) float64 {
	if w.perGB {
		return float64(m.cpu) / 1e6 / (float64(m.bytes) / 1e9)
	}
	return float64(m.cpu) / 1e3 / float64(m.ops)
}

// rate is operations a second, or GB a second.
func (w *workload) rate(m measured) float64 {
	if w.perGB {
		return float64(m.bytes) / 1e9 / m.took.Seconds()
	}
	return float64(m.ops) / m.took.Seconds()
}
