package conn

import (
	"net"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

func TestListenAbstract(t *testing.T) {
	name := "conn-test-" + strconv.Itoa(os.Getpid())
	l, ch := listen(t, &ListenOptions{Kind: ListenAbstract, Path: name})
	dial := func() error {
		c, err := Dial(&DialOptions{Path: name, Abstract: true})
		if err == nil {
			c.Close()
			(<-ch).Close()
		}
		return err
	}
	if err := dial(); err != nil {
		t.Fatal(err)
	}
	_, err := Listen(&l.opts)
	if err == nil || err.Error() != "cannot bind UNIX socket (already in use) []" {
		t.Fatal(err)
	}
	l.Suspend()
	if err := dial(); Cause(err) != ErrRefused {
		t.Fatal("while suspended:", err)
	}
	if err := l.Resume(); err != nil {
		t.Fatal(err)
	}
	if err := dial(); err != nil {
		t.Fatal(err)
	}
}

func TestSuspend(t *testing.T) {
	// A port that was asked for by number survives the suspension.
	l, _ := listen(t, nil)
	at := l.Addr()
	stop(l)
	l, ch := listen(t, &ListenOptions{Addr: at, NoReusePort: true})
	reaches(t, "tcp", at.String(), ch)
	for range 2 {
		l.Suspend()
		if _, err := net.Dial("tcp", at.String()); Cause(err) != ErrRefused {
			t.Fatal("while suspended:", err)
		}
		if n, err := Listen(&ListenOptions{Addr: at, NoReusePort: true}); err != nil {
			t.Fatal("another could not bind:", err)
		} else {
			n.Stop()
		}
		if err := l.Resume(); err != nil {
			t.Fatal(err)
		}
		reaches(t, "tcp", at.String(), ch)
	}
}

func TestListenInterface(t *testing.T) {
	l, _ := listen(t, &ListenOptions{Interface: "nosuch0"})
	w := l.Warnings()
	if len(w) != 1 || w[0].Error() != "cannot bind receiver to device 'nosuch0' (No such device) for [127.0.0.1:0]" {
		t.Fatal(w)
	}
	l, ch := listen(t, &ListenOptions{Interface: "lo", Transparent: true, FreeBind: true, FastOpen: true,
		DeferAccept: true, MSS: 1200, UserTimeout: 5e9, KeepAlive: &KeepAlive{Idle: 10e9, Intvl: 1e9, Count: 3}})
	if len(l.Warnings()) != 0 {
		t.Fatal(l.Warnings())
	}
	p, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.Write([]byte("x")) // with defer-accept nothing happens before
	c := <-ch
	defer c.Close()
	for opt, want := range map[int]int{1: 1 /* TCP_NODELAY */, 4: 10 /* TCP_KEEPIDLE */, 18: 5000 /* TCP_USER_TIMEOUT */} {
		if got := getInt(t, c, 6, opt); got != want {
			t.Errorf("option %d is %d on the accepted connection, want %d", opt, got, want)
		}
	}
}

func getInt(t *testing.T, c *Conn, level, opt int) (v int) {
	t.Helper()
	if err := c.control(func(fd int) (err error) { v, err = unix.GetsockoptInt(fd, level, opt); return }); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestListenNoLinger: a close throws away what was not sent.
func TestListenNoLinger(t *testing.T) {
	l, ch := listen(t, &ListenOptions{NoLinger: true})
	p, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	(<-ch).Close()
	if _, err := p.Read(make([]byte, 1)); Cause(err) != ErrReset {
		t.Fatal(err)
	}
}
