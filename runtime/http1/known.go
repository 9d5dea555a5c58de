package http1

import (
	"bytes"

	"gohap/runtime/http"
)

// field adds a field to the message, after a look at those that say how the
// message ends or what becomes of the connection.
func (h *head) field(name, value []byte) http.Cause {
	m := h.m
	if h.kind != trailer {
		switch len(name) {
		case 4:
			if h.kind == request && string(name) == "host" {
				if i := m.Index("host", 0); i >= 0 {
					if !bytes.EqualFold(m.At(i).Value, value) {
						return http.CauseHost
					}
					return 0
				}
			}
		case 6:
			if string(name) == "expect" && equalFold(value, "100-continue") {
				m.Flags |= http.FlagExpect
			}
		case 7:
			if string(name) == "upgrade" && hasToken(value, "websocket") {
				m.Flags |= http.FlagWebSocket
			}
		case 10:
			if string(name) == "connection" {
				kept, seen := connection(&m.Fields, value)
				m.Flags |= seen
				if len(kept) == 0 {
					return 0
				}
				value = kept
			}
		case 14:
			if string(name) == "content-length" {
				return h.contentLength(name, value)
			}
		case 17:
			if string(name) == "transfer-encoding" {
				if !h.transferEncoding(value) {
					return http.CauseCoding
				}
			}
		}
	}
	m.AddRef(name, value)
	return 0
}
