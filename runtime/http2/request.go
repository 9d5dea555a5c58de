package http2

import (
	"bytes"

	"gohap/runtime/http"
	"gohap/runtime/http2/hpack"
)

// finishRequest makes a request of the block that was decoded into r's fields.
// It reports whether it is one.
func (b *block) finishRequest(r *http.Request, end bool) bool {
	if b.bad || b.method == nil {
		return false
	}
	r.Version = http.Version20
	r.Method = b.method
	r.MethodID = http.LookupMethod(b.method)
	connect := r.MethodID == http.MethodConnect
	switch {
	case connect && b.protocol != nil:
		// RFC 8441: for everybody else it is a GET that asks for an upgrade.
		if !b.hasTarget() || b.authority == nil {
			return false
		}
		r.Method, r.MethodID = []byte("GET"), http.MethodGet
		r.Flags |= http.FlagUpgrade
		if string(b.protocol) == "websocket" {
			r.Flags |= http.FlagWebSocket
		}
	case connect:
		if b.scheme != nil || b.path != nil || len(b.authority) == 0 {
			return false
		}
	case b.protocol != nil || !b.hasTarget():
		return false
	}
	if !validToken(b.method) || !b.target(r, connect && b.protocol == nil) {
		return false
	}
	if b.expect {
		r.Flags |= http.FlagExpect
	}
	if b.cookies {
		joinCookies(r)
	}
	r.ContentLength = b.length
	r.Framing = http.Framed
	if connect {
		r.Framing = http.NoBody // what comes is the tunnel's
		if b.protocol != nil {
			r.AddRef(upgradeName, b.protocol)
			r.AddRef(connectionName, upgradeName)
		}
		return b.length <= 0
	}
	if end {
		r.Framing = http.NoBody
		if b.length > 0 {
			return false
		}
	}
	return true
}

// hasTarget reports whether the fields that make the target are there.
func (b *block) hasTarget() bool { return len(b.scheme) > 0 && len(b.path) > 0 }

// target composes the target from scheme, authority and path, and puts the
// authority in as Host.
func (b *block) target(r *http.Request, connect bool) bool {
	if connect {
		r.Target = b.authority
		r.Insert(0, "host", b.authority)
		return validTarget(r.Target)
	}
	if b.path[0] != '/' && string(b.path) != "*" || !validTarget(b.path) || !validTarget(b.authority) || !validScheme(b.scheme) {
		return false
	}
	r.Flags |= http.FlagComposed
	if len(b.authority) == 0 {
		r.Target = b.path
		return true
	}
	host := withoutPort(b.scheme, b.authority)
	r.Fields.Insert(0, "host", host)
	path := b.path
	if path[0] == '*' {
		path = nil // "*" is for the server as a whole
	}
	t := r.Alloc(len(b.scheme) + len("://") + len(host) + len(path))
	n := copy(t, b.scheme)
	n += copy(t[n:], "://")
	n += copy(t[n:], host)
	copy(t[n:], path)
	r.Target = t
	return true
}

// withoutPort drops the port that goes without saying.
func withoutPort(scheme, authority []byte) []byte {
	switch {
	case string(scheme) == "http":
		return bytes.TrimSuffix(authority, []byte(":80"))
	case string(scheme) == "https":
		return bytes.TrimSuffix(authority, []byte(":443"))
	}
	return authority
}

// joinCookies makes one Cookie field of all, at the end of the header: HTTP/2
// clients may cut it into crumbs (RFC 9113, section 8.2.3).
func joinCookies(r *http.Request) {
	n := 0
	for i := r.Index("cookie", 0); i >= 0; i = r.Index("cookie", i+1) {
		n += len("; ") + len(r.At(i).Value)
	}
	all := r.Alloc(n)[:0]
	for i := r.Index("cookie", 0); i >= 0; i = r.Index("cookie", i+1) {
		if len(all) > 0 {
			all = append(all, "; "...)
		}
		all = append(all, r.At(i).Value...)
	}
	r.Del("cookie")
	r.AddRef(cookieName, all)
}

func validToken(s []byte) bool {
	for _, c := range s {
		if !nameByte[c] && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(s) > 0
}

func validScheme(s []byte) bool {
	for _, c := range s {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if c < '0' || c > '9' {
				if c != '+' && c != '-' && c != '.' {
					return false
				}
			}
		}
	}
	return true
}

// validTarget reports whether a target has none of the bytes that would not
// survive a request line.
func validTarget(s []byte) bool {
	for _, c := range s {
		if c <= ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

// AppendRequest appends the HEADERS frame of r for stream s. A target in origin
// form leaves the host to the Host field, as it is; an upgrade to WebSocket
// becomes an extended CONNECT (RFC 8441).
func (s *Stream) AppendRequest(dst []byte, r *http.Request) []byte {
	start := len(dst)
	dst = appendFrame(dst, 0, frameHeaders, flagEndHeaders, s.id)
	r.Out = r.Framing
	if r.HasBody() {
		r.Out = http.Framed
	}
	s.bodyless = r.MethodID == http.MethodHead
	method, webSocket := r.Method, r.Is(http.FlagUpgrade|http.FlagWebSocket)
	if webSocket {
		method = connectMethod
	}
	dst = hpack.AppendNamed(dst, staticMethod, method)
	authority := http.HostPort(r.Authority())
	if webSocket && authority == nil {
		authority = r.Host()
	}
	plain := r.MethodID == http.MethodConnect
	if !plain {
		scheme := r.Scheme()
		if scheme == nil {
			scheme = httpsScheme
		}
		dst = hpack.AppendNamed(dst, staticScheme, scheme)
	}
	if len(authority) > 0 {
		dst = hpack.AppendNamed(dst, staticAuthority, authority)
	}
	if !plain {
		dst = hpack.AppendNamed(dst, staticPath, pathOf(r))
	}
	if webSocket {
		dst = hpack.AppendField(dst, protocolName, webSocketName)
	}
	dst = appendFields(dst, &r.Fields, len(authority) > 0)
	return cutHead(dst, start, s.id, s.c.peerFrameSize())
}

// pathOf is what a target has for a path.
func pathOf(r *http.Request) []byte {
	switch p := r.PathQuery(); {
	case len(p) > 0:
		return p
	case r.Form() == http.AsteriskForm || r.MethodID == http.MethodOptions:
		return []byte("*")
	}
	return []byte("/")
}

var (
	connectMethod = []byte("CONNECT")
	httpsScheme   = []byte("https")
	protocolName  = []byte(":protocol")
	webSocketName = []byte("websocket")
)
