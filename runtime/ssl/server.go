package ssl

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"

	"gohap/runtime/certs"
	"gohap/runtime/conn"
)

// Server is the TLS of a server line.
type Server struct {
	Settings
	// Slot is the certificate shown to the server when it asks, nil for none.
	Slot *certs.Slot
	// Host is the name that the certificate must have, "" for the one asked for.
	Host string
	// NoReuse asks for a full handshake each time, NoTickets allows no tickets.
	NoReuse, NoTickets bool
	// Keep says what is kept of handshakes, nil for nothing.
	Keep *Keep

	config *tls.Config
}

// Build makes the line ready for traffic.
func (s *Server) Build() {
	c := s.Settings.config()
	c.InsecureSkipVerify = true // as verify below decides
	c.SessionTicketsDisabled = s.NoTickets
	if !s.NoReuse {
		c.ClientSessionCache = tls.NewLRUClientSessionCache(64)
	}
	if s.Slot != nil {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &s.Slot.Pair().TLS, nil
		}
	}
	s.config = c
}

// Connect shakes hands with the server, asking for a name unless it is "". It offers
// only the protocol alpn unless that is "".
func (s *Server) Connect(c *conn.Conn, name, alpn string) (*State, error) {
	st := &State{SNI: name, Kept: s.Keep.make()}
	config := s.named(st, name)
	if alpn != "" {
		config = config.Clone()
		config.NextProtos = []string{alpn}
	}
	err := c.ClientTLS(config, st.Kept.hellos())
	if err == nil {
		st.finish(c.TLS())
	}
	return st, err
}

// named is the configuration for a connection that asks for a name.
func (s *Server) named(st *State, name string) *tls.Config {
	logs := st.Kept != nil && s.Keep.logs()
	if name == "" && s.Verify == None && !logs {
		return s.config
	}
	config := s.config.Clone()
	config.ServerName = name
	if logs {
		config.KeyLogWriter = st.Kept
	}
	if s.Verify != None {
		config.VerifyConnection = func(cs tls.ConnectionState) error { return s.verify(st, cs.PeerCertificates, name) }
	}
	return config
}

// hostError is the error of a certificate with other names.
type hostError struct{ want string }

func (e *hostError) Error() string { return "ssl: " + e.CheckInfo() }

// CheckInfo is what health checks say of it.
func (e *hostError) CheckInfo() string {
	return "Server presented an SSL certificate different from the " + e.want + " one"
}

var (
	errConfigured = &hostError{"configured"} // verifyhost
	errExpected   = &hostError{"expected"}   // the name asked for
)

// Wrap shakes hands over a connection of a check.
func (s *Server) Wrap(ctx context.Context, c net.Conn, name string, alpn []string) (net.Conn, error) {
	config := s.named(&State{}, name).Clone()
	config.NextProtos = alpn
	t := tls.Client(c, config)
	return t, t.HandshakeContext(ctx)
}

func (s *Server) verify(st *State, sent []*x509.Certificate, name string) error {
	if len(sent) == 0 {
		return errPeer
	}
	v := verifier{&s.Settings, x509.ExtKeyUsageServerAuth}
	if st.Verdict = v.check(sent); st.Verdict.Result != 0 {
		return errPeer
	}
	switch {
	case s.Host != "" && sent[0].VerifyHostname(s.Host) != nil:
		return errConfigured
	case s.Host == "" && name != "" && sent[0].VerifyHostname(name) != nil:
		return errExpected
	}
	return nil
}
