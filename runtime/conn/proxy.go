package conn

import (
	"bytes"
	"io"

	"gohap/runtime/conn/proxyproto"
)

// AcceptProxy reads the PROXY header, version 1 or 2, that the peer must send
// first, and has Remote and Local show what it says. Not a byte behind the header
// is taken. It waits as the read timeout and deadline allow. buf holds the header
// meanwhile, and the TLVs afterwards; a header that does not fit is refused. The
// error's text is what HAProxy logs, and its Cause is ErrProtocol, ErrTimeout,
// ErrReset and so on.
func AcceptProxy(c *Conn, buf []byte) (h proxyproto.Header, err error) {
	if len(buf) < proxyproto.MaxV1 {
		buf = make([]byte, proxyproto.MaxV1)
	}
	const first = len(proxyproto.Signature)
	n, err := c.readFull(buf[:first])
	switch {
	case err != nil:
		return h, incomplete(err, n, &proxyFaults)
	case string(buf[:first]) == proxyproto.Signature:
		h, err = c.proxyV2(buf, first)
	case bytes.HasPrefix(buf, []byte(proxyproto.PrefixV1)):
		h, err = c.proxyV1(buf, first)
	default:
		err = proxyproto.ErrNotProxy
	}
	if err != nil {
		return h, asHeaderError(err)
	}
	c.show(h)
	return h, nil
}

// proxyV1 reads the rest of a line of which n bytes are in buf.
func (c *Conn) proxyV1(buf []byte, n int) (h proxyproto.Header, err error) {
	for n < proxyproto.MaxV1 {
		k, err := c.Peek(buf[n:proxyproto.MaxV1])
		if err != nil {
			return h, incomplete(err, n, &proxyFaults)
		}
		i := bytes.IndexByte(buf[n:n+k], '\n')
		if i >= 0 {
			k = i + 1
		}
		if _, err := c.readFull(buf[n : n+k]); err != nil {
			return h, incomplete(err, n, &proxyFaults)
		}
		if n += k; i >= 0 {
			return proxyproto.ParseV1(buf[:n])
		}
	}
	return h, proxyproto.ErrInvalid
}

// proxyV2 reads the rest of a header of which n bytes are in buf.
func (c *Conn) proxyV2(buf []byte, n int) (h proxyproto.Header, err error) {
	if _, err := c.readFull(buf[n:proxyproto.FixedV2]); err != nil {
		return h, incomplete(err, n, &proxyFaults)
	}
	size, err := proxyproto.LenV2(buf[:proxyproto.FixedV2])
	if err != nil {
		return h, err
	}
	if size > len(buf) {
		return h, proxyproto.ErrTruncated
	}
	if _, err := c.readFull(buf[proxyproto.FixedV2:size]); err != nil {
		return h, incomplete(err, n, &proxyFaults)
	}
	return proxyproto.ParseV2(buf[:size])
}

// AcceptNetScaler is AcceptProxy for NetScaler's client IP insertion, with the
// magic number agreed upon ("accept-netscaler-cip").
func AcceptNetScaler(c *Conn, magic uint32, buf []byte) (h proxyproto.Header, err error) {
	if len(buf) < proxyproto.MaxNS {
		buf = make([]byte, proxyproto.MaxNS)
	}
	n, err := c.readFull(buf[:proxyproto.FixedNS])
	if err != nil {
		return h, incomplete(err, n, &netScalerFaults)
	}
	size, err := proxyproto.LenNS(buf[:n], magic)
	if err != nil {
		return h, asHeaderError(err)
	}
	if _, err := c.readFull(buf[n:size]); err != nil {
		return h, incomplete(err, n, &netScalerFaults)
	}
	if h, err = proxyproto.ParseNS(buf[:size], magic); err != nil {
		return h, asHeaderError(err)
	}
	c.show(h)
	return h, nil
}

// show has the connection show the addresses of a header, if it names any.
func (c *Conn) show(h proxyproto.Header) {
	if h.Src.IsValid() {
		c.SetRemote(h.Src)
		c.SetLocal(h.Dst)
	}
}

// faults are the texts for a header that did not come.
type faults struct{ truncated, timeout, closed, broken error }

var (
	proxyFaults = faults{proxyproto.ErrTruncated, proxyproto.ErrTimeout,
		proxyproto.ErrClosed, proxyproto.ErrBroken}
	netScalerFaults = faults{proxyproto.ErrNSTruncated, proxyproto.ErrNSTimeout,
		proxyproto.ErrNSClosed, proxyproto.ErrNSBroken}
)

// incomplete says why a header is missing of which n bytes had come.
func incomplete(err error, n int, f *faults) error {
	e := &headerError{text: f.broken, cause: Cause(err)}
	switch {
	case err == io.EOF && n > 0:
		e.text, e.cause = f.truncated, ErrProtocol
	case err == io.EOF:
		e.text, e.cause = f.closed, ErrReset
	case e.cause == ErrTimeout:
		e.text = f.timeout
	}
	return e
}

// asHeaderError gives a parser's error the cause ErrProtocol.
func asHeaderError(err error) error {
	if _, ok := err.(*headerError); ok {
		return err
	}
	return &headerError{err, ErrProtocol}
}

// headerError has HAProxy's text and a cause.
type headerError struct{ text, cause error }

func (e *headerError) Error() string   { return e.text.Error() }
func (e *headerError) Unwrap() []error { return []error{e.text, e.cause} }

// readFull fills p. With an error it tells how much had come.
func (c *Conn) readFull(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = c.readRaw(p[n:])
		n += k
	}
	return n, err
}
