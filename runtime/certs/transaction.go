package certs

import "sync"

// Transactions are the changes that clients of the runtime API prepare: at most
// one of a kind at a time. Lock holds while it is looked at or changed.
type Transactions struct {
	sync.Mutex
	// Cert is the certificate about to replace that of CertName, "" for none.
	CertName string
	Cert     *Pair
	// CAs and CRLs likewise.
	CA, CRL FileChange
}

// FileChange is what is about to replace the content of a file, of no name where
// there is no change.
type FileChange struct {
	Name    string
	Content *Authorities
}
