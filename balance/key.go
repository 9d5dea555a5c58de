package balance

import "bytes"

// URIOptions are the arguments of `balance uri`.
type URIOptions struct {
	Len      int  // `len`: as many characters at most, 0 for any
	Depth    int  // `depth`: as many directories at most, 0 for any
	Whole    bool // `whole`: the query string too
	PathOnly bool // `path-only`: from the path on, without scheme and authority
}

// URIKey is the part of a request target that `balance uri` hashes. It shares
// the target's memory.
func URIKey(target []byte, o URIOptions) []byte {
	if o.PathOnly {
		target = path(target)
	}
	if o.Len > 0 && len(target) > o.Len {
		target = target[:o.Len]
	}
	slashes := 0
	for i, c := range target {
		if c == '/' && o.Depth > 0 {
			if slashes == o.Depth {
				return target[:i]
			}
			slashes++
		} else if c == '?' && !o.Whole {
			return target[:i]
		}
	}
	return target
}

// path cuts scheme and authority off an absolute target.
func path(target []byte) []byte {
	if len(target) == 0 || target[0] == '/' || target[0] == '*' {
		return target
	}
	if i := bytes.Index(target, []byte("://")); i >= 0 {
		if k := bytes.IndexByte(target[i+3:], '/'); k >= 0 {
			return target[i+3+k:]
		}
		return nil
	}
	return target
}

// DomainKey is the main part of a host name, as `use_domain_only` wants it: of
// "www.example.com:80" that is "example". Where there is none it is the whole
// name.
func DomainKey(host []byte) []byte {
	end := bytes.LastIndexByte(host, '.')
	if end <= 0 {
		return host
	}
	// A label has one character at least, be it a dot.
	start := bytes.LastIndexByte(host[:end-1], '.') + 1
	return host[start:end]
}
