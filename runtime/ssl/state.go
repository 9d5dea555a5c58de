package ssl

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"

	"gohap/runtime/certs"
	"gohap/runtime/conn"
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
	// Hello is what the client offered, nil unless it is to be kept.
	Hello *Hello
	// Kept is what else was kept, nil for nothing.
	Kept *Kept
	// Failure is why the handshake failed, nil if it did not.
	Failure *Failure
	// Verdict is what was found wrong with the peer's certificate.
	Verdict Verdict

	settings *Settings
}

// Hello is what a client offers, as it came.
type Hello struct {
	Ciphers, Extensions, Curves []uint16
	Points                      []uint8
}

// keep copies from what crypto/tls has read, up to so many bytes of each.
func keep(h *tls.ClientHelloInfo, limit int) *Hello {
	k := &Hello{Ciphers: h.CipherSuites, Extensions: h.Extensions, Points: h.SupportedPoints}
	for _, c := range h.SupportedCurves {
		k.Curves = append(k.Curves, uint16(c))
	}
	n := limit / 2
	k.Ciphers = k.Ciphers[:min(n, len(k.Ciphers))]
	k.Extensions = k.Extensions[:min(n, len(k.Extensions))]
	k.Curves = k.Curves[:min(n, len(k.Curves))]
	return k
}

// fail notes why there is no outcome, and how far it came.
func (s *State) fail(c *conn.Conn, err error) {
	var distrust *tls.CertificateVerificationError
	if errors.As(err, &distrust) {
		s.Peer = distrust.UnverifiedCertificates
		v := verifier{s.settings, x509.ExtKeyUsageClientAuth}
		s.Verdict = v.check(s.Peer)
	}
	s.Failure = why(c, s, err)
	if s.Version == 0 {
		s.Version = tls.VersionTLS13
	}
	if cs := c.TLS().ConnectionState(); cs.Version != 0 {
		s.Version = cs.Version
		if s.Version == tls.VersionTLS13 {
			s.Cipher = cs.CipherSuite // the earlier versions settle it at the end
		}
	}
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

// For tells whether a connection to a server was made by asking for a name; one
// without TLS, whose state is nil, by asking for none.
func (s *State) For(name []byte) bool {
	if s == nil {
		return len(name) == 0
	}
	return s.SNI == string(name)
}
