package http

import "bytes"

// Form is one of the shapes a request target may have (RFC 9112, section 3.2).
type Form uint8

// The four forms.
const (
	// OriginForm is "/path?query".
	OriginForm Form = iota
	// AbsoluteForm is "scheme://authority/path?query".
	AbsoluteForm
	// AuthorityForm is "host:port", and whatever else does not start with a
	// slash, a star or a scheme.
	AuthorityForm
	// AsteriskForm is "*".
	AsteriskForm
)

// Form tells the target's shape. CONNECT always takes an authority.
func (r *Request) Form() Form {
	f, _ := split(r.Target, r.MethodID)
	return f
}

// split finds the target's form and, in the absolute and authority forms, where
// its authority lies (start, end).
func split(t []byte, m Method) (Form, [2]int) {
	switch {
	case m == MethodConnect && schemeLen(t) == 0:
		return AuthorityForm, [2]int{0, len(t)}
	case len(t) == 0 || t[0] == '/':
		return OriginForm, [2]int{}
	case t[0] == '*':
		return AsteriskForm, [2]int{}
	}
	i := schemeLen(t)
	if i == 0 {
		return AuthorityForm, [2]int{0, len(t)}
	}
	start := i + len("://")
	end := len(t)
	if j := bytes.IndexByte(t[start:], '/'); j >= 0 {
		end = start + j
	}
	return AbsoluteForm, [2]int{start, end}
}

// schemeLen returns the length of the scheme that t starts with, 0 when there
// is none followed by "://".
func schemeLen(t []byte) int {
	for i, c := range t {
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':' && i+2 < len(t) && t[i+1] == '/' && t[i+2] == '/':
			return i
		default:
			return 0
		}
	}
	return 0
}

// Scheme returns the scheme of a target in absolute form, else nil.
func (r *Request) Scheme() []byte {
	if f, a := split(r.Target, r.MethodID); f == AbsoluteForm {
		return r.Target[:a[0]-len("://")]
	}
	return nil
}

// Authority returns the authority that the target carries, user information
// included; nil in origin and asterisk form.
func (r *Request) Authority() []byte {
	f, a := split(r.Target, r.MethodID)
	if f == AbsoluteForm || f == AuthorityForm {
		return r.Target[a[0]:a[1]]
	}
	return nil
}

// pathStart returns where the path begins in the target, -1 when there is none.
func (r *Request) pathStart() int {
	switch f, a := split(r.Target, r.MethodID); f {
	case OriginForm:
		return 0
	case AbsoluteForm:
		return a[1]
	}
	return -1
}

// PathQuery returns the target from its path on: the pathq fetch. It is nil
// where the target has no path.
func (r *Request) PathQuery() []byte {
	i := r.pathStart()
	if i < 0 {
		return nil
	}
	return r.Target[i:]
}

// Path returns the path, without query: the path fetch.
func (r *Request) Path() []byte {
	p := r.PathQuery()
	if i := bytes.IndexByte(p, '?'); i >= 0 {
		return p[:i]
	}
	return p
}

// Query returns what follows the first question mark of the path, which is not
// part of it: the query fetch. It is nil without question mark.
func (r *Request) Query() []byte {
	p := r.PathQuery()
	if i := bytes.IndexByte(p, '?'); i >= 0 {
		return p[i+1:]
	}
	return nil
}

// SetTarget replaces the whole target, as set-uri does; t is copied. When it
// carries an authority the Host header, if there is one, follows.
func (r *Request) SetTarget(t []byte) {
	r.Target = r.arena.copy(t)
	if a := HostPort(r.Authority()); len(a) > 0 {
		if i := r.Index("host", 0); i >= 0 {
			r.SetValueRef(i, a)
		}
	}
}

// SetPath replaces the path and keeps the query. A target without path becomes
// the path.
func (r *Request) SetPath(path []byte) {
	i := r.pathStart()
	if i < 0 || i == len(r.Target) {
		r.Target = r.arena.copy(path)
		return
	}
	r.splice(i, i+len(r.Path()), path, 0)
}

// SetPathQuery replaces path and query. A target without path becomes what is
// given.
func (r *Request) SetPathQuery(pathq []byte) {
	i := r.pathStart()
	if i < 0 || i == len(r.Target) {
		r.Target = r.arena.copy(pathq)
		return
	}
	r.splice(i, len(r.Target), pathq, 0)
}

// SetQuery replaces the query, which q gives without its question mark; one is
// added where there is none, unless q is empty.
func (r *Request) SetQuery(q []byte) {
	i := bytes.IndexByte(r.Target, '?')
	switch {
	case i >= 0:
		r.splice(i+1, len(r.Target), q, 0)
	case len(q) > 0:
		r.splice(len(r.Target), len(r.Target), q, '?')
	}
}

// SetHost replaces the Host header as set-header does, at the end of the list,
// and the target's authority.
func (r *Request) SetHost(host []byte) {
	r.Set("host", host)
	r.SetAuthority(host)
}

// SetAuthority replaces host and port of a target in absolute or authority form
// and keeps its user information. Other targets stay as they are. Rules that add
// or change a Host header call it with the new value, so that both keep saying
// the same; a Host header removed leaves the target alone.
func (r *Request) SetAuthority(hostport []byte) {
	f, a := split(r.Target, r.MethodID)
	if f == AbsoluteForm || f == AuthorityForm {
		r.splice(a[1]-len(HostPort(r.Target[a[0]:a[1]])), a[1], hostport, 0)
	}
}

// splice puts with in place of Target[i:j], after mark unless that is 0.
func (r *Request) splice(i, j int, with []byte, mark byte) {
	n := len(r.Target) - (j - i) + len(with)
	if mark != 0 {
		n++
	}
	t := r.arena.alloc(n)
	k := copy(t, r.Target[:i])
	if mark != 0 {
		t[k] = mark
		k++
	}
	k += copy(t[k:], with)
	copy(t[k:], r.Target[j:])
	r.Target = t
}

// HostPort returns an authority without its user information.
func HostPort(authority []byte) []byte {
	if i := bytes.LastIndexByte(authority, '@'); i >= 0 {
		return authority[i+1:]
	}
	return authority
}
