package ssl

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"

	"gohap/runtime/conn"
)

// Failure is why a handshake failed, in HAProxy's words and OpenSSL's numbers. It
// never changes.
type Failure struct {
	// Code and Text are those of "fc_err" and "fc_err_str".
	Code int
	Text string
	// Reason is OpenSSL's reason, 0 for none, and Detail its text.
	Reason int
	Detail string
	// Empty says that the client sent nothing.
	Empty bool
}

// opensslLibrary is the number of libssl in OpenSSL's error codes.
const opensslLibrary = 20 << 23

// Number is OpenSSL's error code, 0 for none.
func (f *Failure) Number() int {
	if f.Reason == 0 {
		return 0
	}
	return opensslLibrary | f.Reason
}

var (
	closedFailure  = Failure{Code: 24, Text: "Connection closed during SSL handshake", Empty: true}
	brokenFailure  = Failure{Code: 25, Text: "Connection error during SSL handshake"}
	timeoutFailure = Failure{Code: 26, Text: "Timeout during SSL handshake"}
	caFailure      = Failure{Code: 30, Text: "SSL client CA chain cannot be verified", Reason: 0x86, Detail: "certificate verify failed"}
	peerFailure    = Failure{Code: 31, Text: "SSL client certificate not trusted", Reason: 0x86, Detail: "certificate verify failed"}
)

// distrusted tells whether a handshake failed over the peer's certificate.
func distrusted(err error) bool {
	var theirs *tls.CertificateVerificationError
	return errors.Is(err, errPeer) || errors.As(err, &theirs)
}

func handshakeFailure(reason int, detail string) *Failure {
	return &Failure{Code: 34, Text: "SSL handshake failure", Reason: reason, Detail: detail}
}

// why says why a handshake with a client failed.
func why(c *conn.Conn, st *State, err error) *Failure {
	switch cause := conn.Cause(err); {
	case st.Verdict.CA != 0 && distrusted(err):
		return &caFailure
	case distrusted(err):
		return &peerFailure
	case cause == conn.ErrTimeout:
		return &timeoutFailure
	case cause == io.EOF, cause == conn.ErrReset, cause == conn.ErrAborted:
		if c.BytesIn() > 0 && cause != io.EOF {
			return &brokenFailure
		}
		return &closedFailure
	}
	if n := int(c.PeerAlert()); n != 0 {
		return handshakeFailure(1000+n, alerts[n])
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
			n := int(v.Uint())
			return handshakeFailure(1000+n, alerts[n])
		}
	}
	var header tls.RecordHeaderError
	if errors.As(err, &header) {
		return notTLS(header.RecordHeader)
	}
	for _, k := range known {
		if strings.Contains(err.Error(), k.text) {
			return handshakeFailure(k.reason, k.detail)
		}
	}
	return handshakeFailure(0, "")
}

// known are errors of crypto/tls and what OpenSSL says in their place.
var known = []struct {
	text   string
	reason int
	detail string
}{
	{"didn't provide a certificate", 0xc7, "peer did not return a certificate"},
	{"unsupported versions", 0x102, "unsupported protocol"},
	{"no cipher suite supported by both", 0xc1, "no shared cipher"},
	{"no certificates configured", 0xea, "callback failed"},
	{"no ECDHE curve supported by both", 0xc1, "no shared cipher"},
	{"doesn't support any of the certificate's signature algorithms", 0x76, "no suitable signature algorithm"},
	{"inappropriate protocol fallback", 0x175, "inappropriate fallback"},
	{"no mutually supported signature algorithms", 0x76, "no suitable signature algorithm"},
	{"no application protocol", 0xeb, "no application protocol"},
	{"bad record MAC", 0x119, "decryption failed or bad record mac"},
}

// notTLS says what a client seems to speak instead of TLS.
func notTLS(header [5]byte) *Failure {
	switch string(header[:4]) {
	case "GET ", "POST", "HEAD", "PUT ":
		return handshakeFailure(0x9c, "http request")
	case "CONN":
		return handshakeFailure(0x9b, "https proxy request")
	}
	return handshakeFailure(0x10b, "wrong version number")
}

// alerts are OpenSSL's words for what the peer complains about.
var alerts = map[int]string{
	10: "sslv3 alert unexpected message", 20: "sslv3 alert bad record mac", 21: "tlsv1 alert decryption failed", 22: "tlsv1 alert record overflow",
	30: "sslv3 alert decompression failure", 40: "sslv3 alert handshake failure", 41: "sslv3 alert no certificate", 42: "sslv3 alert bad certificate",
	43: "sslv3 alert unsupported certificate", 44: "sslv3 alert certificate revoked", 45: "sslv3 alert certificate expired",
	46: "sslv3 alert certificate unknown", 47: "sslv3 alert illegal parameter", 48: "tlsv1 alert unknown ca", 49: "tlsv1 alert access denied",
	50: "tlsv1 alert decode error", 51: "tlsv1 alert decrypt error", 60: "tlsv1 alert export restriction", 70: "tlsv1 alert protocol version",
	71: "tlsv1 alert insufficient security", 80: "tlsv1 alert internal error", 86: "tlsv1 alert inappropriate fallback", 90: "tlsv1 alert user cancelled",
	100: "tlsv1 alert no renegotiation", 109: "tlsv13 alert missing extension", 110: "tlsv1 unsupported extension", 112: "tlsv1 unrecognized name",
	116: "tlsv13 alert certificate required",
}
