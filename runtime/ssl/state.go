package ssl

import (
	"context"
	"crypto/tls"
	"crypto/x509"

	"gohap/runtime/certs"
)

// State is what a handshake came to. Fields that the other side has not told, or
// that the handshake did not reach, are zero.
type State struct {
	Version, Cipher uint16
	// SNI is the name that the client asked for, ALPN the protocol agreed on.
	SNI, ALPN string
	Resumed   bool
	// Done says that the handshake has come to its end.
	Done bool
	// Unique is tls-unique (RFC 5929), nil in TLS 1.3.
	Unique []byte
	// Peer is the other side's certificate, followed by those it sent along.
	Peer []*x509.Certificate
	// Own is the certificate that was shown to a client.
	Own *certs.Pair
	// Verdict is what was found wrong with the peer's certificate.
	Verdict Verdict
}

// finish notes the outcome.
func (s *State) finish(c *tls.Conn) {
	cs := c.ConnectionState()
	s.Version, s.Cipher, s.ALPN, s.Resumed = cs.Version, cs.CipherSuite, cs.NegotiatedProtocol, cs.DidResume
	s.Done, s.Unique, s.Peer = true, cs.TLSUnique, cs.PeerCertificates
}

type stateKey struct{}

func (s *State) context() context.Context {
	return context.WithValue(context.Background(), stateKey{}, s)
}

func stateOf(ctx context.Context) *State {
	s, _ := ctx.Value(stateKey{}).(*State)
	return s
}
