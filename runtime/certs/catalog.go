package certs

import (
	"fmt"
	"os"
)

// Spec names the files that a certificate is made of ("load" in a crt-store). What
// is "" is looked for beside Crt, as for other certificates.
type Spec struct {
	Crt, Key, OCSP, Issuer, SCTL string
}

// Catalog is a section crt-store while it is read: where relative names start.
type Catalog struct {
	Name, CrtBase, KeyBase string
}

// Declare has a name stand for the files of spec, which are loaded once a line uses
// it. It gives false where the name is taken.
func (s *Store) Declare(name string, spec Spec) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.specs[name]; ok {
		return false
	}
	s.specs[name] = spec
	return true
}

// declared loads a certificate by what was declared for its name; found is false
// where nothing was.
func (s *Store) declared(name string) (slot *Slot, found bool, err error) {
	s.mu.Lock()
	spec, found := s.specs[name]
	s.mu.Unlock()
	if !found {
		return nil, false, nil
	}
	p, err := s.Rules.LoadSpec(spec)
	if err != nil {
		return nil, true, err
	}
	p.Name = name
	slot = &Slot{Name: name}
	slot.pair.Store(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots[name] = slot
	return slot, true, nil
}

// LoadSpec reads a certificate of a crt-store.
func (r *Rules) LoadSpec(spec Spec) (*Pair, error) {
	data, err := os.ReadFile(spec.Crt)
	if err != nil {
		return nil, fmt.Errorf("unable to load certificate from file '%s' : %s.", spec.Crt, strerror(err))
	}
	p := &Pair{Name: spec.Crt}
	if err := p.parse(data, r.Passphrase); err != nil {
		return nil, err
	}
	switch {
	case spec.Key != "":
		if err := p.readKey(spec.Key, r.Passphrase); err != nil {
			return nil, err
		}
	case p.Key == nil:
		if err := r.loadKey(p); err != nil {
			return nil, err
		}
	}
	if err := r.loadFiles(p, map[Extras]string{SCTL: spec.SCTL, Issuer: spec.Issuer, OCSP: spec.OCSP}); err != nil {
		return nil, err
	}
	return p, r.finish(p)
}

// readKey reads the key of a file of its own.
func (p *Pair) readKey(file, pass string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("unable to load private key from file '%s' : %s.", file, strerror(err))
	}
	if _, p.Key, err = readPEM(data, pass); err != nil || p.Key == nil {
		return fmt.Errorf("unable to load private key from file '%s'.", file)
	}
	return nil
}
