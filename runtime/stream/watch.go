package stream

import (
	"io"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// watchClient has the stream told when the client goes away while it waits for
// a server. A request is given up only with "option abortonclose": without it a
// client may send its request, close its side and wait. Over HTTP/2 there is
// nothing to misunderstand: who resets a stream, or closes its connection, does not
// wait. A TCP session is given up when its client breaks off, or closes without a
// word.
func (st *stream) watchClient() {
	mode := conn.WatchClose
	if _, shared := st.session.link.(flow); !shared && !st.Backend.Is(core.OptAbortOnClose) {
		if st.http {
			return
		}
		mode = conn.WatchSilent
		if st.session.in.len() > 0 {
			mode = conn.WatchReset
		}
	}
	if st.onLeave == nil {
		st.onLeave = st.leave
	}
	st.watching = true
	st.session.link.Watch(mode, st.onLeave)
}

// leftConnecting decides what follows a connect that was given up because the
// client seemed to leave.
func (st *stream) leftConnecting() outcome {
	c := st.session.link
	_, err := c.Peek(make([]byte, 1))
	switch {
	case st.http || st.Backend.Is(core.OptAbortOnClose) || err == io.EOF:
		return st.leftWaiting(inConnect)
	}
	return st.leftWaiting(inData)
}

// clientReset reports whether the client's connection is broken, rather than
// closed in one direction.
func (st *stream) clientReset() bool {
	_, err := st.session.link.Peek(make([]byte, 1))
	return err != nil && err != io.EOF
}

// leftWaiting ends a stream whose client went away before there was a server.
func (st *stream) leftWaiting(state byte) outcome {
	st.terminate(byClient, state)
	if state == inData || state == inQueue && st.clientReset() {
		st.countAbort()
	}
	return broken
}

func (st *stream) unwatchClient() {
	if st.watching {
		st.watching = false
		st.session.link.Unwatch()
	}
}

// leave gives up whatever the stream waits for.
func (st *stream) leave() {
	st.clientGone.Store(true)
	if w := st.waiter.Load(); w != nil {
		w.Leave()
	}
	st.cancel.Cancel()
	st.StopWaiting()
	st.serverLink.interrupt()
}

// End implements [core.Ender].
func (st *stream) End(cause byte) {
	st.ended.Store(uint32(cause))
	st.leave()
	if st.place.backend.Load() == nil {
		st.session.link.Interrupt() // it is the client that the stream waits for
	}
}

// killed ends a stream that was ended from outside: status tells the client.
func (st *stream) killed(state byte, status int) outcome {
	st.terminate(st.killedBy(), state)
	if st.session.owner.killed.Load() {
		return broken
	}
	return st.refuse(status)
}

// killedBy returns why the stream was ended from outside, 0 when it was not.
func (st *stream) killedBy() byte {
	if st.session.owner.killed.Load() {
		return byKill
	}
	return byte(st.ended.Load())
}
