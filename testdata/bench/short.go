package main

import (
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// echo answers each connection on the port with what it sends.
func echo(port int) error {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(c, c); c.Close() }()
		}
	}()
	return nil
}

// shortSessions loads p with TCP sessions of 100 bytes each way, 32 at a time.
func (b *bench) shortSessions(w *workload, p *proxy) (s sample, err error) {
	before, err := cpuTime(p.pid)
	if err != nil {
		return s, err
	}
	var n atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var all sync.WaitGroup
	end := time.Now().Add(time.Duration(b.seconds) * time.Second)
	for range 32 {
		all.Go(func() {
			var mine []time.Duration
			for now := time.Now(); now.Before(end); now = time.Now() {
				if err := shortSession(p.base + w.port); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					break
				}
				n.Add(1)
				mine = append(mine, time.Since(now))
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	all.Wait()
	if failed != nil || len(took) == 0 {
		return s, failed
	}
	after, err := cpuTime(p.pid)
	if err != nil {
		return s, err
	}
	slices.Sort(took)
	s.rate, s.cpu = float64(n.Load())/float64(b.seconds), (after-before)*1e6/float64(n.Load())
	s.p99 = float64(took[len(took)*99/100]) / 1e6
	return s, nil
}

func shortSession(port int) error {
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	p := make([]byte, 100)
	if _, err := c.Write(p); err != nil {
		return err
	}
	_, err = io.ReadFull(c, p)
	return err
}
