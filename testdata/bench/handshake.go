package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// certificates makes the certificates of the TLS rows: rsa.pem and p256.pem with
// their keys.
func (b *bench) certificates() error {
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	for name, key := range map[string]any{"rsa.pem": r, "p256.pem": e} {
		var public any = &r.PublicKey
		if key == any(e) {
			public = &e.PublicKey
		}
		cert := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bench.example"}, DNSNames: []string{"bench.example"},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		}
		der, err := x509.CreateCertificate(rand.Reader, cert, cert, public, key)
		if err != nil {
			return err
		}
		private, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return err
		}
		text := slices.Concat(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
			pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
		if err := os.WriteFile(filepath.Join(b.dir, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// clientTLS is what a client of the TLS rows wants. X25519 alone is offered because
// OpenSSL 3.0 lacks the hybrid exchange that Go would take, which costs more.
func clientTLS() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, ServerName: "bench.example", CurvePreferences: []tls.CurveID{tls.X25519},
	}
}

// handshakes is a load of n clients of which each connects, does a handshake, has a
// request answered, closes, and begins anew; with resume, it resumes the session.
func handshakes(n int, resume bool) load {
	return workers(n, func(t *target) (func() (int64, error), func(), error) {
		conf := clientTLS()
		if resume {
			conf.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			// The first handshake is a full one.
			if _, err := handshake(t.port, conf, false); err != nil {
				return nil, nil, err
			}
		}
		return func() (int64, error) { return handshake(t.port, conf, resume) }, func() {}, nil
	})
}

func handshake(port int, conf *tls.Config, resumed bool) (int64, error) {
	raw, err := dial(port)
	if err != nil {
		return 0, err
	}
	defer raw.Close()
	c := tls.Client(raw, conf)
	if err := c.Handshake(); err != nil {
		return 0, err
	}
	if s := c.ConnectionState(); s.DidResume != resumed {
		return 0, fmt.Errorf("a session was resumed: %v; wanted: %v", s.DidResume, resumed)
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: bench.example\r\n\r\n"); err != nil {
		return 0, err
	}
	p := make([]byte, 4096)
	k, err := c.Read(p)
	if err != nil {
		return 0, err
	}
	return int64(k), nil
}
