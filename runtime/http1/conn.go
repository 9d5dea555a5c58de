package http1

import "gohap/runtime/http"

// RequestConn returns what to tell a server about the connection. HTTP/1.1
// keeps it unless told otherwise, earlier versions close it unless told
// otherwise. A request to switch protocols says nothing more.
func RequestConn(r *http.Request, keep bool) http.Conn {
	switch {
	case r.Flags&http.FlagUpgrade != 0:
		return http.ConnNone
	case keep && r.Version < http.Version11:
		return http.ConnKeepAlive
	case !keep && r.Version >= http.Version11:
		return http.ConnClose
	}
	return http.ConnNone
}

// ResponseConn returns what to tell the client that sent req about the
// connection.
func ResponseConn(req *http.Request, r *http.Response, keep bool) http.Conn {
	switch {
	case r.Framing == http.Tunnel || r.Interim():
		return http.ConnNone
	case keep && (r.Version < http.Version11 || req.Version < http.Version11):
		return http.ConnKeepAlive
	case !keep && r.Version >= http.Version11:
		return http.ConnClose
	}
	return http.ConnNone
}

// ClientKeep reports whether the client's connection may carry another message
// after r, the response to req: both the client and the end of the body must
// allow it. A proxy's mode may still decide otherwise.
func ClientKeep(req *http.Request, r *http.Response) bool {
	switch {
	case !req.KeepAlive(), r.Framing == http.UntilClose, r.Framing == http.Tunnel:
		return false
	case r.Framing == http.Chunked && r.Version < http.Version11:
		return false // whoever speaks HTTP/1.0 may not see where the chunks end
	}
	return true
}
