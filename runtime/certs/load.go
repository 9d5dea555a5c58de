package certs

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

var oidCommonName = asn1.ObjectIdentifier{2, 5, 4, 3}

// Extras is a set of the files beside a certificate that are loaded with it
// ("ssl-load-extra-files").
type Extras uint8

// The extra files. Bundle stands for certificates of several kinds of keys under
// one name.
const (
	Bundle Extras = 1 << iota
	SCTL
	OCSP
	Issuer
	Key

	AllExtras = Bundle | SCTL | OCSP | Issuer | Key
)

// Rules say how certificates are found and loaded.
type Rules struct {
	Extras Extras
	// DelExt looks for extra files without the extension of the certificate's
	// file ("ssl-load-extra-del-ext").
	DelExt bool
	// Chains holds certificates that complete chains, from "issuers-chain-path".
	Chains []*x509.Certificate
	// SkipSelfIssued leaves self-issued CAs out of completed chains
	// ("ssl-skip-self-issued-ca").
	SkipSelfIssued bool
	// Passphrase decrypts private keys; without one those that are encrypted do not
	// count.
	Passphrase string
	// Warn hears of what is wrong but no obstacle.
	Warn func(string)
}

// bundled are the endings of the files of a bundle.
var bundled = []string{".dsa", ".ecdsa", ".rsa"}

// beside is the name of an extra file.
func (r *Rules) beside(name, ext string) string {
	if r.DelExt {
		switch old := filepath.Ext(name); old {
		case ".crt":
			name = strings.TrimSuffix(name, old)
		}
	}
	return name + ext
}

// Load reads the certificate of a file and what belongs to it. Errors are in
// HAProxy's words.
func (r *Rules) Load(name string) (*Pair, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("unable to load certificate from file '%s'.", name)
	}
	p := &Pair{Name: name}
	if err := p.parse(data, r.Passphrase); err != nil {
		return nil, err
	}
	if p.Key == nil {
		if err := r.loadKey(p); err != nil {
			return nil, err
		}
	}
	if err := r.loadExtras(p); err != nil {
		return nil, err
	}
	return p, r.finish(p)
}

// SplitKind splits the ending off the name of one of the files of a certificate,
// which the runtime API replaces by itself: "key", "ocsp", "sctl" or "issuer".
func SplitKind(name string) (base, kind string) {
	for _, k := range []string{".key", ".ocsp", ".sctl", ".issuer"} {
		if b, ok := strings.CutSuffix(name, k); ok {
			return b, k[1:]
		}
	}
	return name, ""
}

// Replace makes a pair of old, which may be nil, with one of its files replaced:
// the certificate itself, with its key, where kind is "". It is not checked yet
// whether its parts belong together.
func (r *Rules) Replace(name, kind string, data []byte, old *Pair) (*Pair, error) {
	p := &Pair{Name: name}
	if old != nil {
		*p = *old
	}
	switch kind {
	case "key":
		_, key, err := readPEM(data, "")
		if err != nil || key == nil {
			return nil, fmt.Errorf("unable to load private key from file '%s'.", name)
		}
		p.Key = key
	case "issuer":
		chain, _, err := readPEM(data, "")
		if err != nil || len(chain) == 0 {
			return nil, fmt.Errorf("unable to load issuer from file '%s'.", name)
		}
		p.Issuer = chain[0]
	case "ocsp":
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(data)), ""))
		if err == nil {
			err = CheckOCSP(p, b)
		}
		if err != nil {
			return nil, err
		}
		p.OCSP = b
	case "sctl":
		if splitSCTL(data) == nil {
			return nil, fmt.Errorf("unable to load SCTL from file '%s'.", name)
		}
		p.SCTL = data
	default:
		key := p.Key
		if err := p.parse(data, ""); err != nil {
			return nil, err
		}
		if p.Key == nil {
			p.Key = key
		}
		if p.Key == nil {
			return nil, fmt.Errorf("No Private Key found in '%s'.", name)
		}
		if p.OCSP != nil && CheckOCSP(p, p.OCSP) != nil {
			p.OCSP = nil // that of the certificate before
		}
		p.Issuer = nil
		r.complete(p)
	}
	return p, nil
}

func (p *Pair) parse(data []byte, pass string) (err error) {
	p.Chain, p.Key, err = readPEM(data, pass)
	if err == errPassphrase {
		return fmt.Errorf("unable to load private key from file '%s': %w", p.Name, err)
	}
	if err != nil || len(p.Chain) == 0 {
		return fmt.Errorf("unable to load certificate from file '%s'.", p.Name)
	}
	return nil
}

func (r *Rules) loadKey(p *Pair) error {
	if r.Extras&Key == 0 {
		return fmt.Errorf("No Private Key found in '%s'.", p.Name)
	}
	file := r.beside(p.Name, ".key")
	data, err := os.ReadFile(file)
	if err != nil {
		// HAProxy names the file that it looked for.
		return fmt.Errorf("No Private Key found in '%s'.", file)
	}
	if _, p.Key, err = readPEM(data, r.Passphrase); err != nil || p.Key == nil {
		return fmt.Errorf("\n  unable to load private key from file '%s'.\n   '%s' is present but cannot be read or parsed'.", file, file)
	}
	return nil
}

// maxExtra bounds the size of an extra file, as HAProxy's buffer does.
const maxExtra = 16 << 10

// loadExtras loads the files that stand beside a certificate.
func (r *Rules) loadExtras(p *Pair) error { return r.loadFiles(p, nil) }

// loadFiles is loadExtras with the names of files that have any other.
func (r *Rules) loadFiles(p *Pair, named map[Extras]string) error {
	for _, file := range named {
		if file == "" {
			continue
		}
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("unable to load '%s' : %s.", file, strerror(err))
		}
	}
	extra := func(kind Extras, ext string) (string, []byte) {
		file := named[kind]
		if file == "" {
			if r.Extras&kind == 0 {
				return "", nil
			}
			file = r.beside(p.Name, ext)
		}
		data, err := os.ReadFile(file)
		if err != nil || len(data) > maxExtra {
			return "", nil
		}
		return file, data
	}
	if file, data := extra(SCTL, ".sctl"); file != "" {
		if splitSCTL(data) == nil {
			return fmt.Errorf(" '%s.sctl' is present but cannot be read or parsed'.", file)
		}
		p.SCTL = data
	}
	if file, data := extra(Issuer, ".issuer"); file != "" && len(data) > 0 {
		chain, _, err := readPEM(data, "")
		if err != nil || len(chain) == 0 {
			return fmt.Errorf(" '%s' is present but cannot be read or parsed'.", file)
		}
		p.Issuer = chain[0]
	}
	if file, data := extra(OCSP, ".ocsp"); file != "" {
		p.OCSP = data
		r.complete(p)
		if p.Issuer == nil {
			return fmt.Errorf(" '%s' is present and activates OCSP but it is impossible to compute the OCSP certificate ID (maybe the issuer could not be found)'.", file)
		}
		if err := CheckOCSP(p, data); err != nil {
			r.warn("Loading: " + err.Error() + ". Content will be ignored.")
			p.OCSP = nil
		}
	}
	return nil
}

func (r *Rules) warn(text string) {
	if r.Warn != nil {
		r.Warn(text)
	}
}

// finish completes the chain and makes the pair ready.
func (r *Rules) finish(p *Pair) error {
	r.complete(p)
	return p.finish()
}

// complete adds the issuers that the file lacks, and finds the direct one.
func (r *Rules) complete(p *Pair) {
	if len(p.Chain) == 1 {
		for c := p.Leaf(); len(p.Chain) < 10; {
			i := slices.IndexFunc(r.Chains, func(o *x509.Certificate) bool { return issued(o, c) })
			if i < 0 || selfIssued(c) || r.SkipSelfIssued && selfIssued(r.Chains[i]) {
				break
			}
			c = r.Chains[i]
			p.Chain = append(p.Chain, c)
		}
	}
	for _, c := range p.Chain[1:] {
		if p.Issuer == nil && issued(c, p.Leaf()) {
			p.Issuer = c
		}
	}
}

func selfIssued(c *x509.Certificate) bool { return string(c.RawIssuer) == string(c.RawSubject) }

// issued tells whether ca signed c.
func issued(ca, c *x509.Certificate) bool {
	return string(ca.RawSubject) == string(c.RawIssuer) && ca.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// ReadChains reads the certificates of a directory ("issuers-chain-path").
func ReadChains(dir string) ([]*x509.Certificate, error) {
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []*x509.Certificate
	for _, n := range names {
		if data, err := os.ReadFile(filepath.Join(dir, n.Name())); err == nil {
			chain, _, _ := readPEM(data, "")
			all = append(all, chain...)
		}
	}
	return all, nil
}
