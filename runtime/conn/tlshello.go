package conn

import "crypto/sha256"

// Hellos is what the two hellos of a TLS handshake say in clear text.
type Hellos struct {
	// Client and Server are their random bytes, zero where there was no hello.
	Client, Server [32]byte
	// ID is the session ID in the server's hello. In TLS 1.3 that is the one that
	// the client has sent.
	ID []byte

	head [helloHead]byte // the beginning of the record that is being read
	have int             // bytes of it
	done [2]bool         // the client's, the server's was seen; later ones would be encrypted
}

// helloHead is how much of a record there is to see: its header, that of the
// message, the version, the random bytes and the session ID.
const (
	helloRandom = recordHeader + 4 + 2
	helloID     = helloRandom + 32
	helloHead   = helloID + 1 + 32
)

// retryRandom are the random bytes of a server's hello that is none, but asks for
// another one of the client (RFC 8446, 4.1.3).
var retryRandom = sha256.Sum256([]byte("HelloRetryRequest"))

// begin is called where a record begins.
func (h *Hellos) begin() { h.have = 0 }

// take sees bytes of the record as they come.
func (h *Hellos) take(p []byte) {
	if h.have < len(h.head) {
		h.have += copy(h.head[h.have:], p)
		h.look(h.head[:h.have])
	}
}

// sent sees what is sent, which begins with a record.
func (h *Hellos) sent(p []byte) { h.look(p) }

// look reads the beginning of a record, if it is a hello.
func (h *Hellos) look(p []byte) {
	const handshake, clientHello, serverHello = 22, 1, 2
	if len(p) <= helloID || p[0] != handshake {
		return
	}
	random, id := p[helloRandom:helloID], p[helloID+1:]
	switch n := int(p[helloID]); {
	case p[recordHeader] == clientHello && !h.done[0]:
		copy(h.Client[:], random)
		h.done[0] = true
	case p[recordHeader] == serverHello && !h.done[1] && n <= len(id) && [32]byte(random) != retryRandom:
		copy(h.Server[:], random)
		h.ID = append(h.ID, id[:n]...)
		h.done[1] = true
	}
}
