package conn

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"testing"
	"time"
	"unsafe"
)

func serverConfig(t *testing.T) *tls.Config {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)},
		&x509.Certificate{}, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// secured gives a connection and a peer that have shaken hands.
func secured(t *testing.T, version uint16) (*Conn, *tls.Conn) {
	t.Helper()
	c, p := pair(t)
	peer := tls.Client(p, &tls.Config{InsecureSkipVerify: true, MaxVersion: version, DynamicRecordSizingDisabled: true})
	done := make(chan error, 1)
	go func() { done <- peer.Handshake() }()
	if err := c.ServeTLS(context.Background(), serverConfig(t), nil); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return c, peer
}

// TestTLSBulk: more than fits anywhere goes through in both directions at once.
func TestTLSBulk(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		c, peer := secured(t, version)
		data := make([]byte, 3<<20+17)
		rand.Read(data)
		go func() {
			peer.Write(data)
			peer.CloseWrite()
		}()
		var echo Task
		echo.Go(func() {
			p := make([]byte, 5000)
			for {
				n, err := c.Read(p)
				c.Write(p[:n])
				if err != nil {
					c.CloseWrite()
					return
				}
			}
		})
		got, err := io.ReadAll(peer)
		echo.Join()
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("version %x: %d of %d bytes, %v", version, len(got), len(data), err)
		}
	}
}

// TestTLSPending: bytes that were decrypted but not read make the connection
// readable; with none it is not.
func TestTLSPending(t *testing.T) {
	c, peer := secured(t, tls.VersionTLS13)
	peer.Write([]byte("hello"))
	p := make([]byte, 2)
	for _, want := range []string{"he", "ll", "o"} {
		if err := c.WaitReadable(); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Read(p); err != nil || string(p[:n]) != want {
			t.Fatalf("%q %v", p[:n], err)
		}
	}
	c.SetReadTimeout(20 * time.Millisecond)
	if err := c.WaitReadable(); err != ErrTimeout {
		t.Fatal(err)
	}
}

// TestTLSWritev: pieces arrive whole and in order, small ones in one record.
func TestTLSWritev(t *testing.T) {
	for _, size := range []int{0, 1, 5000, maxPlain, maxChunk, 3*maxChunk + 1} {
		c, peer := secured(t, tls.VersionTLS13)
		a, b, d := []byte("head"), bytes.Repeat([]byte{'x'}, size), []byte("tail")
		want := append(append(append([]byte(nil), a...), b...), d...)
		got := make([]byte, len(want))
		done := make(chan int, 1)
		go func() {
			n, _ := io.ReadFull(peer, got)
			done <- n
		}()
		if n, err := c.Writev(a, b, d); n != len(want) || err != nil {
			t.Fatal(size, n, err)
		}
		if n := <-done; n != len(want) || !bytes.Equal(got, want) {
			t.Fatal(size, n)
		}
	}
	c, peer := secured(t, tls.VersionTLS13)
	c.Writev([]byte("a"), []byte("b"), []byte("c"))
	if n, _ := peer.Read(make([]byte, 10)); n != 3 {
		t.Fatal("not one record:", n)
	}
}

// TestTLSInterrupt: an interrupted read can go on after Resume.
func TestTLSInterrupt(t *testing.T) {
	c, peer := secured(t, tls.VersionTLS13)
	c.Interrupt()
	p := make([]byte, 10)
	if _, err := c.Read(p); Cause(err) != ErrAborted {
		t.Fatal(err)
	}
	c.Resume()
	peer.Write([]byte("on"))
	if n, err := c.Read(p); err != nil || string(p[:n]) != "on" {
		t.Fatalf("%q %v", p[:n], err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := peer.Read(p); n != 0 || err != io.EOF {
		t.Fatal("no goodbye:", n, err)
	}
}

// TestTLSEnd: the peer's end, announced or not, is an end of stream.
func TestTLSEnd(t *testing.T) {
	for _, polite := range []bool{true, false} {
		c, peer := secured(t, tls.VersionTLS13)
		if polite {
			peer.Close()
		} else {
			peer.NetConn().Close()
		}
		if n, err := c.Read(make([]byte, 10)); n != 0 || err != io.EOF {
			t.Fatal(polite, n, err)
		}
	}
}

// TestTLSAllocs: crypto/tls allocates a small reader for each record that it gets,
// here one at either end. Nothing else is allocated.
func TestTLSAllocs(t *testing.T) {
	c, peer := secured(t, tls.VersionTLS13)
	in, out := make([]byte, 100), make([]byte, 100)
	allocs(t, "a message each way", 2, func() {
		c.Writev(out[:40], nil, out[40:])
		io.ReadFull(peer, in)
		peer.Write(in)
		c.WaitReadable()
		for done := 0; done < len(in); {
			n, err := c.Read(in[done:])
			if err != nil {
				t.Fatal(err)
			}
			done += n
		}
	})
}

// heldConn collects what is written while hold is set.
type heldConn struct {
	net.Conn
	hold bool
	out  []byte
}

func (h *heldConn) Write(p []byte) (int, error) {
	if !h.hold {
		return h.Conn.Write(p)
	}
	h.out = append(h.out, p...)
	return len(p), nil
}

// TestTLSReadMore: a bulk read takes all records that are there, and does not wait
// for the end of one that is not.
func TestTLSReadMore(t *testing.T) {
	c, p := pair(t)
	held := &heldConn{Conn: p}
	peer := tls.Client(held, &tls.Config{InsecureSkipVerify: true})
	done := make(chan error, 1)
	go func() { done <- peer.Handshake() }()
	if err := c.ServeTLS(context.Background(), serverConfig(t), nil); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	held.hold = true
	for _, s := range []string{"one ", "two ", "three ", "four"} {
		peer.Write([]byte(s))
	}
	for _, missing := range []int{10, 24} { // the end of a record, and its header too
		cut := len(held.out) - missing
		p.Write(held.out[:cut])
		got, err := c.readPooled(Wide, 1<<20)
		if err != nil || string(got) != "one two three " {
			t.Fatalf("%d missing: %q %v", missing, got, err)
		}
		Wide.Put(got)
		p.Write(held.out[cut:])
		if got, err = c.readPooled(Wide, 1<<20); err != nil || string(got) != "four" {
			t.Fatalf("%d missing, then: %q %v", missing, got, err)
		}
		Wide.Put(got)
		held.out = nil
		for _, s := range []string{"one ", "two ", "three ", "four"} {
			peer.Write([]byte(s))
		}
	}
}

// TestTLSCopy: a body from one TLS connection to another arrives whole, whatever
// the buffers change to on the way.
func TestTLSCopy(t *testing.T) {
	for _, size := range []int64{100, 40_000, 3<<20 + 17} {
		src, from := secured(t, tls.VersionTLS13)
		dst, to := secured(t, tls.VersionTLS12)
		data := make([]byte, size)
		rand.Read(data)
		go from.Write(data)
		got := make([]byte, size)
		done := make(chan error, 1)
		go func() {
			_, err := io.ReadFull(to, got)
			done <- err
		}()
		buf := NewBuffers(0)
		if n, rerr, werr := Copy(dst, src, size, SpliceAuto, buf); n != size || rerr != nil || werr != nil {
			t.Fatal(size, n, rerr, werr)
		}
		if err := <-done; err != nil || !bytes.Equal(got, data) {
			t.Fatal(size, err)
		}
	}
}

// TestTLSShed: an idle connection holds no large buffer, and what has come but was
// not read stays.
func TestTLSShed(t *testing.T) {
	if !tlsFields.known {
		t.Fatal("crypto/tls has changed: its buffers are not where they were")
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		c, peer := secured(t, version)
		size := func() int {
			at := unsafe.Pointer(c.TLS())
			raw, hand := (*bytes.Buffer)(unsafe.Add(at, tlsFields.raw)), (*bytes.Buffer)(unsafe.Add(at, tlsFields.hand))
			return raw.Cap() + hand.Cap()
		}
		big := bytes.Repeat([]byte("0123456789"), 1000)
		p := make([]byte, len(big))
		for range 2 {
			peer.Write(big)
			if n, err := c.Read(p[:10]); n != 10 || err != nil {
				t.Fatal(n, err)
			}
			c.Shed() // in the middle of a record: nothing happens
			if _, err := io.ReadFull(c, p[10:]); err != nil || !bytes.Equal(p, big) {
				t.Fatal("something was lost", err)
			}
			if size() < len(big) {
				t.Fatal("nothing to give back")
			}
			c.Shed()
			if n := size(); n > keepRaw {
				t.Fatalf("holds %d bytes", n)
			}
		}
		c.Write([]byte("still there"))
		if n, err := peer.Read(p); string(p[:n]) != "still there" {
			t.Fatal(err)
		}
	}
}
