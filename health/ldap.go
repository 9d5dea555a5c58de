package health

import "regexp"

var ldapMessage = regexp.MustCompile("^30")

// LDAP is `option ldap-check`: an anonymous bind of version 3 (RFC 4511).
func LDAP() *Script {
	bind := []byte{
		0x30, 12, // message
		0x02, 1, 1, // its number
		0x60, 7, // bind request
		0x02, 1, 3, // version
		0x04, 0, // no name
		0x80, 0, // simple, no password
	}
	return &Script{Steps: []Step{
		&Send{Data: bind},
		&Expect{
			Match: MatchHexRegexp(ldapMessage), MinRecv: 14,
			Fail: func([]byte) (string, int) { return "Not LDAPv3 protocol", 0 },
		},
		&Expect{Parse: ldapBound},
	}}
}

// ldapBound judges a bind response.
func ldapBound(input []byte, final bool) (Result, bool) {
	bad := Result{Status: L7Rsp, Info: "Not LDAPv3 protocol"}
	// SEQUENCE, INTEGER (number), [APPLICATION 1], ENUMERATED (result).
	rest := input[1:]
	var ok bool
	if rest, ok = berLength(rest); !ok {
		return bad, final
	}
	for _, tag := range []byte{0x02, 0x61, 0x0a} {
		if len(rest) < 2 {
			return bad, final
		}
		if rest[0] != tag {
			return bad, true
		}
		n := int(rest[1])
		if rest, ok = berLength(rest[1:]); !ok {
			return bad, final
		}
		if tag == 0x02 {
			if len(rest) < n {
				return bad, final
			}
			rest = rest[n:]
		}
	}
	switch {
	case len(rest) == 0:
		return bad, final
	case rest[0] != 0:
		return Result{
			Status: L7Status, Code: int(rest[0]),
			Info: "See RFC: http://tools.ietf.org/html/rfc4511#section-4.1.9",
		}, true
	}
	return Result{Status: L7OK, Info: "Success"}, true
}

// berLength skips the length of a BER element.
func berLength(b []byte) (rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, false
	}
	n := 1
	if b[0]&0x80 != 0 {
		n += int(b[0] & 0x7f)
	}
	if len(b) < n {
		return nil, false
	}
	return b[n:], true
}
