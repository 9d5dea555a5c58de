package main

import (
	"bytes"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// openConns is how many connections the open loop has.
const openConns = 64

// openConn is a connection of the open loop: a socket with at most one request on
// it.
type openConn struct {
	fd  int
	due time.Time // when the request should have been sent
	got int       // bytes of the answer
}

// open is a load of one thread and one epoll that sends a number of requests a
// second whether answers come or not; a latency counts from when the request was
// due. Without a rate it sends as fast as answers come.
type open struct {
	rate     float64
	epoll    int
	conns    []openConn
	idle     []int // of conns
	size     int   // bytes of an answer
	buf      []byte
	took     []time.Duration
	sent     int64
	request  []byte
	received int64
}

// openLoop is the load at a share of haproxy's peak.
func openLoop(share float64) load {
	return func(t *target) (result, error) { return openAt(t, t.b.peak*share) }
}

// findPeak measures the most that haproxy can do with this load.
func findPeak(b *bench, haproxy *program) error {
	r, err := openAt(&target{b, haproxy.port, 2 * b.duration}, 0)
	b.peak = float64(r.ops) / r.took.Seconds()
	return err
}

func openAt(t *target, rate float64) (r result, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	o := &open{rate: rate, buf: make([]byte, 16<<10), request: []byte("GET / HTTP/1.1\r\nHost: bench.example\r\n\r\n")}
	o.took = make([]time.Duration, 0, int(max(rate, 200_000)*t.d.Seconds())+1000)
	if o.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return r, err
	}
	defer unix.Close(o.epoll)
	for i := range openConns {
		fd, err := o.connect(t.port, i)
		if err != nil {
			return r, err
		}
		defer unix.Close(fd)
	}
	start := time.Now()
	if err := o.run(start, start.Add(t.d)); err != nil {
		return r, err
	}
	r.ops, r.bytes, r.took = int64(len(o.took)), o.received, time.Since(start)
	r.percentiles(o.took)
	return r, nil
}

// connect opens a connection and, with the first, finds how long answers are.
func (o *open) connect(port, i int) (int, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		unix.Close(fd)
		return 0, err
	}
	unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	o.conns = append(o.conns, openConn{fd: fd})
	o.idle = append(o.idle, i)
	if _, err := unix.Write(fd, o.request); err != nil {
		return fd, err
	}
	// The first request of a connection opens one to the backend; it is not counted.
	n := 0
	for {
		m, err := unix.Read(fd, o.buf[n:])
		if err != nil || m == 0 {
			return fd, fmt.Errorf("no answer: %v", err)
		}
		n += m
		if end := bytes.Index(o.buf[:n], []byte("\r\n\r\n")); end >= 0 {
			h, err := parseHead(o.buf[:end+2])
			if err != nil || h.status != 200 {
				return fd, fmt.Errorf("unexpected answer:\n%s", o.buf[:n])
			}
			if o.size = end + 4 + int(h.length); n >= o.size {
				break
			}
		}
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return fd, err
	}
	return fd, unix.EpollCtl(o.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(i)})
}

// run sends and receives until the end, and what is under way then.
func (o *open) run(start, end time.Time) error {
	events := make([]unix.EpollEvent, openConns)
	for {
		now := time.Now()
		over := !now.Before(end)
		if over && len(o.idle) == len(o.conns) {
			return nil
		}
		if now.Sub(end) > 10*time.Second {
			return fmt.Errorf("%d answers are missing", len(o.conns)-len(o.idle))
		}
		wait := 10 * time.Millisecond
		if !over {
			next, err := o.sendDue(start, now)
			if err != nil {
				return err
			}
			wait = min(wait, next)
		}
		n, err := epollWait(o.epoll, events, wait)
		if err != nil {
			return err
		}
		for _, e := range events[:n] {
			if err := o.receive(int(e.Fd)); err != nil {
				return err
			}
		}
	}
}

// sendDue sends what is due on idle connections, and gives the time until more is.
func (o *open) sendDue(start, now time.Time) (time.Duration, error) {
	for len(o.idle) > 0 {
		due := now
		if o.rate > 0 {
			due = start.Add(time.Duration(float64(o.sent) / o.rate * 1e9))
			if due.After(now) {
				return due.Sub(now), nil
			}
		}
		i := o.idle[0]
		o.idle = append(o.idle[:0], o.idle[1:]...)
		c := &o.conns[i]
		c.due, c.got = due, 0
		if _, err := unix.Write(c.fd, o.request); err != nil {
			return 0, err
		}
		o.sent++
	}
	return time.Second, nil
}

func (o *open) receive(i int) error {
	c := &o.conns[i]
	n, err := unix.Read(c.fd, o.buf)
	if err == unix.EAGAIN {
		return nil
	}
	if err != nil || n == 0 {
		return fmt.Errorf("a connection ended: %v", err)
	}
	o.received += int64(n)
	if c.got += n; c.got >= o.size {
		o.took = append(o.took, time.Since(c.due))
		o.idle = append(o.idle, i)
	}
	return nil
}
