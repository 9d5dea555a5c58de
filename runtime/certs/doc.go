// Package certs keeps the files of TLS by their names: certificates with their
// keys and what stands beside them, CA files, revocation lists, crt-lists. A name
// is read once, however many lines have it, and can be replaced while traffic
// flows.
package certs
