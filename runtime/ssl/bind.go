package ssl

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
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
	// Tickets are the keys of session tickets, nil for ones that are made up.
	Tickets *Tickets
	// Generate, SignFile and SignPass are "generate-certificates", "ca-sign-file"
	// and "ca-sign-pass"; Forge is what they come to.
	Generate bool
	SignFile string
	SignPass string
	Forge    *Forger
	// KeepHello is how many bytes of each list in a client's hello are kept.
	KeepHello int
	// Keep says what else is kept, nil for nothing.
	Keep *Keep
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
	if b.Tickets != nil {
		b.Tickets.use(b.base)
	}
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

// ask has clients asked for a certificate. crypto/tls verifies it where it can,
// for it has the better alerts; verify below has the last word.
func (b *Bind) ask(c *choice) {
	s := c.settings
	itself := s.CA != nil && s.CAVerify == nil && !s.NoCANames && !b.IgnoreCA.any() && !b.IgnoreCrt.any()
	switch {
	case s.Verify == Optional && itself:
		c.config.ClientAuth = tls.VerifyClientCertIfGiven
	case s.Verify == Optional:
		c.config.ClientAuth = tls.RequestClientCert
	case s.Verify == Required && itself:
		c.config.ClientAuth = tls.RequireAndVerifyClientCert
	case s.Verify == Required:
		c.config.ClientAuth = tls.RequireAnyClientCert
	default:
		return
	}
	if s.CA != nil && !s.NoCANames {
		c.config.ClientCAs = s.CA.Content().Pool
	}
}

// nobody is the answer to a name that no certificate has: crypto/tls sends the
// alert unrecognized_name.
var nobody = &tls.Config{}

// choose finds the configuration for a client.
func (b *Bind) choose(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	n := b.names.Load()
	c := n.find(hello)
	st := stateOf(hello.Context())
	if c == nil && b.Forge != nil && hello.ServerName != "" && n.first != nil {
		c = b.Forge.forged(strings.ToLower(hello.ServerName), n.first)
	}
	if c == nil {
		if c = n.first; c == nil || b.StrictSNI {
			st.SNI = hello.ServerName
			return nobody, nil
		}
	}
	st.SNI, st.Own, st.settings = hello.ServerName, c.pair, c.settings
	st.Version = newest(hello)
	if b.KeepHello > 0 {
		st.Hello = keep(hello, b.KeepHello)
	}
	agree := c.agrees(hello.SupportedProtos)
	logs := b.Keep.logs()
	if c.config.ClientAuth == tls.NoClientCert && agree && !logs {
		return c.config, nil
	}
	config := c.config.Clone()
	if !agree {
		config.NextProtos = nil // crypto/tls would refuse the client
	}
	if logs {
		config.KeyLogWriter = st.Kept
	}
	if config.ClientAuth == tls.NoClientCert {
		return config, nil
	}
	config.VerifyConnection = func(cs tls.ConnectionState) error { return b.verify(c, st, cs.PeerCertificates) }
	return config, nil
}

// newest is the highest version that the client speaks.
func newest(hello *tls.ClientHelloInfo) (v uint16) {
	for _, o := range hello.SupportedVersions {
		if o <= tls.VersionTLS13 {
			v = max(v, o)
		}
	}
	return v
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
	switch {
	case d.Result != 0 && !ignore.has(d.Result):
		return errPeer
	case d.Leaf == errNoIssuer:
		// OpenSSL finds a second fault then.
		st.Verdict.Result = errLeafAlone
	}
	return nil
}

// Serve shakes hands with a client, within the connection's timeouts. What is
// known of the client is in the state also where it fails.
func (b *Bind) Serve(c *conn.Conn) (*State, error) {
	st := &State{Kept: b.Keep.make()}
	err := c.ServeTLS(st.context(), b.base, st.Kept.hellos())
	if err != nil {
		st.fail(c, err)
		return st, err
	}
	st.finish(c.TLS())
	return st, nil
}
