package rsasign

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gohap/runtime/internal/peer"
)

// counting counts signatures.
type counting struct {
	crypto.Signer
	n int
}

func (c *counting) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	c.n++
	sig, err := c.Signer.(*signer).sign(random, digest, opts)
	return sig, err
}

// certificate is one that the key has signed itself.
func certificate(t *testing.T, key crypto.Signer) *x509.Certificate {
	t.Helper()
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "rsa.example"}, DNSNames: []string{"rsa.example"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestHandshake has crypto/tls on both sides, in all the ways in which it uses RSA
// keys.
func TestHandshake(t *testing.T) {
	k := wrapped(t, random2048())
	c := certificate(t, k)
	roots := x509.NewCertPool()
	roots.AddCert(c)
	for name, config := range map[string]*tls.Config{
		"1.2":       {MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12},
		"1.2, RSA":  {MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}},
		"1.3":       {MinVersion: tls.VersionTLS13},
		"1.3, both": {MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAndVerifyClientCert},
	} {
		server := config.Clone()
		key := &counting{Signer: k}
		want := 1
		if config.CipherSuites != nil {
			// The key decrypts, and signs nothing.
			server.Certificates = []tls.Certificate{{Certificate: [][]byte{c.Raw}, PrivateKey: k}}
			want = 0
		} else {
			server.Certificates = []tls.Certificate{{Certificate: [][]byte{c.Raw}, PrivateKey: key}}
		}
		server.ClientCAs = roots
		client := config.Clone()
		client.RootCAs, client.ServerName = roots, "rsa.example"
		if config.ClientAuth != 0 {
			client.Certificates = []tls.Certificate{{Certificate: [][]byte{c.Raw}, PrivateKey: k}}
		}
		a, b := net.Pipe()
		a.SetDeadline(time.Now().Add(time.Minute))
		b.SetDeadline(time.Now().Add(time.Minute))
		failed := make(chan error, 1)
		s := tls.Server(a, server)
		go func() { failed <- s.Handshake() }()
		if err := tls.Client(b, client).Handshake(); err != nil {
			t.Errorf("%s: %v", name, err)
			b.Close()
		}
		if err := <-failed; err != nil {
			t.Errorf("%s, server: %v", name, err)
		}
		if key.n != want {
			t.Errorf("%s: %d signatures", name, key.n)
		}
	}
}

// TestOpenSSL has openssl's client verify a server's certificate and signatures, with
// the schemes that there are.
func TestOpenSSL(t *testing.T) {
	k := wrapped(t, keys()["2048, first low"])
	openssl := peer.Need(t, "openssl")
	c := certificate(t, k)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), 0o644); err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{c.Raw}, PrivateKey: k}}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if c.(*tls.Conn).Handshake() == nil {
					c.Write([]byte("hello\n"))
				}
			}()
		}
	}()
	for _, args := range []string{
		"-tls1_3 -sigalgs rsa_pss_rsae_sha256", "-tls1_3 -sigalgs rsa_pss_rsae_sha384", "-tls1_3 -sigalgs rsa_pss_rsae_sha512",
		"-tls1_2 -sigalgs RSA-PSS+SHA256", "-tls1_2 -sigalgs RSA+SHA256", "-tls1_2 -sigalgs RSA+SHA384", "-tls1_2 -sigalgs RSA+SHA512",
	} {
		cmd := exec.Command(openssl, append(strings.Fields("s_client -ign_eof -verify_return_error -servername rsa.example -CAfile "+file+" -connect "+l.Addr().String()), strings.Fields(args)...)...)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "hello") || !strings.Contains(string(out), "Verify return code: 0 (ok)") {
			t.Errorf("%s: %v\n%s", args, err, out)
		}
	}
}

// TestX509 signs certificates, as generate-certificates does.
func TestX509(t *testing.T) {
	k := wrapped(t, random2048())
	c := certificate(t, k)
	if err := c.CheckSignatureFrom(c); err != nil {
		t.Error(err)
	}
	if !k.Public().(*rsa.PublicKey).Equal(c.PublicKey) {
		t.Error("another key")
	}
}
