package stream

import (
	"io"

	"gohap/runtime/conn"
	"gohap/runtime/http2"
)

// bridge carries bytes both ways between two links of which one is a stream of
// HTTP/2: a tunnel that no relay of connections can take. It returns when both
// sides have ended, or one has failed.
func (st *stream) bridge() {
	c, s, t := st.session.link, st.server.link, &st.Timeout
	clientTimeout, serverTimeout := t.Client, t.Server
	if t.Tunnel > 0 {
		clientTimeout, serverTimeout = t.Tunnel, t.Tunnel
	}
	c.SetReadTimeout(clientTimeout)
	c.SetWriteTimeout(clientTimeout)
	s.SetReadTimeout(serverTimeout)
	s.SetWriteTimeout(serverTimeout)
	st.upload.GoOn(st.session.Conn, st.bridgeUp)
	if f := st.carry(&st.down, &st.res, s, c, server, client); f.err != nil {
		st.bridgeBroken(f)
	}
	st.upload.Join()
	c.Resume()
	s.Resume()
	st.bridgeEnded()
}

// bridgeUp is the task of the bridge's other lane.
func (st *stream) bridgeUp() {
	f := st.carry(&st.up, &st.session.in, st.session.link, st.server.link, client, server)
	if f.err != nil {
		st.bridgeBroken(f)
	}
}

// bridgeBroken ends both lanes; the first to fail says why.
func (st *stream) bridgeBroken(f fault) {
	if !st.bridgeDown.Swap(true) {
		st.bridgeFault = f
	}
	st.session.link.Interrupt()
	st.server.link.Interrupt()
}

// carry is one lane of the bridge. What in holds goes first.
func (st *stream) carry(b *body, in *buffer, src, dst link, from, to side) fault {
	for {
		if p := in.bytes(); len(p) > 0 {
			if _, err := dst.Writev(nil, p, nil); err != nil {
				return fault{to, err}
			}
			b.moved += int64(len(p))
		}
		in.release()
		_, err := in.fill(src)
		if err == io.EOF || err == http2.ErrHungUp {
			return fault{to, dst.closeWrite()}
		}
		if err != nil {
			return fault{from, err}
		}
	}
}

// bridgeEnded sets the termination state of a tunnel through a bridge.
func (st *stream) bridgeEnded() {
	f := st.bridgeFault
	cause := conn.Cause(f.err)
	switch k := st.killedBy(); {
	case k != 0:
		st.terminate(k, inData)
	case f.err == nil:
	case cause == conn.ErrTimeout && f.side == client:
		st.terminate(clientTime, inData)
	case cause == conn.ErrTimeout:
		st.terminate(serverTime, inData)
	case f.side == server:
		st.serverBrokeOff()
	default:
		st.terminate(byClient, inData)
		st.countAbort()
	}
}
