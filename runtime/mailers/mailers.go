// Package mailers sends alerts by electronic mail (configuration.txt 3.6 and 4.2
// "email-alert"): each to all mailers of a section, over SMTP, one connection a
// letter. What a mailer does not take is lost, as with HAProxy.
package mailers

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"gohap/runtime/conn"
)

// DefaultTimeout is how long a letter may take where nothing is set.
const DefaultTimeout = 10 * time.Second

// maxWaiting bounds the letters that wait for a mailer. More are lost.
const maxWaiting = 1000

// Section is a "mailers" section. Its exported fields are set before Send.
type Section struct {
	Name string
	// Timeout is how long a letter may take from the connect on.
	Timeout time.Duration
	Mailers []*Mailer
}

// Mailer is where letters go.
type Mailer struct {
	Name string
	Addr netip.AddrPort

	mu      sync.Mutex
	waiting []*Letter
	busy    bool
}

// Letter is an alert under way.
type Letter struct {
	// Host is the name that the sender says to the mailer.
	Host     string
	From, To string
	Text     string
	// At is when it happened.
	At time.Time
}

// Send has all mailers of the section deliver a letter. It does not wait.
func (s *Section) Send(l *Letter) {
	l.Text = strings.Map(printable, l.Text)
	for _, m := range s.Mailers {
		m.send(l, s.Timeout)
	}
}

// printable keeps what a server said to a check from becoming a line of its own.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

func (m *Mailer) send(l *Letter, timeout time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waiting) == maxWaiting {
		return
	}
	m.waiting = append(m.waiting, l)
	if !m.busy {
		m.busy = true
		conn.Go(func() { m.deliver(timeout) })
	}
}

// deliver delivers letters until none waits.
func (m *Mailer) deliver(timeout time.Duration) {
	for {
		m.mu.Lock()
		if len(m.waiting) == 0 {
			m.busy, m.waiting = false, nil
			m.mu.Unlock()
			return
		}
		l := m.waiting[0]
		m.waiting = m.waiting[1:]
		m.mu.Unlock()
		m.post(l, timeout)
	}
}
