// Package testpki makes the certificates that tests need.
package testpki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Write fills a directory. The files of certificates hold the key too.
//
//	ca.pem        the CA                          other-ca.pem  a stranger to it
//	site.pem      site.test, www.site.test, RSA
//	site-ec.pem   the same with ECDSA
//	wild.pem      *.wild.test                     client.pem    a client
//	expired.pem   a client of last year           future.pem    one of next year
//	revoked.pem   a client, listed in crl.pem     stranger.pem  of the other CA
//	certs/        two of them                     crt-list.txt  a list
//	bundle.rsa and bundle.ecdsa                   ca-key.pem    CA and its key
//	tickets.txt   three ticket keys                  stapled.pem   a site with .issuer and .ocsp beside it
//	ocsp-*.txt    responses about stapled.pem in base64: good, revoked, and useless ones
func Write(dir string) error {
	w := &writer{dir: dir, serial: 4096}
	ca := w.authority("ca.pem", "Test CA")
	other := w.authority("other-ca.pem", "Other CA")
	now := time.Now().Truncate(time.Second)
	year := 365 * 24 * time.Hour
	from, to := now.Add(-time.Hour), now.Add(year)
	w.issue("site.pem", ca, rsaKey(), subject("site.test"), from, to, "site.test", "www.site.test")
	w.issue("site-ec.pem", ca, ecKey(), subject("site.test"), from, to, "site.test", "www.site.test")
	w.issue("wild.pem", ca, ecKey(), subject("*.wild.test"), from, to, "*.wild.test")
	name := pkix.Name{Country: []string{"DE"}, Organization: []string{"Some, Org"}, OrganizationalUnit: []string{"A", "B"}, CommonName: "client one"}
	w.issue("client.pem", ca, ecKey(), name, from, to)
	w.issue("expired.pem", ca, ecKey(), subject("expired"), now.Add(-2*year), now.Add(-year))
	w.issue("future.pem", ca, ecKey(), subject("future"), now.Add(year), now.Add(2*year))
	revoked := w.issue("revoked.pem", ca, ecKey(), subject("revoked"), from, to)
	w.issue("stranger.pem", other, ecKey(), subject("stranger"), from, to)
	w.revoke("crl.pem", ca, revoked, now)
	for to, from := range map[string]string{"certs/a.pem": "site.pem", "certs/b.pem": "wild.pem", "bundle.rsa": "site.pem", "bundle.ecdsa": "site-ec.pem"} {
		w.copy(to, from)
	}
	w.write("crt-list.txt", filepath.Join(dir, "site.pem")+"\n# comment\n\n"+filepath.Join(dir, "wild.pem")+" [alpn http/1.1] *.wild.test !not.wild.test\n")
	stapled := w.issue("stapled.pem", ca, ecKey(), subject("stapled.test"), from, to, "stapled.test")
	w.copy("stapled.pem.issuer", "ca.pem")
	w.write("stapled.pem.ocsp", w.respond(ca, stapled, ocsp.Response{Status: ocsp.Good, ThisUpdate: now, NextUpdate: to}))
	for name, r := range map[string]ocsp.Response{
		"good":    {Status: ocsp.Good, ThisUpdate: now, NextUpdate: to},
		"revoked": {Status: ocsp.Revoked, ThisUpdate: now, NextUpdate: to, RevokedAt: now, RevocationReason: ocsp.KeyCompromise},
		"endless": {Status: ocsp.Good, ThisUpdate: now},
		"expired": {Status: ocsp.Good, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(-10 * time.Minute)},
		"unknown": {Status: ocsp.Unknown, ThisUpdate: now, NextUpdate: to},
	} {
		w.write("ocsp-"+name+".txt", base64.StdEncoding.EncodeToString([]byte(w.respond(ca, stapled, r)))+"\n")
	}
	w.write("ca-key.pem", w.read("ca.pem")+encode(ca.key))
	var keys strings.Builder
	for i := range 3 {
		keys.WriteString(ticketKey(byte(i)) + "\n")
	}
	w.write("tickets.txt", keys.String())
	return w.err
}

// ticketKey is 48 bytes in base64.
func ticketKey(n byte) string {
	return strings.Repeat(string([]byte{'A' + n, 'B', 'C', 'D'}), 16)
}

type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

type writer struct {
	dir    string
	serial int64
	err    error
}

func subject(name string) pkix.Name { return pkix.Name{CommonName: name} }

func ecKey() crypto.Signer {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

func rsaKey() crypto.Signer {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

func encode(key crypto.Signer) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func (w *writer) authority(file, name string) authority {
	a := authority{key: ecKey()}
	t := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: subject(name), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, NotBefore: time.Now().Add(-3 * 365 * 24 * time.Hour), NotAfter: time.Now().Add(10 * 365 * 24 * time.Hour),
	}
	a.cert = w.sign(file, t, t, a.key, a.key, "")
	return a
}

func (w *writer) issue(file string, ca authority, key crypto.Signer, name pkix.Name, from, to time.Time, hosts ...string) *x509.Certificate {
	w.serial++
	t := &x509.Certificate{
		SerialNumber: big.NewInt(w.serial), Subject: name, DNSNames: hosts, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	return w.sign(file, t, ca.cert, key, ca.key, encode(key))
}

func (w *writer) sign(file string, t, parent *x509.Certificate, key, by crypto.Signer, more string) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, t, parent, key.Public(), by)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	w.write(file, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))+more)
	return c
}

func (w *writer) revoke(file string, ca authority, c *x509.Certificate, now time.Time) {
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(365 * 24 * time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: c.SerialNumber, RevocationTime: now.Add(-time.Hour)}},
	}, ca.cert, ca.key)
	if err != nil {
		panic(err)
	}
	w.write(file, string(pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})))
}

// respond makes an OCSP response about a certificate.
func (w *writer) respond(ca authority, c *x509.Certificate, r ocsp.Response) string {
	r.SerialNumber = c.SerialNumber
	der, err := ocsp.CreateResponse(ca.cert, ca.cert, r, ca.key)
	if err != nil {
		panic(err)
	}
	return string(der)
}

func (w *writer) write(file, text string) {
	path := filepath.Join(w.dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil && w.err == nil {
		w.err = err
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *writer) read(file string) string {
	b, err := os.ReadFile(filepath.Join(w.dir, file))
	if err != nil && w.err == nil {
		w.err = err
	}
	return string(b)
}

func (w *writer) copy(to, from string) { w.write(to, w.read(from)) }
