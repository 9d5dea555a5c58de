package ssl

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

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

// Connect shakes hands with the server, asking for a name unless it is "".
func (s *Server) Connect(c *conn.Conn, name string) (*State, error) {
	st := &State{SNI: name}
	config := s.config
	if name != "" || s.Verify != None {
		config = config.Clone()
		config.ServerName = name
		if s.Verify != None {
			config.VerifyConnection = func(cs tls.ConnectionState) error { return s.verify(st, cs.PeerCertificates, name) }
		}
	}
	err := c.ClientTLS(config)
	if err == nil {
		st.finish(c.TLS())
	}
	return st, err
}

// errHost is the error of a certificate with other names.
var errHost = errors.New("ssl: the server's certificate has another name")

func (s *Server) verify(st *State, sent []*x509.Certificate, name string) error {
	if len(sent) == 0 {
		return errPeer
	}
	v := verifier{&s.Settings, x509.ExtKeyUsageServerAuth}
	if st.Verdict = v.check(sent); st.Verdict.Result != 0 {
		return errPeer
	}
	if s.Host != "" {
		name = s.Host
	}
	if name != "" && sent[0].VerifyHostname(name) != nil {
		return errHost
	}
	return nil
}
