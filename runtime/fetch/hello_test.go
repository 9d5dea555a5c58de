package fetch_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// clientHello returns the first bytes of a TLS client.
func clientHello(t *testing.T, c *tls.Config) []byte {
	t.Helper()
	near, far := net.Pipe()
	defer far.Close()
	go func() {
		tls.Client(near, c).Handshake()
		near.Close()
	}()
	b := make([]byte, 5)
	if _, err := io.ReadFull(far, b); err != nil {
		t.Fatal(err)
	}
	b = append(b, make([]byte, int(b[3])<<8|int(b[4]))...)
	if _, err := io.ReadFull(far, b[5:]); err != nil {
		t.Fatal(err)
	}
	return b
}

// look evaluates a fetch without arguments on the first bytes of a TCP client,
// and tells whether it asked for more.
func look(t *testing.T, name string, payload []byte, complete bool) (p core.Sample, found, wants bool) {
	t.Helper()
	f, ok := registry.Fetches.Find(name)
	if !ok {
		t.Fatalf("no fetch %s", name)
	}
	run, err := f.Compile(&registry.Compiler{Graph: core.NewGraph()}, make([]registry.Arg, len(f.Args)))
	if err != nil {
		t.Fatal(err)
	}
	s := &core.Stream{Exchange: new(core.Exchange), Session: &core.Session{}, Frontend: &core.Proxy{}, Payload: payload, Complete: complete}
	found = run(s, &p)
	return p, found, s.Wanting()
}

func TestClientHello(t *testing.T) {
	hello := clientHello(t, &tls.Config{ServerName: "www.example.com", NextProtos: []string{"h2", "http/1.1"}})
	plain := clientHello(t, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	for _, c := range []struct {
		fetch   string
		payload []byte
		found   bool
		text    string
		number  int64
	}{
		{"req.ssl_sni", hello, true, "www.example.com", 0},
		{"req.ssl_sni", plain, false, "", 0},
		{"req.ssl_alpn", hello, true, "h2", 0},
		{"req.ssl_alpn", plain, false, "", 0},
		{"req.ssl_hello_type", hello, true, "", 1},
		{"req.ssl_ver", plain, true, "", 3<<16 | 3},
		{"req.ssl_ec_ext", hello, true, "", 1},
		{"req.ssl_sni", []byte("GET / HTTP/1.1\r\n\r\n"), false, "", 0},
		{"req.ssl_hello_type", []byte("SSH-2.0-OpenSSH"), false, "", 0},
	} {
		p, found, wants := look(t, c.fetch, c.payload, false)
		if found != c.found || wants || string(p.Bytes) != c.text || p.Int != c.number {
			t.Errorf("%s of %.8q: %v %q %d, wants more: %v", c.fetch, c.payload, found, p.Bytes, p.Int, wants)
		}
	}
	// Any part of a hello is a reason to wait, but not once no more can come.
	for n := range len(hello) {
		for _, name := range []string{"req.ssl_sni", "req.ssl_hello_type"} {
			if _, found, wants := look(t, name, hello[:n], false); found || !wants {
				t.Fatalf("%s of %d bytes: found %v, wants more: %v", name, n, found, wants)
			}
			if _, found, wants := look(t, name, hello[:n], true); found || wants {
				t.Fatalf("%s of the last %d bytes: found %v, wants more: %v", name, n, found, wants)
			}
		}
	}
}

// FuzzClientHello has the fetches look at anything, and compares what they find
// with what crypto/tls reads where that takes it for a hello. The seeds are hellos
// of openssl.
func FuzzClientHello(f *testing.F) {
	f.Add([]byte("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03"))
	f.Add([]byte("\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: msts=1\r\n"))
	names := []string{"req.ssl_sni", "req.ssl_alpn", "req.ssl_ver", "req.ssl_hello_type", "req.ssl_ec_ext", "req.ssl_st_ext", "req.rdp_cookie", "req.proto_http"}
	f.Fuzz(func(t *testing.T, b []byte) {
		type value struct {
			text   string
			number int64
		}
		found := map[string]value{}
		for _, name := range names {
			fetch, _ := registry.Fetches.Find(name)
			run, _ := fetch.Compile(&registry.Compiler{Graph: core.NewGraph()}, make([]registry.Arg, len(fetch.Args)))
			s := &core.Stream{Exchange: new(core.Exchange), Session: &core.Session{}, Frontend: &core.Proxy{}, Payload: b, Complete: true}
			var p core.Sample
			if run(s, &p) {
				found[name] = value{string(p.Bytes), p.Int}
			}
		}
		info := readHello(b)
		if info == nil || !oneRecord(b) {
			return
		}
		want := map[string]string{"req.ssl_sni": info.ServerName}
		if len(info.SupportedProtos) > 0 {
			want["req.ssl_alpn"] = info.SupportedProtos[0]
		}
		for name, text := range want {
			if got := found[name]; got.text != text {
				t.Errorf("%s is %q, want %q", name, got.text, text)
			}
		}
		if got := found["req.ssl_hello_type"]; got.number != 1 {
			t.Errorf("no hello: %v", got)
		}
	})
}

// oneRecord tells whether a hello is in the first record as a whole, as HAProxy
// wants it.
func oneRecord(b []byte) bool {
	if len(b) < 9 || b[1] != 3 {
		return false
	}
	record, message := int(b[3])<<8|int(b[4]), int(b[6])<<16|int(b[7])<<8|int(b[8])
	return message+4 <= record && len(b) >= 5+record
}

// wireOf is a connection on which bytes have come, and nothing more does.
type wireOf struct {
	net.Conn
	*bytes.Reader
}

func (w wireOf) Read(p []byte) (int, error)  { return w.Reader.Read(p) }
func (w wireOf) Write(p []byte) (int, error) { return len(p), nil }

// readHello has crypto/tls read a hello, nil where it is none to it.
func readHello(b []byte) (info *tls.ClientHelloInfo) {
	enough := errors.New("enough")
	tls.Server(wireOf{Reader: bytes.NewReader(b)}, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		info = h
		return nil, enough
	}}).Handshake()
	return info
}

func TestWaiting(t *testing.T) {
	if p, found, wants := look(t, "req.len", []byte("abc"), false); !found || p.Int != 3 || !wants {
		t.Errorf("req.len: %d %v %v", p.Int, found, wants)
	}
	if _, found, wants := look(t, "wait_end", nil, false); found || !wants {
		t.Errorf("wait_end is %v and wants %v", found, wants)
	}
	if _, found, _ := look(t, "wait_end", nil, true); !found {
		t.Error("wait_end is false at the end")
	}
	if _, found, wants := look(t, "req.proto_http", []byte("GET / HT"), false); found || !wants {
		t.Errorf("req.proto_http is %v and wants %v", found, wants)
	}
	if _, found, _ := look(t, "req.proto_http", []byte("GET / HTTP/1.0\r\n\r\n"), false); !found {
		t.Error("req.proto_http does not recognise a request")
	}
}
