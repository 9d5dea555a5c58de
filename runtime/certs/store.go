package certs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Slot is a certificate of the store under its name. What it holds is replaced
// as a whole.
type Slot struct {
	Name string
	pair atomic.Pointer[Pair]
}

// Pair is what the slot holds now; nil for a new one that was not filled yet.
func (s *Slot) Pair() *Pair { return s.pair.Load() }

// Store holds all files. Its methods may be called concurrently, but loading is
// for one goroutine.
type Store struct {
	Rules Rules
	// Changes are what clients of the runtime API prepare.
	Changes *Transactions

	mu    sync.Mutex
	slots map[string]*Slot
	cas   map[string]*CA
	specs map[string]Spec // what names stand for, see Declare
}

// NewStore returns an empty store with HAProxy's defaults.
func NewStore() *Store {
	return &Store{Rules: Rules{Extras: AllExtras}, Changes: &Transactions{}, slots: map[string]*Slot{}, cas: map[string]*CA{}, specs: map[string]Spec{}}
}

// Slot finds a certificate by name.
func (s *Store) Slot(name string) *Slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slots[name]
}

// Slots are all certificates, by name.
func (s *Store) Slots() []*Slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sorted(s.slots)
}

func sorted[T any](m map[string]*T) []*T {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	all := make([]*T, len(names))
	for i, n := range names {
		all[i] = m[n]
	}
	return all
}

// New makes an empty slot; false if the name is taken.
func (s *Store) New(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slots[name] != nil {
		return false
	}
	s.slots[name] = &Slot{Name: name}
	return true
}

// Delete removes a slot, which nothing may use.
func (s *Store) Delete(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.slots, name)
}

// Set replaces what a slot holds.
func (s *Slot) Set(p *Pair) { s.pair.Store(p) }

// File loads the certificate of one file, or returns the one loaded before.
func (s *Store) File(name string) (*Slot, error) {
	if slot := s.Slot(name); slot != nil {
		return slot, nil
	}
	p, err := s.Rules.Load(name)
	if err != nil {
		return nil, err
	}
	slot := &Slot{Name: name}
	slot.pair.Store(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots[name] = slot
	return slot, nil
}

// Load loads what "crt" names: a file, a bundle, or a directory, whose files are
// taken by name.
func (s *Store) Load(name string) ([]*Slot, error) {
	if slot := s.Slot(name); slot != nil {
		return []*Slot{slot}, nil
	}
	if slot, found, err := s.declared(name); found {
		return one(slot, err)
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return s.loadBundle(name, err)
	case info.IsDir():
		return s.loadDir(name)
	}
	return one(s.File(name))
}

// Single loads a certificate that may only be a file.
func (s *Store) Single(name string) error {
	if _, found, err := s.declared(name); found {
		return err
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return fmt.Errorf("unable to stat SSL certificate from file '%s' : %s.", name, strerror(err))
	case info.IsDir():
		return fmt.Errorf("unable to stat SSL certificate from file '%s' : Success.", name)
	}
	_, err = s.File(name)
	return err
}

func one(slot *Slot, err error) ([]*Slot, error) {
	if err != nil {
		return nil, err
	}
	return []*Slot{slot}, nil
}

// loadBundle loads name.rsa, name.ecdsa and name.dsa, as far as they exist.
func (s *Store) loadBundle(name string, why error) ([]*Slot, error) {
	var slots []*Slot
	for _, ext := range bundled {
		if s.Rules.Extras&Bundle == 0 {
			break
		}
		if s.Slot(name+ext) == nil {
			if _, err := os.Stat(name + ext); err != nil {
				continue
			}
		}
		slot, err := s.File(name + ext)
		if err != nil {
			return nil, err
		}
		slots = append(slots, slot)
	}
	if len(slots) == 0 {
		return nil, fmt.Errorf("unable to stat SSL certificate from file '%s' : %s.", name, strerror(why))
	}
	return slots, nil
}

// strerror is the system's word for why a file cannot be used, as C has it.
func strerror(err error) string {
	switch {
	case os.IsNotExist(err):
		return "No such file or directory"
	case os.IsPermission(err):
		return "Permission denied"
	}
	if pe, ok := err.(*fs.PathError); ok {
		err = pe.Err
	}
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// beside are the endings of files that are no certificates.
var beside = []string{".issuer", ".ocsp", ".sctl", ".key"}

func (s *Store) loadDir(dir string) ([]*Slot, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("unable to scan directory '%s' : %s.", dir, strerror(err))
	}
	var slots []*Slot
	for _, e := range entries {
		name := e.Name()
		if name[0] == '.' || slices.Contains(beside, filepath.Ext(name)) {
			continue
		}
		path := dir + "/" + name
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("unable to stat SSL certificate from file '%s' : %s.", path, strerror(err))
		}
		if !info.Mode().IsRegular() {
			continue
		}
		slot, err := s.File(path)
		if err != nil {
			return nil, err
		}
		slots = append(slots, slot)
	}
	return slots, nil
}
