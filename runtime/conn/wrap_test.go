package conn

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"
)

// TestWrapTLS: crypto/tls works on top of a connection, with its timeouts.
func TestWrapTLS(t *testing.T) {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)},
		&x509.Certificate{}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	c, p := pair(t)
	c.Wrap(func(n net.Conn) net.Conn { return tls.Server(n, config) })
	peer := tls.Client(p, &tls.Config{InsecureSkipVerify: true})
	go peer.Write([]byte("hello"))
	b := make([]byte, 100)
	if err := c.WaitReadable(); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(b); err != nil || string(b[:n]) != "hello" {
		t.Fatalf("%q %v", b[:n], err)
	}
	if _, err := c.Writev([]byte("ab"), nil, []byte("cd")); err != nil {
		t.Fatal(err)
	}
	if got := make([]byte, 4); readAtLeast(peer, got) != "abcd" {
		t.Fatalf("%q", got)
	}
	// A read that times out can be tried again.
	c.SetReadTimeout(20 * time.Millisecond)
	if _, err := c.Read(b); Cause(err) != ErrTimeout {
		t.Fatal(err)
	}
	peer.Write([]byte("more"))
	if n, err := c.Read(b); err != nil || string(b[:n]) != "more" {
		t.Fatalf("%q %v", b[:n], err)
	}
	if c.BytesIn() <= 9 {
		t.Fatal("the counters are those of the socket, not of the layer:", c.BytesIn())
	}
	c.CloseWrite()
	if n, err := peer.Read(b); n != 0 || err == nil {
		t.Fatal("no end of stream", n, err)
	}
}

func readAtLeast(c net.Conn, p []byte) string {
	n := 0
	for n < len(p) {
		k, err := c.Read(p[n:])
		if n += k; err != nil {
			break
		}
	}
	return string(p[:n])
}
