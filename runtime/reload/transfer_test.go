package reload

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// ends makes a connected pair.
func ends(t *testing.T) (a, b *net.UnixConn) {
	t.Helper()
	fds, err := NewPair()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []**net.UnixConn{&a, &b} {
		if *c, err = Pair(fds[i]); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { (*c).Close() })
	}
	return a, b
}

// serve answers one request on c with the sockets.
func serve(c *net.UnixConn, sockets []Socket) error {
	line := make([]byte, len(Command))
	if _, err := io.ReadFull(c, line); err != nil {
		return err
	}
	if string(line) != Command {
		return fmt.Errorf("asked %q", line)
	}
	return Send(c, sockets)
}

// listener opens a socket and returns its descriptor, which lives as long as
// the test.
func listener(t *testing.T, network, addr string) (net.Listener, int) {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return l, int(f.Fd())
}

func TestTransfer(t *testing.T) {
	tcp, tcpFD := listener(t, "tcp4", "127.0.0.1:0")
	any6, any6FD := listener(t, "tcp", "[::]:0")
	path := t.TempDir() + "/s.4711.tmp"
	_, pathFD := listener(t, "unix", path)
	_, abstractFD := listener(t, "unix", AbstractName("gohap-"+fmt.Sprint(os.Getpid())))
	want := []Socket{
		{FD: tcpFD, Interface: "lo"},
		{FD: any6FD, Namespace: "blue"},
		{FD: pathFD},
		{FD: abstractFD},
	}
	here, there := ends(t)
	sent := make(chan error, 1)
	go func() { sent <- serve(there, want) }()
	got, err := Receive(here)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	for _, a := range []Address{
		{TCP: tcp.Addr().(*net.TCPAddr).AddrPort(), Interface: "lo"},
		{TCP: any6.Addr().(*net.TCPAddr).AddrPort(), Namespace: "blue"},
		{Path: path[:len(path)-len(".4711.tmp")]},
		{Path: "gohap-" + fmt.Sprint(os.Getpid()), Abstract: true},
	} {
		fd, ok := got.Take(a)
		if !ok {
			t.Errorf("%+v did not come; there is %+v", a, got.Addresses())
			continue
		}
		if _, again := got.Take(a); again {
			t.Errorf("%+v was given twice", a)
		}
		if flags, _ := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("%+v would leak into child processes", a)
		}
		unix.Close(fd)
	}
	if got.Len() != 0 {
		t.Errorf("left over: %+v", got.Addresses())
	}
}

// More sockets than fit into one message go in several, with the receiver's
// word between them.
func TestBatches(t *testing.T) {
	for _, n := range []int{0, 1, 252, 253, 504, 600} {
		_, fd := listener(t, "tcp4", "127.0.0.1:0")
		sockets := slices.Repeat([]Socket{{FD: fd, Interface: "eth0"}}, n)
		here, there := ends(t)
		sent := make(chan error, 1)
		go func() { sent <- serve(there, sockets) }()
		got, err := Receive(here)
		if err != nil {
			t.Fatalf("%d sockets: %v", n, err)
		}
		if err := <-sent; err != nil {
			t.Errorf("%d sockets: %v", n, err)
		}
		if got.Len() != n {
			t.Errorf("%d of %d sockets came", got.Len(), n)
		}
		got.Close()
	}
}

// A peer that tells lies gets no further than an error, and no descriptor
// stays open.
func TestLyingPeer(t *testing.T) {
	_, fd := listener(t, "tcp4", "127.0.0.1:0")
	record := []byte{0, 0, 0, 0, 0, 0}
	head := func(n byte) []byte { return []byte{n, 0, 0, 0} }
	for name, c := range map[string]struct {
		bytes []byte
		fds   []int
		want  error
	}{
		"silence":              {nil, nil, ErrCount},
		"too many":             {[]byte{255, 255, 255, 127}, nil, ErrCount},
		"count only":           {head(1), nil, ErrTransfer},
		"record without fd":    {append(head(1), record...), nil, ErrTransfer},
		"truncated record":     {append(head(1), record[:3]...), []int{fd}, ErrTransfer},
		"name beyond the data": {append(head(1), 200, 'x'), []int{fd}, ErrTransfer},
		"two records, one fd":  {append(append(head(2), record...), record...), []int{fd}, ErrTransfer},
	} {
		t.Run(name, func(t *testing.T) {
			before := openFDs(t)
			here, there := ends(t)
			go func() {
				defer there.Close()
				io.ReadFull(there, make([]byte, len(Command)))
				if len(c.bytes) >= 4 {
					there.Write(c.bytes[:4])
				}
				if len(c.bytes) > 4 {
					there.WriteMsgUnix(c.bytes[4:], unix.UnixRights(c.fds...), nil)
				}
			}()
			_, err := Receive(here)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			here.Close()
			if after := openFDs(t); after > before {
				t.Errorf("%d descriptors before, %d after", before, after)
			}
		})
	}
}

// openFDs counts the listening sockets this process has open.
func openFDs(t *testing.T) int {
	t.Helper()
	n := 0
	for fd := range 256 {
		if on, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN); err == nil && on != 0 {
			n++
		}
	}
	return n
}

func TestNilSockets(t *testing.T) {
	var s *Sockets
	if _, ok := s.Take(Address{}); ok || s.Len() != 0 || s.Addresses() != nil {
		t.Error("a nil *Sockets is not empty")
	}
	s.Close()
}

// A connection through a pair reaches whoever accepts on the other end.
func TestPair(t *testing.T) {
	fds, err := NewPair()
	if err != nil {
		t.Fatal(err)
	}
	there, err := Pair(fds[1])
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	for _, word := range []string{"one", "two"} {
		c, err := Connect(fds[0])
		if err != nil {
			t.Fatal(err)
		}
		served, err := Accept(there)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, word)
		c.Close()
		if got, _ := io.ReadAll(served); string(got) != word {
			t.Errorf("read %q, want %q", got, word)
		}
		served.Close()
	}
	unix.Close(fds[0])
	if _, err := Accept(there); err != io.EOF {
		t.Errorf("after the other process's end: %v, want EOF", err)
	}
}
