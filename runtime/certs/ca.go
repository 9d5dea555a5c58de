package certs

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
)

// SystemCA is the name that stands for the system's CA certificates.
const SystemCA = "@system-ca"

// CA is a file of CA certificates, or of revocation lists, or of both.
type CA struct {
	Name    string
	content atomic.Pointer[Authorities]
}

// Authorities is what a CA file holds. It never changes.
type Authorities struct {
	Certs []*x509.Certificate
	CRLs  []*x509.RevocationList
	// Pool holds the certificates; it is the system's for SystemCA.
	Pool *x509.CertPool
}

// Content is what the file holds now.
func (c *CA) Content() *Authorities { return c.content.Load() }

// Set replaces what the file holds.
func (c *CA) Set(a *Authorities) { c.content.Store(a) }

// ParseAuthorities reads CA certificates and revocation lists.
func ParseAuthorities(data []byte) (*Authorities, error) {
	a := &Authorities{Pool: x509.NewCertPool()}
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil {
			break
		}
		switch b.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
			// One odd certificate of a bundle must not cost the others.
			if c, err := x509.ParseCertificate(b.Bytes); err == nil {
				a.add(c)
			}
		case "X509 CRL":
			l, err := x509.ParseRevocationList(b.Bytes)
			if err != nil {
				return nil, err
			}
			a.CRLs = append(a.CRLs, l)
		}
	}
	if len(a.Certs)+len(a.CRLs) == 0 {
		return nil, fmt.Errorf("no certificate or crl found")
	}
	return a, nil
}

func (a *Authorities) add(c *x509.Certificate) {
	a.Certs = append(a.Certs, c)
	a.Pool.AddCert(c)
}

// CA loads a file of CA certificates or revocation lists, or all files of a
// directory, or returns what was loaded before. The error is what HAProxy says
// first; the caller adds which option it was.
func (s *Store) CA(name string) (*CA, error) {
	if ca := s.FindCA(name); ca != nil {
		return ca, nil
	}
	a, err := readAuthorities(name)
	if err != nil {
		return nil, fmt.Errorf("Couldn't open the ca-file '%s' (%s).", name, err)
	}
	ca := &CA{Name: name}
	ca.Set(a)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cas[name] = ca
	return ca, nil
}

func readAuthorities(name string) (*Authorities, error) {
	if name == SystemCA {
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, err
		}
		return &Authorities{Pool: pool}, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%s", strerror(err))
	}
	if info.IsDir() {
		return readDirectory(name)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s", strerror(err))
	}
	return ParseAuthorities(data)
}

// readDirectory adds up the files of a directory that hold certificates.
func readDirectory(dir string) (*Authorities, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%s", strerror(err))
	}
	all := &Authorities{Pool: x509.NewCertPool()}
	for _, e := range entries {
		switch filepath.Ext(e.Name()) {
		case ".pem", ".crt", ".cer", ".crl":
		default:
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		if a, err := ParseAuthorities(data); err == nil {
			for _, c := range a.Certs {
				all.add(c)
			}
			all.CRLs = append(all.CRLs, a.CRLs...)
		}
	}
	return all, nil
}

// FindCA returns a file that was loaded, nil without.
func (s *Store) FindCA(name string) *CA {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cas[name]
}

// CAs are all files of CA certificates and revocation lists, by name.
func (s *Store) CAs() []*CA {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sorted(s.cas)
}

// Count is how many CA certificates there are.
func (a *Authorities) Count() int {
	if len(a.Certs) > 0 || a.Pool == nil {
		return len(a.Certs)
	}
	//lint:ignore SA1019 what it does not count are the system's, which nobody named here
	return len(a.Pool.Subjects())
}

// NewCA makes an empty file; false if the name is taken.
func (s *Store) NewCA(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cas[name] != nil {
		return false
	}
	ca := &CA{Name: name}
	ca.Set(&Authorities{Pool: x509.NewCertPool()})
	s.cas[name] = ca
	return true
}

// DeleteCA removes a file, which nothing may use.
func (s *Store) DeleteCA(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cas, name)
}
