package main

import (
	"errors"
	"net"
	"slices"
	"sync"
	"time"
)

// target is what a load is for.
type target struct {
	b    *bench
	port int
	d    time.Duration // how long
}

// result is what a load saw.
type result struct {
	ops, bytes int64
	took       time.Duration
	p50, p99   float64 // ms
	p999       float64 // ms
}

// load loads a target.
type load func(t *target) (result, error)

// percentiles sets the latencies from those of all operations.
func (r *result) percentiles(all []time.Duration) {
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	at := func(share float64) float64 {
		return float64(all[min(len(all)-1, int(float64(len(all))*share))]) / 1e6
	}
	r.p50, r.p99, r.p999 = at(0.5), at(0.99), at(0.999)
}

// workers is a load of n goroutines that do an operation over and over. Each sets
// itself up with begin, which gives the operation and what ends it; an operation
// gives the bytes it moved.
func workers(n int, begin func(t *target) (op func() (int64, error), end func(), err error)) load {
	return func(t *target) (r result, err error) {
		var mu sync.Mutex
		var took []time.Duration
		var all sync.WaitGroup
		start := time.Now()
		until := start.Add(t.d)
		for range n {
			all.Go(func() {
				mine, bytes, failed := worker(t, until, begin)
				mu.Lock()
				defer mu.Unlock()
				took = append(took, mine...)
				r.ops += int64(len(mine))
				r.bytes += bytes
				err = errors.Join(err, failed)
			})
		}
		all.Wait()
		r.took = time.Since(start)
		r.percentiles(took)
		return r, err
	}
}

func worker(t *target, until time.Time, begin func(t *target) (func() (int64, error), func(), error)) (took []time.Duration, bytes int64, err error) {
	op, end, err := begin(t)
	if err != nil {
		return nil, 0, err
	}
	defer end()
	for now := time.Now(); now.Before(until); {
		n, err := op()
		if err != nil {
			return took, bytes, err
		}
		then := time.Now()
		took = append(took, then.Sub(now))
		bytes += n
		now = then
	}
	return took, bytes, nil
}

// dial connects to a port for at most the time that any load takes.
func dial(port int) (net.Conn, error) {
	c, err := net.DialTimeout("tcp", address(port), 5*time.Second)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(2 * time.Minute))
	return c, nil
}
