package ssl

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"sync/atomic"

	"gohap/runtime/certs"
	"gohap/runtime/conn"
)

// Bind is the TLS of a bind line.
type Bind struct {
	Settings
	// On is the word "ssl"; without it the rest is checked and not used.
	On bool
	// Label is how messages call the line: its addresses and where it stands.
	Label string
	// Entries are the certificates in the order of the line.
	Entries []Entry
	// StrictSNI refuses clients that ask for a name that no certificate has.
	StrictSNI bool
	NoTickets bool
	// IgnoreCA and IgnoreCrt are the errors of issuers' and clients' certificates
	// that are overlooked.
	IgnoreCA, IgnoreCrt Errors

	names atomic.Pointer[names]
	base  *tls.Config
}

// Entry is a certificate of a bind line, by "crt" or by a line of a crt-list.
type Entry struct {
	Slot *certs.Slot
	// List and Line are where it stands in a crt-list, "" and 0 for "crt".
	List string
	Line int
	// Settings are those of the crt-list's line, nil without; Options are they as
	// written.
	Settings *Settings
	Options  []string
	Filters  []string
}

// Build makes the line ready for traffic; afterwards it stays as it is but for
// the certificates.
func (b *Bind) Build() {
	b.base = b.config()
	b.base.GetConfigForClient = b.choose
	b.base.SessionTicketsDisabled = b.NoTickets
	b.Rebuild()
}

// Rebuild takes the certificates anew, after one was replaced.
func (b *Bind) Rebuild() {
	n := &names{exact: map[string][]*choice{}, wild: map[string][]*choice{}}
	for i := range b.Entries {
		e := &b.Entries[i]
		p := e.Slot.Pair()
		if p == nil {
			continue
		}
		s := b.Settings
		if e.Settings != nil {
			s = e.Settings.Or(&b.Settings)
		}
		c := &choice{pair: p, settings: &s, config: s.config()}
		c.config.Certificates = []tls.Certificate{p.TLS}
		c.config.SessionTicketsDisabled = b.NoTickets
		b.ask(c)
		n.add(c, e.Filters)
	}
	b.names.Store(n)
}

// ask has clients asked for a certificate.
func (b *Bind) ask(c *choice) {
	switch c.settings.Verify {
	case Optional:
		c.config.ClientAuth = tls.RequestClientCert
	case Required:
		c.config.ClientAuth = tls.RequireAnyClientCert
	default:
		return
	}
	if ca := c.settings.CA; ca != nil && !c.settings.NoCANames {
		c.config.ClientCAs = ca.Content().Pool
	}
}

// nobody is the answer to a name that no certificate has: crypto/tls sends the
// alert unrecognized_name.
var nobody = &tls.Config{}

// choose finds the configuration for a client.
func (b *Bind) choose(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	n := b.names.Load()
	c := n.find(hello)
	if c == nil {
		if c = n.first; c == nil || b.StrictSNI {
			return nobody, nil
		}
	}
	st := stateOf(hello.Context())
	st.SNI, st.Own = hello.ServerName, c.pair
	if c.config.ClientAuth == tls.NoClientCert {
		return c.config, nil
	}
	config := c.config.Clone()
	config.VerifyConnection = func(cs tls.ConnectionState) error { return b.verify(c, st, cs.PeerCertificates) }
	return config, nil
}

// errPeer is the error of a handshake that failed over the peer's certificate.
var errPeer = errors.New("ssl: the peer's certificate is not accepted")

// verify judges a client's certificate.
func (b *Bind) verify(c *choice, st *State, sent []*x509.Certificate) error {
	st.Peer = sent
	if len(sent) == 0 {
		return nil
	}
	v := verifier{c.settings, x509.ExtKeyUsageClientAuth}
	d := v.check(sent)
	st.Verdict = d
	ignore := &b.IgnoreCrt
	if d.CA != 0 {
		ignore = &b.IgnoreCA
	}
	if d.Result != 0 && !ignore.has(d.Result) {
		return errPeer
	}
	return nil
}

// Serve shakes hands with a client, within the connection's timeouts. What is
// known of the client is in the state also where it fails.
func (b *Bind) Serve(c *conn.Conn) (*State, error) {
	st := &State{}
	err := c.ServeTLS(st.context(), b.base)
	if err == nil {
		st.finish(c.TLS())
	}
	return st, err
}
