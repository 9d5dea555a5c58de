package stream

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"gohap/runtime/core"
)

func TestKeepAliveAlternates(t *testing.T) {
	l := newLab(t, core.HTTP, []string{site(t, "a", nil), site(t, "b", nil)}, nil)
	c := l.dial()
	r := bufio.NewReader(c)
	var got []string
	for i := range 6 {
		_, body := ask(t, c, r, fmt.Sprintf("POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n%02d", i, i))
		got = append(got, body)
	}
	if s := strings.Join(got, " "); s != "a:00 b:01 a:02 b:03 a:04 b:05" {
		t.Errorf("got %s", s)
	}
}

func TestPipelining(t *testing.T) {
	l := newLab(t, core.HTTP, []string{site(t, "a", nil)}, nil)
	c := l.dial()
	io.WriteString(c, strings.Repeat("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 3))
	r := bufio.NewReader(c)
	for range 3 {
		if _, body := ask(t, c, r, ""); body != "a:abcde" {
			t.Fatalf("body %q", body)
		}
	}
}

func TestBodies(t *testing.T) {
	l := newLab(t, core.HTTP, []string{site(t, "a", nil)}, nil)
	c := l.dial()
	r := bufio.NewReader(c)
	big := strings.Repeat("0123456789", 30000)
	for _, request := range []string{
		fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(big), big),
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(big, 5000) + "0\r\n\r\n",
	} {
		if _, body := ask(t, c, r, request); body != "a:"+big {
			t.Fatalf("%d bytes back, want %d", len(body), len(big)+2)
		}
	}
	if _, body := ask(t, c, r, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n"); len(body) != 1<<20 {
		t.Errorf("big: %d bytes", len(body))
	}
	if _, body := ask(t, c, r, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"); body != strings.Repeat("part\n", 5) {
		t.Errorf("stream: %q", body)
	}
}

func chunks(s string, n int) string {
	var b bytes.Buffer
	for len(s) > 0 {
		k := min(n, len(s))
		fmt.Fprintf(&b, "%x\r\n%s\r\n", k, s[:k])
		s = s[k:]
	}
	return b.String()
}

func TestNoServer(t *testing.T) {
	l := newLab(t, core.HTTP, nil, nil)
	c := l.dial()
	r := bufio.NewReader(c)
	res, body := ask(t, c, r, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if res.StatusCode != 503 || !strings.Contains(body, "No server is available to handle this request.") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestBadRequest(t *testing.T) {
	l := newLab(t, core.HTTP, nil, nil)
	c := l.dial()
	res, _ := ask(t, c, bufio.NewReader(c), "GET / HTTP/1.1\r\nHost x\r\n\r\n")
	if res.StatusCode != 400 || !res.Close {
		t.Errorf("%d, close %v", res.StatusCode, res.Close)
	}
}

func TestRefusedServer(t *testing.T) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := dead.Addr().String()
	dead.Close()
	l := newLab(t, core.HTTP, []string{addr, site(t, "b", nil)}, func(p *core.Proxy) { p.Redispatch = -1 })
	c := l.dial()
	r := bufio.NewReader(c)
	for range 2 {
		if _, body := ask(t, c, r, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); body != "b:" {
			t.Errorf("body %q", body)
		}
	}
}

// With one slot, requests of several clients queue up and all get through.
func TestQueue(t *testing.T) {
	l := newLab(t, core.HTTP, []string{site(t, "a", nil)}, func(p *core.Proxy) {
		p.Servers[0].MaxConn = 1
		p.Servers[0].Limit.Store(1)
	})
	done := make(chan error)
	for range 8 {
		go func() {
			c := l.dial()
			r := bufio.NewReader(c)
			for range 20 {
				io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
				line, err := r.ReadString('\n')
				if err == nil && !strings.Contains(line, "200") {
					err = fmt.Errorf("%s", line)
				}
				for err == nil && line != "a:" {
					line, err = r.ReadString('\n')
					if line == "\r\n" {
						b := make([]byte, 2)
						_, err = io.ReadFull(r, b)
						line = string(b)
					}
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := l.proxy.Servers[0].Stats.Current.Max(); n != 1 {
		t.Errorf("%d at a time", n)
	}
}

func TestTCP(t *testing.T) {
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	go func() {
		for {
			c, err := echo.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(c, c)
				c.Close()
			}()
		}
	}()
	l := newLab(t, core.TCP, []string{echo.Addr().String()}, nil)
	c := l.dial()
	sent := bytes.Repeat([]byte("gohap"), 100000)
	go func() {
		c.Write(sent)
		c.(*net.TCPConn).CloseWrite()
	}()
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes back of %d, %v", len(got), len(sent), err)
	}
}
