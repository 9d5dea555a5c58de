package ssl

import (
	"bufio"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"sync"
)

// ticketKeys is how many keys are in use, as HAProxy is built: the last but one
// encrypts, all decrypt, so that a new key is known everywhere before its turn.
const ticketKeys = 3

// Tickets are the keys of session tickets that a file holds. Lines with the same
// file share them.
type Tickets struct {
	File string
	ID   int

	mu      sync.Mutex
	size    int      // bytes of a key
	keys    [][]byte // the newest last
	configs []*tls.Config
}

// ReadTickets reads a file of keys, each a line of base64. The error is
// HAProxy's.
func ReadTickets(name string) (*Tickets, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("'%s' : unable to load ssl tickets keys file", name)
	}
	defer f.Close()
	t := &Tickets{File: name}
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(in.Text()))
		switch {
		case err != nil && !strings.HasPrefix(in.Text(), "-"):
			return nil, fmt.Errorf("'%s' : unable to decode base64 key on line %d", name, n)
		case !t.fits(key):
			return nil, fmt.Errorf("'%s' : wrong sized key on line %d", name, n)
		}
		t.keys = append(t.keys, key)
		t.keys = t.keys[max(0, len(t.keys)-ticketKeys):]
	}
	if len(t.keys) < ticketKeys {
		return nil, fmt.Errorf("'%s' : please supply at least %d keys in the tls-tickets-file", name, ticketKeys)
	}
	return t, nil
}

// fits tells whether a key has the size of those before, and notes that of the
// first.
func (t *Tickets) fits(key []byte) bool {
	if t.size == 0 && (len(key) == 48 || len(key) == 80) {
		t.size = len(key)
	}
	return len(key) == t.size && t.size > 0
}

// use has a configuration work with the keys from now on.
func (t *Tickets) use(c *tls.Config) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.configs = append(t.configs, c)
	c.SetSessionTicketKeys(t.order())
}

// order gives the keys as crypto/tls wants them, the one that encrypts first.
// Theirs are of another size.
func (t *Tickets) order() [][32]byte {
	all := [][32]byte{sha256.Sum256(t.keys[len(t.keys)-2])}
	for _, k := range t.keys {
		all = append(all, sha256.Sum256(k))
	}
	return all
}

// Rotate adds a key, and forgets the oldest. It gives false for a key of another
// size.
func (t *Tickets) Rotate(key []byte) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.fits(key) {
		return false
	}
	t.keys = append(t.keys[1:], key)
	for _, c := range t.configs {
		c.SetSessionTicketKeys(t.order())
	}
	return true
}

// Keys are the keys, the oldest first.
func (t *Tickets) Keys() [][]byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([][]byte(nil), t.keys...)
}
