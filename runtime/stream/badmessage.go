package stream

import (
	"bytes"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/http"
)

// captureBad keeps a message that was refused for "show errors": the proxy's last
// one. all is what was received, of which err speaks from offset on.
func (st *stream) captureBad(err error, all []byte, offset int) {
	m := &core.BadMessage{
		At: conn.Wall(), Number: st.engine.captured.Add(1) - 1, Frontend: st.Frontend, Client: st.Session.Src,
		Bytes: bytes.Clone(all), Size: st.engine.graph.Global.Tune.BufSize, Pos: len(all),
	}
	if e, ok := err.(*http.Error); ok && e.State != "" {
		m.Pos, m.State = offset+e.Pos, e.State
	}
	if st.Server == nil {
		st.Frontend.State.BadRequest.Store(m)
		return
	}
	m.Backend, m.Server = st.Backend, st.Server
	st.Backend.State.BadResponse.Store(m)
}

// Captured counts the messages that were kept since the start.
func (e *Engine) Captured() uint64 { return e.captured.Load() }
