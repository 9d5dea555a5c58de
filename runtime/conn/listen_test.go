package conn

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// reaches tells whether a connection to the listener gets through to accept.
func reaches(t *testing.T, network, addr string, ch <-chan *Conn) {
	t.Helper()
	p, err := net.Dial(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	c := <-ch
	defer c.Close()
	p.Write([]byte("x"))
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func TestListenUnix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	uid, gid := os.Getuid(), os.Getgid()
	l, ch := listen(t, &ListenOptions{Kind: ListenUnix, Path: path, Mode: 0o620, UID: &uid, GID: &gid})
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o620 {
		t.Fatal(st.Mode(), err)
	}
	reaches(t, "unix", path, ch)

	// A successor takes the path over; the old socket is out of reach at once.
	_, ch2 := listen(t, &ListenOptions{Kind: ListenUnix, Path: path})
	reaches(t, "unix", path, ch2)
	l.Stop()
	reaches(t, "unix", path, ch2)

	left, _ := os.ReadDir(filepath.Dir(path))
	if len(left) != 1 {
		t.Fatal("files left behind:", left)
	}
}

func TestListenReusePort(t *testing.T) {
	a, _ := listen(t, nil)
	if _, err := Listen(&ListenOptions{Addr: a.Addr()}); err != nil {
		t.Fatal("a second process could not bind:", err)
	}
}

func TestListenErrors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	at := taken.Addr().String()
	dir := t.TempDir()
	for _, x := range []struct {
		opts  ListenOptions
		want  string
		cause error
	}{
		{ListenOptions{Addr: netip.MustParseAddrPort(at)},
			"cannot bind socket (Address already in use) for [" + at + "]", ErrResource},
		{ListenOptions{Addr: netip.MustParseAddrPort("192.0.2.7:1")},
			"cannot bind socket (Cannot assign requested address) for [192.0.2.7:1]", ErrResource},
		{ListenOptions{Addr: netip.MustParseAddrPort("[2001:db8::1]:1")},
			"cannot bind socket (Cannot assign requested address) for [2001:db8::1:1]", ErrResource},
		{ListenOptions{Kind: ListenUnix, Path: "/nonexistent/dir/sock"},
			"cannot bind UNIX socket (No such file or directory) [/nonexistent/dir/sock]", ErrRefused},
		{ListenOptions{Kind: ListenUnix, Path: dir},
			"error when trying to preserve previous UNIX socket (Operation not permitted) [" + dir + "]", ErrPermission},
		{ListenOptions{Kind: ListenFD, FD: 9999},
			"cannot use file descriptor (Bad file descriptor) for [fd@9999]", ErrClosed},
	} {
		l, err := Listen(&x.opts)
		if err == nil {
			l.Stop()
			t.Errorf("%s: no error", x.want)
			continue
		}
		if err.Error() != x.want {
			t.Errorf("got  %s\nwant %s", err, x.want)
		}
		if Cause(err) != x.cause {
			t.Errorf("%s: cause %v", x.want, Cause(err))
		}
	}
	if err := CheckFD(9999); Strerror(err) != "Bad file descriptor" {
		t.Error(err)
	}
}

func TestListenFD(t *testing.T) {
	for _, kind := range []ListenKind{ListenFD, ListenTCP} {
		testListenFD(t, kind)
	}
}

func testListenFD(t *testing.T, kind ListenKind) {
	a, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := a.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	fd, _ := syscall.Dup(int(f.Fd()))
	f.Close()
	a.Close()
	l, ch := listen(t, &ListenOptions{Kind: kind, Addr: addrOf(a), FD: fd})
	reaches(t, "tcp", l.Addr().String(), ch)
}

func TestSockPair(t *testing.T) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fds[1])
	_, ch := listen(t, &ListenOptions{Kind: ListenSockPair, FD: fds[0]})
	for range 3 {
		c, err := Dial(&DialOptions{SockPair: fds[1]})
		if err != nil {
			t.Fatal(err)
		}
		s := <-ch
		c.Write([]byte("x"))
		if n, err := s.Read(make([]byte, 8)); n != 1 || err != nil || !s.Unix() {
			t.Fatal(n, err)
		}
		c.Close()
		s.Close()
	}
}

func TestPause(t *testing.T) {
	l, ch := listen(t, nil)
	reaches(t, "tcp", l.Addr().String(), ch)
	l.Pause()
	for range 3 { // the kernel queues them
		p, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
	}
	// The accept that was under way may have had the first.
	time.Sleep(30 * time.Millisecond)
	if n := len(ch); n > 1 {
		t.Fatal(n, "accepted while paused")
	}
	l.Resume()
	for range 3 {
		(<-ch).Close()
	}
}

func TestListenerMaxconn(t *testing.T) {
	shared := NewLimit(3)
	l, ch := listen(t, &ListenOptions{Maxconn: 2, Limits: []*Limit{shared}})
	other, ch2 := listen(t, &ListenOptions{Limits: []*Limit{shared}})
	dial := func(l *Listener) {
		p, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close() })
	}
	none := func(ch <-chan *Conn) {
		t.Helper()
		select {
		case <-ch:
			t.Fatal("accepted beyond maxconn")
		case <-time.After(30 * time.Millisecond):
		}
	}
	for range 3 {
		dial(l)
	}
	a, b := <-ch, <-ch
	none(ch)
	if l.Limit().Current() != 2 || shared.Current() != 2 {
		t.Fatal(l.Limit().Current(), shared.Current())
	}
	dial(other)
	dial(other)
	c := <-ch2
	none(ch2) // the shared limit is full, and
	a.Close() // one slot frees: whoever gets it, the other waits
	select {
	case d := <-ch:
		none(ch2)
		d.Close()
	case d := <-ch2:
		none(ch)
		d.Close()
	}
	select {
	case a = <-ch:
	case a = <-ch2:
	}
	for _, x := range []*Conn{a, b, c} {
		x.Close()
	}
}

// TestOutOfDescriptors: accepting rests while there is no descriptor, says so
// once, and goes on by itself.
func TestOutOfDescriptors(t *testing.T) {
	errs := make(chan error, 100)
	l, ch := listen(t, &ListenOptions{OnError: func(err error) { errs <- err }})
	p, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	(<-ch).Close()
	p2, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p2.Close()
	(<-ch).Close()

	fd, _ := streamSocket(unix.AF_INET)
	defer unix.Close(fd)
	var was unix.Rlimit
	unix.Getrlimit(unix.RLIMIT_NOFILE, &was)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 3, Max: was.Max}); err != nil {
		t.Fatal(err)
	}
	sa, _ := sockaddr(l.Addr())
	syscall.Connect(fd, sa)
	err = <-errs
	unix.Setrlimit(unix.RLIMIT_NOFILE, &was)
	if Cause(err) != ErrResource || Strerror(err) != "Too many open files" {
		t.Fatal(err)
	}
	(<-ch).Close()
	if len(errs) > 0 {
		t.Fatal("said more than once:", <-errs)
	}
}

func TestListenerStopEndsServe(t *testing.T) {
	full := NewLimit(1)
	full.Acquire()
	for name, prepare := range map[string]func(*Listener){
		"idle":   func(*Listener) {},
		"paused": func(l *Listener) { l.Pause() },
		"full":   func(l *Listener) { net.Dial("tcp", l.Addr().String()) },
	} {
		o := &ListenOptions{Addr: netip.MustParseAddrPort("127.0.0.1:0")}
		if name == "full" {
			o.Limits = []*Limit{full}
		}
		l, err := Listen(o)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { l.Serve(func(c *Conn) { c.Close() }); close(done) }()
		prepare(l)
		l.Stop()
		<-done
	}
}

// What clients have connected before the stop is accepted still.
func TestStopTakesQueued(t *testing.T) {
	l, ch := listen(t, nil)
	addr := l.Addr().String()
	reaches(t, "tcp", addr, ch)
	l.Pause()
	var peers []net.Conn
	for range 3 {
		p, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		peers = append(peers, p)
	}
	l.Stop()
	for range peers {
		c := <-ch
		c.Write([]byte("x"))
		c.Close()
	}
	for _, p := range peers {
		if _, err := io.ReadFull(p, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBindErrorCause(t *testing.T) {
	var b *BindError
	err := error(&BindError{What: "x", Errno: syscall.EACCES})
	if !errors.As(err, &b) || Cause(err) != ErrPermission || !strings.Contains(Strerror(err), "denied") {
		t.Fatal(Cause(err), Strerror(err))
	}
}

func addrOf(l net.Listener) netip.AddrPort { return l.Addr().(*net.TCPAddr).AddrPort() }
