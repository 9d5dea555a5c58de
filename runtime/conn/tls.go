package conn

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"syscall"
)

// ServeTLS and ClientTLS put TLS on top of the connection and shake hands, as the
// server or the client of the protocol, within the timeouts set. From then on
// reads and writes go through it. They must be called while nobody reads or
// writes. The error is that of crypto/tls, or one of this package's causes.
//
// The callbacks of config find ctx, which must not be one that can be cancelled.
// What the two hellos say goes into note, unless that is nil.
func (c *Conn) ServeTLS(ctx context.Context, config *tls.Config, note *Hellos) error {
	return c.secure(ctx, tls.Server, config, note)
}

// ClientTLS is ServeTLS for a connection to a server.
func (c *Conn) ClientTLS(config *tls.Config, note *Hellos) error {
	return c.secure(context.Background(), tls.Client, config, note)
}

// TLS is the TLS layer of the connection, nil without one.
func (c *Conn) TLS() *tls.Conn {
	if l, ok := c.layer.(*tlsLayer); ok {
		return l.Conn
	}
	return nil
}

// PeerAlert is the alert that the peer sent in clear text while shaking hands, 0
// for none.
func (c *Conn) PeerAlert() byte {
	if l, ok := c.layer.(*tlsLayer); ok {
		return l.wire.alert
	}
	return 0
}

func (c *Conn) secure(ctx context.Context, side func(net.Conn, *tls.Config) *tls.Conn, config *tls.Config, note *Hellos) error {
	l := &tlsLayer{wire: tlsWire{socket: (*socket)(c), note: note}}
	l.Conn = side(&l.wire, config)
	c.layer = l
	err := l.HandshakeContext(ctx)
	if e := l.wire.flush(); err == nil {
		err = e
	}
	l.wire.shaken, l.wire.note = true, nil
	return err
}

// tlsLayer is TLS over a connection. crypto/tls holds locks while it reads and
// writes; so that no task waits for the socket with one of them that another
// task needs, what it writes is collected, and sent when it has returned.
type tlsLayer struct {
	*tls.Conn
	wire tlsWire
	// full says that the last Read filled its buffer: there may be more of the
	// same record.
	full bool
}

// Read gives decrypted bytes. A peer that closes without saying so has closed.
func (l *tlsLayer) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.full = n == len(p)
	if e := l.wire.flush(); e != nil && err == nil && n == 0 {
		err = e
	}
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// readMore reads what is there without waiting, after a Read.
func (l *tlsLayer) readMore(p []byte) (n int) {
	l.wire.hurry = true
	defer func() { l.wire.hurry = false }()
	for n < len(p) && l.Pending() {
		k, err := l.Read(p[n:])
		if n += k; err != nil {
			break // the next read has it again
		}
	}
	return n
}

// errLater is what crypto/tls gets to hear where it should not wait. It goes on
// with the next read.
var errLater net.Error = laterError{}

type laterError struct{}

func (laterError) Error() string   { return "nothing to read yet" }
func (laterError) Timeout() bool   { return true }
func (laterError) Temporary() bool { return true }

// maxChunk is how many bytes are encrypted at a time: they are in memory until
// the socket has taken them.
const maxChunk = 64 << 10

func (l *tlsLayer) Write(p []byte) (int, error) { return l.writePieces(p) }

// writePieces writes some pieces as if they were one: in as few records and
// system calls as there can be.
func (l *tlsLayer) writePieces(pieces ...[]byte) (done int, err error) {
	pieces, joined := join(pieces)
	if joined != nil {
		defer tlsOut.Put(joined)
	}
	held := 0
	for i, p := range pieces {
		for len(p) > 0 {
			n, err := l.Conn.Write(p[:min(len(p), maxChunk-held)])
			if err != nil {
				return done, err
			}
			held += n
			if p = p[n:]; held < maxChunk && (len(p) > 0 || i < len(pieces)-1) {
				continue
			}
			if err := l.wire.flush(); err != nil {
				return done, err
			}
			done, held = done+held, 0
		}
	}
	if held > 0 {
		err = l.wire.flush()
	}
	return done + held, err
}

// maxPlain is how many bytes a record carries.
const maxPlain = 16 << 10

// join copies what fits into one record together. The second result is the memory
// that this took, nil for none.
func join(pieces [][]byte) (all [][]byte, joined []byte) {
	total, some := 0, 0
	for _, p := range pieces {
		if total += len(p); len(p) > 0 {
			some++
		}
	}
	if some < 2 || total > maxPlain {
		return pieces, nil
	}
	joined = tlsOut.Get()
	b := joined[:0]
	for _, p := range pieces {
		b = append(b, p...)
	}
	pieces[0] = b
	return pieces[:1], joined
}

// Pending implements what [Conn.Wrap] asks of layers.
func (l *tlsLayer) Pending() bool { return l.full || l.wire.wholeRecord() }

// CloseWrite says that nothing more comes, in TLS and in TCP.
func (l *tlsLayer) CloseWrite() error {
	l.Conn.CloseWrite()
	l.wire.flush()
	return l.wire.socket.CloseWrite()
}

// Close says goodbye if the socket takes that at once.
func (l *tlsLayer) Close() error {
	l.Conn.Close()
	l.wire.last()
	return nil
}

// tlsWire is the encrypted side of a tlsLayer. What crypto/tls gets to read never
// goes beyond a record, so that nothing waits in its own buffers unseen.
type tlsWire struct {
	*socket
	shaken bool
	note   *Hellos // nil where nobody wants to know

	in, inBuf []byte // read ahead; in is the unread end of inBuf
	fast      bool   // the last read of the socket found more than it had room for
	hurry     bool   // not to wait
	alert     byte   // what the peer complained about in clear text, 0 for nothing
	left      int    // bytes of the record under way that were not passed on yet

	mu      sync.Mutex
	out     []byte // encrypted and not sent
	sending bool
	sent    Event // sending is over, for the task that waits for it
}

// The buffers for what is read and written, those with room for a record and
// those for the bulk. Only a peer that keeps up gets the latter.
var (
	tlsIn      = NewBuffers(18 << 10)
	tlsInWide  = NewBuffers(maxChunk + 2<<10)
	tlsOut     = NewBuffers(17 << 10)
	tlsOutWide = NewBuffers(maxChunk + 1<<10)
)

// give gives a buffer back to the pool that it is of.
func give(p []byte, a, b *Buffers) {
	a.Put(p)
	b.Put(p)
}

const recordHeader = 5

// Read passes on at most what is left of a record.
func (w *tlsWire) Read(p []byte) (int, error) {
	if len(w.in) == 0 {
		if w.hurry {
			return 0, errLater
		}
		if !w.shaken {
			if err := w.flush(); err != nil {
				return 0, err
			}
		}
		if err := w.fill(); err != nil {
			return 0, err
		}
		if !w.shaken {
			if err := w.beforeStep(); err != nil {
				return 0, err
			}
		}
	}
	if w.left == 0 {
		if len(w.in) < recordHeader {
			if w.hurry {
				return 0, errLater
			}
			if err := w.header(); err != nil {
				return 0, err
			}
		}
		w.left = recordHeader + int(w.in[3])<<8 + int(w.in[4])
		if !w.shaken {
			w.noteAlert()
		}
		if w.note != nil {
			w.note.begin()
		}
	}
	n := copy(p, w.in[:min(len(w.in), w.left)])
	if w.note != nil {
		w.note.take(p[:n])
	}
	w.left -= n
	if w.in = w.in[n:]; len(w.in) == 0 {
		w.release()
	}
	return n, nil
}

// beforeStep is called when something has come that a handshake goes on with. That
// takes long: as long as a signature, so it has to wait for its turn. A peer that
// has given up by then gets none.
func (w *tlsWire) beforeStep() error {
	c := (*Conn)(w.socket)
	c.waitHeavy()
	if due := c.r.deadline; due != 0 && c.sock.now() >= due {
		return ErrTimeout
	}
	const handshake = 22 // others may be the alert that says why
	if what, _ := c.sock.lost(); what&WatchReset != 0 && w.left == 0 && w.in[0] == handshake {
		return ErrReset
	}
	return nil
}

// noteAlert keeps an alert in clear text. A client that gives up early in TLS 1.3
// sends it like that, and crypto/tls cannot read it.
func (w *tlsWire) noteAlert() {
	const alert, size = 21, recordHeader + 2
	if w.in[0] == alert && w.left == size && len(w.in) >= size {
		w.alert = w.in[size-1]
	}
}

// fill reads what the socket has.
func (w *tlsWire) fill() error {
	b := tlsIn
	if w.fast {
		b = tlsInWide
	}
	p, err := (*Conn)(w.socket).readRawPooled(b, int64(b.size))
	if err == nil {
		w.in, w.inBuf = p, p[:b.size]
		w.fast = len(p) >= tlsIn.size
	}
	return err
}

// header completes the header of a record.
func (w *tlsWire) header() error {
	n := copy(w.inBuf, w.in)
	w.in = w.inBuf[:n]
	for n < recordHeader {
		k, err := (*Conn)(w.socket).readRaw(w.inBuf[n:])
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		n += k
		w.in = w.inBuf[:n]
	}
	return nil
}

func (w *tlsWire) release() {
	if w.inBuf != nil {
		give(w.inBuf, tlsIn, tlsInWide)
	}
	w.in, w.inBuf = nil, nil
}

// wholeRecord tells whether a record has been read ahead to its end.
func (w *tlsWire) wholeRecord() bool {
	return len(w.in) >= recordHeader && len(w.in) >= recordHeader+int(w.in[3])<<8+int(w.in[4])
}

// Write collects.
func (w *tlsWire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.note != nil {
		w.note.sent(p)
	}
	switch need := len(w.out) + len(p); {
	case w.out == nil && need <= tlsOut.size:
		w.out = tlsOut.Get()[:0]
	case need > cap(w.out) && need <= tlsOutWide.size:
		out := append(tlsOutWide.Get()[:0], w.out...)
		tlsOut.Put(w.out)
		w.out = out
	}
	w.out = append(w.out, p...)
	return len(p), nil
}

// flush sends what was collected, or waits until the task that is at it has sent
// it.
func (w *tlsWire) flush() error {
	w.mu.Lock()
	for w.sending && len(w.out) > 0 {
		w.mu.Unlock()
		w.sent.Wait(0)
		w.mu.Lock()
	}
	if len(w.out) == 0 {
		w.mu.Unlock()
		return nil
	}
	w.sending = true
	var err error
	for len(w.out) > 0 && err == nil {
		out := w.out
		w.out = nil
		w.mu.Unlock()
		_, err = (*Conn)(w.socket).writeRaw(out)
		give(out, tlsOut, tlsOutWide)
		w.mu.Lock()
	}
	w.sending = false
	w.mu.Unlock()
	w.sent.Signal()
	return err
}

// last sends what the socket takes without waiting.
func (w *tlsWire) last() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sending || len(w.out) == 0 {
		return
	}
	if c := (*Conn)(w.socket); c.settled() {
		c.control(func(fd int) error {
			_, err := syscall.Write(fd, w.out)
			return err
		})
	}
	give(w.out, tlsOut, tlsOutWide)
	w.out = nil
}
