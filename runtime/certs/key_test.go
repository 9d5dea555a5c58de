package certs

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gohap/runtime/rsasign"
)

// TestRSAKey loads a key in the two forms that RSA keys are kept in, and replaces it:
// it signs by package rsasign where the processor is for that.
func TestRSAKey(t *testing.T) {
	dir := files(t)
	text, err := os.ReadFile(filepath.Join(dir, "bundle.rsa"))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(text, []byte("-----BEGIN PRIVATE KEY"))
	block, _ := pem.Decode(text[at:])
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key := parsed.(*rsa.PrivateKey)
	old := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	pkcs1 := filepath.Join(dir, "pkcs1.pem")
	if err := os.WriteFile(pkcs1, append(bytes.Clone(text[:at]), old...), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &Rules{}
	pair, err := r.Load(pkcs1)
	if err != nil {
		t.Fatal(err)
	}
	checkRSA(t, pair, key)
	if pair, err = r.Load(filepath.Join(dir, "bundle.rsa")); err != nil {
		t.Fatal(err)
	}
	checkRSA(t, pair, key)
	if pair, err = r.Replace(pair.Name, "key", old, pair); err == nil {
		err = pair.Complete()
	}
	if err != nil {
		t.Fatal(err)
	}
	checkRSA(t, pair, key)
}

// checkRSA has a pair of an RSA key sign, decrypt and take part in a handshake.
func checkRSA(t *testing.T, p *Pair, key *rsa.PrivateKey) {
	t.Helper()
	if _, plain := p.Key.(*rsa.PrivateKey); plain == rsasign.Supported() {
		t.Errorf("the key is a %T", p.Key)
	}
	if _, ok := p.Key.(crypto.Decrypter); !ok || p.Kind() != RSA || !key.PublicKey.Equal(p.Key.Public()) {
		t.Errorf("kind %v", p.Kind())
	}
	digest := sha256.Sum256(nil)
	sig, err := p.Key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if want, _ := key.Sign(nil, digest[:], crypto.SHA256); err != nil || !bytes.Equal(sig, want) {
		t.Errorf("signature %x, %v; want %x", sig, err, want)
	}
	a, b := net.Pipe()
	a.SetDeadline(time.Now().Add(time.Minute))
	b.SetDeadline(time.Now().Add(time.Minute))
	served := make(chan error, 1)
	go func() { served <- tls.Server(a, &tls.Config{Certificates: []tls.Certificate{p.TLS}}).Handshake() }()
	// Who signed the certificate is not what this is about.
	if err := tls.Client(b, &tls.Config{InsecureSkipVerify: true}).Handshake(); err != nil {
		t.Error(err)
		b.Close()
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
