// Package ssl is what the "ssl" of bind and server lines comes to: protocol
// versions, ciphers in OpenSSL's language, the choice of a certificate by server
// name, the verification of the peer, session tickets. It makes the
// configurations that crypto/tls works with, from settings and from the files
// that package certs keeps.
package ssl
