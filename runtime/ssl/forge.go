package ssl

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"

	"gohap/runtime/certs"
)

// Forger makes certificates for the names that clients ask for, where no other
// has them ("generate-certificates").
type Forger struct {
	// CA signs them.
	CA *certs.Pair
	// Max bounds how many are kept.
	Max int

	mu    sync.Mutex
	made  map[string]*choice
	order []string // the oldest first
}

// forged returns the configuration for a name, modelled after another one, nil
// where that fails.
func (f *Forger) forged(name string, like *choice) *choice {
	f.mu.Lock()
	c := f.made[name]
	f.mu.Unlock()
	if c != nil {
		return c
	}
	pair, err := f.forge(name, like.pair)
	if err != nil {
		return nil
	}
	c = &choice{pair: pair, settings: like.settings, config: like.config.Clone()}
	c.config.Certificates = []tls.Certificate{pair.TLS}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.made == nil {
		f.made = map[string]*choice{}
	}
	if f.made[name] == nil {
		f.order = append(f.order, name)
	}
	f.made[name] = c
	for len(f.order) > max(f.Max, 1) {
		delete(f.made, f.order[0])
		f.order = f.order[1:]
	}
	return c
}

// forge makes a certificate with the key of another.
func (f *Forger) forge(name string, like *certs.Pair) (*certs.Pair, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: now, NotAfter: now.Add(365 * 24 * time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, f.CA.Leaf(), like.Key.Public(), f.CA.Key)
	if err != nil {
		return nil, err
	}
	return certs.FromDER(name, der, like.Key)
}
