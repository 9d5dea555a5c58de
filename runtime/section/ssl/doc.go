// Package ssl reads what bind lines, server lines, crt-lists and the global
// section have in common about TLS: versions, ciphers, protocols, verification.
package ssl
