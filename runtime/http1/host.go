package http1

import (
	"bytes"

	"gohap/runtime/http"
)

// normalise drops the port that a target's scheme implies, from the target and
// from the Host header (RFC 3986, section 6.2.3). It reports whether the target
// is sound: CONNECT needs a port, and a Host header has to name the target's
// authority.
func normalise(r *http.Request) bool {
	authority := http.HostPort(r.Authority())
	if lacksPort(r) {
		return false
	}
	if len(authority) == 0 {
		return true
	}
	connect := r.MethodID == http.MethodConnect
	name, port, hasPort := cutPort(authority)
	implied := impliedPort(r, port)
	goesWithoutSaying := func(port []byte) bool {
		return string(port) == implied || len(port) == 0 && (implied != noPort || r.Form() == http.AbsoluteForm)
	}
	dropped := hasPort && goesWithoutSaying(port)
	if dropped {
		authority = name
	}
	if i := r.Index("host", 0); i >= 0 {
		host := r.At(i).Value
		if n, p, ok := cutPort(host); ok && goesWithoutSaying(p) {
			host = n
		}
		if !bytes.EqualFold(host, authority) {
			return false
		}
		if dropped {
			r.SetValueRef(i, authority)
		}
	}
	if dropped && !connect {
		r.SetAuthority(authority)
	}
	return true
}

// lacksPort reports whether r is a CONNECT to no port, or to one that is no
// number.
func lacksPort(r *http.Request) bool {
	if r.MethodID != http.MethodConnect {
		return false
	}
	_, port, _ := cutPort(http.HostPort(r.Authority()))
	_, ok := parseLength(port)
	return !ok
}

// noPort is what no port reads like.
const noPort = "none"

// impliedPort returns the port that goes without saying: that of the target's
// scheme, or, after CONNECT, port itself when it is one of the two usual ones;
// else noPort.
func impliedPort(r *http.Request, port []byte) string {
	if r.MethodID == http.MethodConnect {
		switch string(port) {
		case "80":
			return "80"
		case "443":
			return "443"
		}
		return noPort
	}
	switch s := r.Scheme(); {
	case equalFold(s, "http"):
		return "80"
	case equalFold(s, "https"):
		return "443"
	}
	return noPort
}

// cutPort splits "name:port". ok tells whether there is a colon, outside the
// brackets of an IPv6 address.
func cutPort(authority []byte) (name, port []byte, ok bool) {
	i := bytes.LastIndexByte(authority, ':')
	if i < 0 || bytes.IndexByte(authority[i:], ']') >= 0 {
		return authority, nil, false
	}
	return authority[:i:i], authority[i+1:], true
}
