package ssl

import (
	"bytes"
	"encoding/hex"

	"gohap/runtime/conn"
)

// Keep says what connections keep of their handshakes because a sample shows it.
// It is settled before traffic flows.
type Keep struct {
	// Hellos are the random bytes and session IDs, Master is the master secret,
	// which there is up to TLS 1.2.
	Hellos, Master bool
	// Secrets are those of TLS 1.3, if Log, "tune.ssl.keylog", allows it.
	Secrets, Log bool
}

// Kept is what a connection has kept.
type Kept struct {
	conn.Hellos
	// Master is the master secret, nil without.
	Master []byte

	secrets map[string]string
}

// make gives what a connection needs to keep what is to be kept, nil for nothing.
// k may be nil.
func (k *Keep) make() *Kept {
	if k == nil || !k.Hellos && !k.logs() {
		return nil
	}
	return &Kept{}
}

// logs tells whether crypto/tls is asked for keys.
func (k *Keep) logs() bool { return k != nil && (k.Master || k.Secrets && k.Log) }

// hellos is what the connection fills in, nil for nothing.
func (k *Kept) hellos() *conn.Hellos {
	if k == nil {
		return nil
	}
	return &k.Hellos
}

// Secret is a secret of TLS 1.3 in hexadecimal by its name in key logs, "" without.
func (k *Kept) Secret(label string) string { return k.secrets[label] }

// Write takes a line of a key log from crypto/tls: a label, the client's random
// bytes and the secret.
func (k *Kept) Write(line []byte) (int, error) {
	label, rest, _ := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
	_, secret, _ := bytes.Cut(rest, []byte(" "))
	if string(label) == "CLIENT_RANDOM" {
		k.Master, _ = hex.AppendDecode(nil, secret)
		return len(line), nil
	}
	if k.secrets == nil {
		k.secrets = map[string]string{}
	}
	k.secrets[string(label)] = string(secret)
	return len(line), nil
}
