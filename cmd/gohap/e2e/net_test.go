package e2e

import (
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

var addresses atomic.Int32

// loopback returns an address of 127.0.0.0/8 that no other part of this test
// process uses, so that a port found free on it stays free.
func loopback() string {
	n := int(addresses.Add(1))
	return fmt.Sprintf("127.%d.%d.%d", 20+os.Getpid()%200, n/250, 1+n%250)
}

// freePort returns a TCP port that is free on ip now.
func freePort(t testing.TB, ip string) int {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// freeAddr returns a free "ip:port" on an address of its own.
func freeAddr(t testing.TB) string {
	t.Helper()
	ip := loopback()
	return fmt.Sprintf("%s:%d", ip, freePort(t, ip))
}

// refusing returns an address that refuses connections until the test ends: a
// socket is bound to it but never listens.
func refusing(t testing.TB) string {
	t.Helper()
	fd, addr := rawSocket(t)
	t.Cleanup(func() { syscall.Close(fd) })
	return addr
}

// silent returns an address where connections are never established: its
// accept queue is full, so that the kernel drops further SYNs.
func silent(t testing.TB) string {
	t.Helper()
	fd, addr := rawSocket(t)
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		c, err := net.DialTimeout("tcp", addr, 100*time.Millisecond)
		if err != nil {
			return addr
		}
		t.Cleanup(func() { c.Close() })
	}
	missing(t, "this kernel does not drop SYNs for a full accept queue")
	return ""
}

// rawSocket returns a TCP socket bound to a free port of its own address.
func rawSocket(t testing.TB) (fd int, addr string) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fd)
	ip := loopback()
	sa := &syscall.SockaddrInet4{Addr: [4]byte(net.ParseIP(ip).To4())}
	if err := syscall.Bind(fd, sa); err != nil {
		t.Fatal(err)
	}
	got, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return fd, fmt.Sprintf("%s:%d", ip, got.(*syscall.SockaddrInet4).Port)
}

// eventually polls cond until it holds, and fails the test when it does not
// within limit. It is for conditions of other processes that give no event.
func eventually(t testing.TB, limit time.Duration, what string, cond func() bool) {
	t.Helper()
	if !within(limit, cond) {
		t.Fatalf("not within %v: %s", limit, what)
	}
}

// within polls cond until it holds or the limit is over.
func within(limit time.Duration, cond func() bool) bool {
	end := time.Now().Add(limit)
	for !cond() {
		if time.Now().After(end) {
			return false
		}
		time.Sleep(5 * time.Millisecond)
	}
	return true
}

// listening reports whether a connection to addr is accepted.
func listening(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	c.Close()
	return true
}
