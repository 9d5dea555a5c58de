package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// reader reads HTTP/1 heads from a socket and has the kernel throw bodies away,
// which costs next to nothing, so that not the load is measured.
type reader struct {
	raw  syscall.RawConn
	buf  []byte
	have int // bytes at the beginning of buf
}

// head is what is of interest in a request's or response's.
type head struct {
	status  int
	length  int64
	chunked bool
}

var errHead = errors.New("what came is no HTTP/1 message")

func newReader(c net.Conn) *reader {
	raw, _ := c.(*net.TCPConn).SyscallConn()
	return &reader{raw: raw, buf: make([]byte, 64<<10)}
}

// receive receives once.
func (r *reader) receive(p []byte, flags int) (n int, err error) {
	failed := r.raw.Read(func(fd uintptr) bool {
		n, _, err = unix.Recvfrom(int(fd), p, flags|unix.MSG_DONTWAIT)
		return err != unix.EAGAIN && err != unix.EINTR
	})
	if failed != nil {
		return 0, failed
	}
	if err == nil && n == 0 {
		err = io.EOF
	}
	return n, err
}

// head reads a head; what came after it remains.
func (r *reader) head() (head, error) {
	for {
		if end := bytes.Index(r.buf[:r.have], []byte("\r\n\r\n")); end >= 0 {
			h, err := parseHead(r.buf[:end+2])
			r.have = copy(r.buf, r.buf[end+4:r.have])
			return h, err
		}
		n, err := r.receive(r.buf[r.have:], 0)
		if err != nil {
			return head{}, err
		}
		r.have += n
	}
}

func parseHead(p []byte) (h head, err error) {
	for line := range bytes.Lines(p) {
		line = bytes.TrimSpace(line)
		if rest, ok := bytes.CutPrefix(line, []byte("HTTP/1.1 ")); ok && len(rest) >= 3 {
			h.status, err = strconv.Atoi(string(rest[:3]))
		} else if len(line) > 15 && bytes.EqualFold(line[:15], []byte("content-length:")) {
			h.length, err = strconv.ParseInt(string(bytes.TrimSpace(line[15:])), 10, 64)
		} else if bytes.EqualFold(line, []byte("transfer-encoding: chunked")) {
			h.chunked = true
		}
		if err != nil {
			return h, errHead
		}
	}
	return h, nil
}

// skip throws n bytes away.
func (r *reader) skip(n int64) error {
	used := min(n, int64(r.have))
	r.have = copy(r.buf, r.buf[used:r.have])
	for n -= used; n > 0; {
		m, err := r.discard(n)
		if err != nil {
			return err
		}
		n -= m
	}
	return nil
}

// nothing is where bytes would go if the kernel did not throw them away.
var nothing = make([]byte, 4<<20)

// discard throws away what is there, n bytes at most.
func (r *reader) discard(n int64) (int64, error) {
	m, err := r.receive(nothing[:min(n, int64(len(nothing)))], unix.MSG_TRUNC)
	return int64(m), err
}

// skipChunked throws a chunked body away. The bodies of chunks do not look like
// an end.
func (r *reader) skipChunked() error {
	last := []byte("\r\n0\r\n\r\n")
	for !bytes.HasSuffix(r.buf[:r.have], last) {
		if keep := min(r.have, len(last)); r.have > len(r.buf)/2 {
			r.have = copy(r.buf, r.buf[r.have-keep:r.have])
		}
		n, err := r.receive(r.buf[r.have:], 0)
		if err != nil {
			return err
		}
		r.have += n
	}
	r.have = 0
	return nil
}

// send sends a file whole, from its pages.
func send(c net.Conn, f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := c.(*net.TCPConn).ReadFrom(f)
	return err
}
