package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"golang.org/x/net/websocket"
)

// wsFrame makes a frame of a WebSocket (RFC 6455, section 5.2), masked as a
// client's has to be.
func wsFrame(op byte, payload []byte, masked bool) []byte {
	bit := byte(0)
	if masked {
		bit = 0x80
	}
	b := []byte{0x80 | op}
	switch n := len(payload); {
	case n < 126:
		b = append(b, bit|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, bit|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, bit|127), uint64(n))
	}
	if !masked {
		return append(b, payload...)
	}
	key := []byte{1, 2, 3, 4}
	b = append(b, key...)
	for i, c := range payload {
		b = append(b, c^key[i&3])
	}
	return b
}

// readWSFrame reads one.
func readWSFrame(r *bufio.Reader) (op byte, payload []byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(r, head[:]); err != nil {
		return
	}
	n := uint64(head[1] & 0x7f)
	var long [8]byte
	switch n {
	case 126:
		_, err = io.ReadFull(r, long[6:])
		n = binary.BigEndian.Uint64(long[:])
	case 127:
		_, err = io.ReadFull(r, long[:])
		n = binary.BigEndian.Uint64(long[:])
	}
	var key [4]byte
	if head[1]&0x80 != 0 && err == nil {
		_, err = io.ReadFull(r, key[:])
	}
	if err != nil {
		return
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	for i := range payload {
		payload[i] ^= key[i&3]
	}
	return head[0] & 0xf, payload, err
}

// h2Tunnel is one stream of an HTTP/2 connection that carries bytes both ways. One
// goroutine uses it.
type h2Tunnel struct {
	net.Conn
	fr     *http2.Framer
	id     uint32
	rest   []byte // read and not asked for
	over   bool
	window [2]int // what may be sent: over the connection, on the stream
}

func newH2Tunnel(c net.Conn, settings ...http2.Setting) *h2Tunnel {
	t := &h2Tunnel{Conn: c, fr: http2.NewFramer(c, c), window: [2]int{65535, 65535}}
	t.fr.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	t.fr.WriteSettings(append(settings, http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})...)
	t.fr.WriteWindowUpdate(0, 1<<30)
	return t
}

func (t *h2Tunnel) headers(end bool, fields ...string) {
	var b bytes.Buffer
	enc := hpack.NewEncoder(&b)
	for i := 0; i < len(fields); i += 2 {
		enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	t.fr.WriteHeaders(http2.HeadersFrameParam{StreamID: t.id, BlockFragment: b.Bytes(), EndHeaders: true, EndStream: end})
}

// head reads up to a header.
func (t *h2Tunnel) head() (*http2.MetaHeadersFrame, error) {
	for {
		f, err := t.frame()
		if err != nil {
			return nil, err
		}
		if f, ok := f.(*http2.MetaHeadersFrame); ok {
			t.id = f.StreamID
			return f, nil
		}
	}
}

// frame reads a frame and acts on it.
func (t *h2Tunnel) frame() (http2.Frame, error) {
	f, err := t.fr.ReadFrame()
	if err != nil {
		return nil, err
	}
	switch f := f.(type) {
	case *http2.DataFrame:
		t.rest, t.over = append(t.rest, f.Data()...), f.StreamEnded()
		if n := uint32(len(f.Data())); n > 0 {
			t.fr.WriteWindowUpdate(0, n)
		}
	case *http2.RSTStreamFrame:
		return nil, fmt.Errorf("reset %v", f.ErrCode)
	case *http2.GoAwayFrame:
		return nil, fmt.Errorf("goaway %v", f.ErrCode)
	case *http2.WindowUpdateFrame:
		t.window[min(f.StreamID, 1)] += int(f.Increment)
	case *http2.SettingsFrame:
		if f.IsAck() {
			break
		}
		if v, ok := f.Value(http2.SettingInitialWindowSize); ok {
			t.window[1] += int(v) - 65535
		}
		t.fr.WriteSettingsAck()
	}
	return f, nil
}

func (t *h2Tunnel) Read(p []byte) (int, error) {
	for len(t.rest) == 0 {
		if t.over {
			return 0, io.EOF
		}
		if _, err := t.frame(); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

func (t *h2Tunnel) Write(p []byte) (int, error) {
	for b := p; len(b) > 0; {
		n := min(len(b), 16000, t.window[0], t.window[1])
		if n <= 0 {
			if _, err := t.frame(); err != nil {
				return 0, err
			}
			continue
		}
		if err := t.fr.WriteData(t.id, false, b[:n]); err != nil {
			return 0, err
		}
		t.window[0] -= n
		t.window[1] -= n
		b = b[n:]
	}
	return len(p), nil
}

// finish ends this side.
func (t *h2Tunnel) finish() { t.fr.WriteData(t.id, true, nil) }

// websocketServers starts servers that echo, of HTTP/1 and of HTTP/2 with
// extended CONNECT (RFC 8441). That over TLS knows both, but how to echo only in
// HTTP/1.
func websocketServers(t *testing.T, dir string) (one, two, both string) {
	listen := func() net.Listener {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	l1, l2, l3 := listen(), listen(), listen()
	echo := websocket.Server{Handler: func(c *websocket.Conn) {
		for {
			var b []byte
			if websocket.Message.Receive(c, &b) != nil {
				return
			}
			websocket.Message.Send(c, b)
		}
	}}
	go http.Serve(l1, echo)
	go http.ServeTLS(l3, echo, filepath.Join(dir, "site.pem"), filepath.Join(dir, "site.pem"))
	go func() {
		for {
			c, err := l2.Accept()
			if err != nil {
				return
			}
			go serveWebsocket2(c)
		}
	}()
	return l1.Addr().String(), l2.Addr().String(), l3.Addr().String()
}

func serveWebsocket2(c net.Conn) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	io.ReadFull(c, make([]byte, len(http2.ClientPreface)))
	s := newH2Tunnel(c, http2.Setting{ID: http2.SettingEnableConnectProtocol, Val: 1})
	f, err := s.head()
	if err != nil {
		return
	}
	protocol := ""
	for _, p := range f.PseudoFields() {
		if p.Name == ":protocol" {
			protocol = p.Value
		}
	}
	if f.PseudoValue("method") != "CONNECT" || protocol != "websocket" || f.StreamEnded() {
		s.headers(true, ":status", "400")
		return
	}
	s.headers(false, ":status", "200")
	r := bufio.NewReader(s)
	for {
		op, b, err := readWSFrame(r)
		if err != nil {
			return
		}
		s.Write(wsFrame(op, b, false))
		if op == 8 {
			s.finish()
			s.fr.ReadFrame()
			return
		}
	}
}

// speaker sends a message over a WebSocket and gets one.
type speaker interface {
	say(b []byte) error
	hear() ([]byte, error)
	close() error
}

type speaker1 struct{ *websocket.Conn }

func (s speaker1) say(b []byte) error { return websocket.Message.Send(s.Conn, b) }

func (s speaker1) hear() (b []byte, err error) {
	err = websocket.Message.Receive(s.Conn, &b)
	return
}

func (s speaker1) close() error { return s.Conn.Close() }

type speaker2 struct {
	*h2Tunnel
	r *bufio.Reader
}

func (s speaker2) say(b []byte) error {
	_, err := s.Write(wsFrame(2, b, true))
	return err
}

func (s speaker2) hear() ([]byte, error) {
	_, b, err := readWSFrame(s.r)
	return b, err
}

func (s speaker2) close() error {
	defer s.Conn.Close()
	s.Write(wsFrame(8, []byte{3, 232}, true))
	s.finish()
	_, err := io.Copy(io.Discard, s.r)
	if _, timeout := err.(net.Error); timeout {
		return err
	}
	return nil // a server that closes at once may break the connection
}

// dialWebsocket opens a WebSocket in a version of HTTP.
func dialWebsocket(addr, path, proto string, secure bool) (speaker, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(20 * time.Second))
	if secure {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{proto}})
	}
	if proto != "h2" {
		config, err := websocket.NewConfig("ws://"+addr+path, "http://"+addr)
		if err != nil {
			return nil, err
		}
		ws, err := websocket.NewClient(config, c)
		return speaker1{ws}, err
	}
	io.WriteString(c, http2.ClientPreface)
	t := newH2Tunnel(c)
	t.id = 1
	t.headers(false, ":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", path, ":authority", addr,
		"origin", "http://"+addr, "sec-websocket-version", "13")
	f, err := t.head()
	if err == nil && f.PseudoValue("status") != "200" {
		err = fmt.Errorf("got status %s", f.PseudoValue("status"))
	}
	return speaker2{t, bufio.NewReader(t)}, err
}

// websocketLog takes the server, and status and size, out of a log line.
var websocketLog = regexp.MustCompile(`\] (fe~? .*?) [-\d/]+ (\d+ \d+) `)

// TestWebsocket has messages echoed through both programs, in all combinations of
// versions.
func TestWebsocket(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	logged := map[string]string{}
	for name, bin := range map[string]string{"haproxy": needHAProxy(t), "gohap": needGohap(t)} {
		one, two, both := websocketServers(t, dir)
		clear, secure, sink := freeAddr(t), freeAddr(t), newSyslogSink(t)
		cfg := fmt.Sprintf("global\n log %s local0\ndefaults\n mode http\n log global\n option httplog\n option dontlognull\n timeout connect 5s\n timeout client 5s\n timeout server 5s\n timeout tunnel 20s\n"+
			"frontend fe\n bind %s\n bind %s ssl crt %s alpn h2,http/1.1\n use_backend %%[path,word(1,/)]\nbackend one\n server s %s\nbackend two\n server s %s proto h2\n"+
			"backend one-ws\n server s %s proto h2 ws h1\nbackend two-ws\n server s %s ws h2\nbackend tls\n server s %s ssl verify none alpn h2,http/1.1\nbackend tls-ws\n server s %s ssl verify none alpn h2,http/1.1 ws h1\n",
			sink.addr, clear, secure, filepath.Join(dir, "site.pem"), one, two, one, two, both, both)
		p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "ws.cfg"), cfg))
		if !within(10*time.Second, func() bool { return listening(secure) || !p.running() }) || !p.running() {
			t.Fatalf("%s does not start:\n%s", bin, p.stderr.String())
		}
		seen := 0
		for _, path := range []string{"/one", "/two", "/one-ws", "/two-ws", "/tls", "/tls-ws"} {
			for _, proto := range []string{"http/1.1", "h2"} {
				for _, s := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s %s TLS %v to %s", name, proto, s, path), func(t *testing.T) {
						addr := clear
						if s {
							addr = secure
						}
						c, err := dialWebsocket(addr, path, proto, s)
						// HAProxy refuses where the server has not yet said that it takes
						// this, and has the client try again.
						for attempt := 1; name == "haproxy" && attempt < attempts && err != nil && strings.Contains(err.Error(), "REFUSED_STREAM"); attempt++ {
							c, err = dialWebsocket(addr, path, proto, s)
						}
						if err != nil {
							t.Fatal(err)
						}
						for _, n := range []int{0, 5, 125, 126, 70_000, 500_000} {
							want := bytes.Repeat([]byte{byte(n)}, n)
							if err := c.say(want); err != nil {
								t.Fatal(err)
							}
							if got, err := c.hear(); err != nil || !bytes.Equal(got, want) {
								t.Fatalf("of %d bytes came back %d, %v", n, len(got), err)
							}
						}
						if err := c.close(); err != nil {
							t.Errorf("closing: %v", err)
						}
						backend := strings.TrimPrefix(path, "/") + "/s"
						seen++
						lines, ok := sink.await(10*time.Second, func(l []string) bool { return len(l) == seen })
						m := []string(nil)
						if ok {
							m = websocketLog.FindStringSubmatch(lines[len(lines)-1])
						}
						if m == nil || !strings.Contains(m[1], backend) {
							t.Fatalf("logged was %q", lines)
						}
						key := fmt.Sprint(proto, s, path)
						if want, ok := logged[key]; ok && want != m[2] {
							t.Errorf("the one program logs a status and size of %s, the other of %s", want, m[2])
						}
						logged[key] = m[2]
					})
				}
			}
		}
	}
}
