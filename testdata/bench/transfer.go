package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"
)

// get is a load of n connections that fetch a path and throw the bodies away.
func get(n int, path string) load {
	request := "GET " + path + " HTTP/1.1\r\nHost: bench.example\r\n\r\n"
	return workers(n, func(t *target) (func() (int64, error), func(), error) {
		c, err := dial(t.port)
		if err != nil {
			return nil, nil, err
		}
		r := newReader(c)
		return func() (int64, error) {
			if _, err := io.WriteString(c, request); err != nil {
				return 0, err
			}
			return r.answer()
		}, func() { c.Close() }, nil
	})
}

// answer reads an answer and gives the length of its body.
func (r *reader) answer() (int64, error) {
	h, err := r.head()
	if err != nil {
		return 0, err
	}
	if h.status != 200 {
		return 0, fmt.Errorf("status %d", h.status)
	}
	if h.chunked {
		return chunkedBody, r.skipChunked()
	}
	return h.length, r.skip(h.length)
}

// put is a load of n connections that upload a file of the backend's.
func put(n int, name string) load {
	return workers(n, func(t *target) (func() (int64, error), func(), error) {
		f, err := os.Open(filepath.Join(t.b.dir, name))
		if err != nil {
			return nil, nil, err
		}
		c, err := dial(t.port)
		if err != nil {
			f.Close()
			return nil, nil, err
		}
		r := newReader(c)
		size := int64(bodies[name])
		request := fmt.Sprintf("POST / HTTP/1.1\r\nHost: bench.example\r\nContent-Length: %d\r\n\r\n", size)
		return func() (int64, error) {
			if _, err := io.WriteString(c, request); err != nil {
				return 0, err
			}
			if err := send(c, f); err != nil {
				return 0, err
			}
			_, err := r.answer()
			return size, err
		}, func() { c.Close(); f.Close() }, nil
	})
}

// bulk is a load of n TCP connections that take all that comes, for as long as it
// lasts. It has no latencies.
func bulk(n int) load {
	take := takeAll(n)
	return func(t *target) (result, error) {
		r, err := take(t)
		r.p50, r.p99, r.p999 = 0, 0, 0
		return r, err
	}
}

func takeAll(n int) load {
	return workers(n, func(t *target) (func() (int64, error), func(), error) {
		c, err := dial(t.port)
		if err != nil {
			return nil, nil, err
		}
		until := time.Now().Add(t.d)
		return func() (sum int64, err error) {
			if _, err := c.Write([]byte("x")); err != nil {
				return 0, err
			}
			r := newReader(c)
			for time.Now().Before(until) {
				m, err := r.discard(int64(len(nothing)))
				if err != nil {
					return sum, err
				}
				sum += m
			}
			return sum, nil
		}, func() { c.Close() }, nil
	})
}

// sessions is a load of n clients of which each connects, sends and receives 100
// bytes, closes, and begins anew.
func sessions(n int) load {
	return workers(n, func(t *target) (func() (int64, error), func(), error) {
		p := make([]byte, 100)
		return func() (int64, error) {
			c, err := net.Dial("tcp", address(t.port))
			if err != nil {
				return 0, err
			}
			defer c.Close()
			if _, err := c.Write(p); err != nil {
				return 0, err
			}
			n, err := io.ReadFull(c, p)
			return int64(n), err
		}, func() {}, nil
	})
}
