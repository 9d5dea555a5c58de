package runtime_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"strings"
	"testing"

	"gohap/runtime/internal/peer"

	"golang.org/x/net/http2/hpack"
)

// frameHeader is how many bytes a frame of HTTP/2 begins with.
const frameHeader = 9

func http2Frame(kind, flags byte, id uint32, payload []byte) []byte {
	n := len(payload)
	b := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return append(binary.BigEndian.AppendUint32(b, id), payload...)
}

// http2Block is a header block with strings of all kinds; it changes no table.
func http2Block(fields ...string) []byte {
	var b bytes.Buffer
	enc := hpack.NewEncoder(&b)
	for i := 0; i < len(fields); i += 2 {
		enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1], Sensitive: true})
	}
	return b.Bytes()
}

// frames reads from c whatever there is, and calls f with each frame's header.
func frames(c net.Conn, buf []byte, n *int, f func(h []byte)) error {
	m, err := c.Read(buf[*n:])
	if err != nil {
		return err
	}
	*n += m
	b := buf[:*n]
	for len(b) >= frameHeader {
		size := frameHeader + int(b[1])<<8 + int(b[2])
		if len(b) < size {
			break
		}
		f(b[:frameHeader])
		b = b[size:]
	}
	*n = copy(buf, b)
	return nil
}

// http2AllocServer is allocServer for HTTP/2.
func http2AllocServer(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	head := http2Block(":status", "200", "content-length", "2", "server", "test")
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf, out, n := make([]byte, 64<<10), make([]byte, 0, 64<<10), 0
				io.ReadFull(c, buf[:24])
				c.Write(http2Frame(4, 0, 0, nil))
				answer := append(http2Frame(1, 4, 0, head), http2Frame(0, 1, 0, []byte("ok"))...)
				for {
					err := frames(c, buf, &n, func(h []byte) {
						if h[3] == 4 && h[4] == 0 {
							out = append(out, 0, 0, 0, 4, 1, 0, 0, 0, 0)
						}
						if h[3] != 1 {
							return
						}
						at := len(out)
						out = append(out, answer...)
						copy(out[at+5:], h[5:9])
						copy(out[at+frameHeader+len(head)+5:], h[5:9])
					})
					if err != nil {
						return
					}
					if len(out) > 0 {
						c.Write(out)
						out = out[:0]
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

// TestHTTP2Allocs is TestRequestAllocs for some streams at a time.
func TestHTTP2Allocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector drops pooled buffers at will")
	}
	for name, config := range map[string]string{
		"to HTTP/1": allocConfig,
		"to HTTP/2": strings.NewReplacer("server a SERVER", "server a SERVER2 proto h2", "server b SERVER", "server b SERVER2 proto h2").Replace(allocConfig),
	} {
		t.Run(name, func(t *testing.T) {
			front := fmt.Sprintf("127.0.0.1:%d", peer.Port(t))
			serveConfig(t, strings.NewReplacer("FRONT", front, "SERVER2", http2AllocServer(t), "SERVER", allocServer(t), "LOG", allocSink(t)).Replace(config))
			c, err := net.Dial("tcp", front)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.Write(append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), http2Frame(4, 0, 0, nil)...))
			c.Write(http2Frame(4, 1, 0, nil))
			const width = 8
			one := http2Frame(1, 5, 0, http2Block(":method", "GET", ":scheme", "http", ":path", "/some/path?x=1", ":authority", "www.Example.com",
				"user-agent", "test", "x-drop", "1", "cookie", "a=b; SRV=cb", "cookie", "c=d"))
			all := bytes.Repeat(one, width)
			buf, n, id := make([]byte, 64<<10), 0, uint32(1)
			exchange := func() {
				for i := range width {
					binary.BigEndian.PutUint32(all[i*len(one)+5:], id)
					id += 2
				}
				if _, err := c.Write(all); err != nil {
					t.Fatal(err)
				}
				for ended := 0; ended < width; {
					if err := frames(c, buf, &n, func(h []byte) {
						switch {
						case h[3] <= 1 && h[4]&1 != 0:
							ended++
						case h[3] == 3 || h[3] == 7:
							t.Fatalf("got frame % x", h)
						}
					}); err != nil {
						t.Fatal(err)
					}
				}
			}
			for range 200 {
				exchange()
			}
			defer debug.SetGCPercent(debug.SetGCPercent(-1))
			if n := testing.AllocsPerRun(300, exchange); n > 0 {
				t.Errorf("%v allocations for %d requests", n, width)
			}
		})
	}
}
