package conn

import (
	"bytes"
	"context"
	"crypto/tls"
	"testing"
)

// oneByOne has its reader get a byte at a time.
type oneByOne struct{ *heldConn }

func (o oneByOne) Write(p []byte) (int, error) {
	for i := range p {
		if _, err := o.heldConn.Write(p[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(p), nil
}

// TestHellos: both hellos are seen, in pieces too, and also where the server asks
// for a second hello; nothing that comes later is taken for one.
func TestHellos(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, curves := range [][]tls.CurveID{nil, {tls.CurveP384}} {
			c, p := pair(t)
			var log bytes.Buffer
			peer := tls.Client(oneByOne{&heldConn{Conn: p}}, &tls.Config{InsecureSkipVerify: true, MaxVersion: version, KeyLogWriter: &log})
			done := make(chan error, 1)
			go func() { done <- peer.Handshake() }()
			config := serverConfig(t)
			config.CurvePreferences = curves
			var h Hellos
			if err := c.ServeTLS(context.Background(), config, &h); err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			random := bytes.Fields(log.Bytes())[1]
			if got := appendLowerHex(h.Client[:]); !bytes.Equal(got, random) {
				t.Errorf("%x: the client's hello has %s, want %s", version, got, random)
			}
			if h.Server == [32]byte{} || h.Server == retryRandom {
				t.Errorf("%x: the server's hello has %x", version, h.Server)
			}
			if want := map[uint16]int{tls.VersionTLS12: 0, tls.VersionTLS13: 32}[version]; len(h.ID) != want {
				t.Errorf("%x: session ID %x", version, h.ID)
			}
		}
	}
}

func appendLowerHex(p []byte) (b []byte) {
	for _, c := range p {
		b = append(b, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
	}
	return b
}
