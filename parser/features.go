package parser

import "strings"

// Features is what conditions ask about the program itself.
type Features struct {
	// Version is what -v prints, such as "2.6.12-1".
	Version string
	// Names holds the features of the list that -vv prints, without their
	// signs, and whether each is there.
	Names map[string]bool
	// OpenSSL is the name and version of the TLS library, such as
	// "OpenSSL 3.0.22 25 Aug 2026", or "" without TLS.
	OpenSSL string
}

// feature answers feature(name). HAProxy looks for "+name" in its list, where
// no name at all is found too.
func (f *Features) feature(name string) bool { return name == "" || f.Names[name] }

// sslName answers ssllib_name_startswith(prefix).
func (f *Features) sslName(prefix string) bool {
	return f.OpenSSL != "" && strings.HasPrefix(f.OpenSSL, prefix)
}

// sslVersion returns the library's version for comparison with that of
// parseSSLVersion, false without TLS.
func (f *Features) sslVersion() (int64, bool) {
	for _, word := range strings.Fields(f.OpenSSL) {
		if word[0] < '0' || word[0] > '9' {
			continue
		}
		v, ok := splitSSLVersion(word)
		if !ok {
			return 0, false
		}
		// Since 3.0 the third number takes the place of the patch letter in
		// the library's own number.
		if v.major >= 3 {
			return v.major<<28 | v.minor<<20 | v.fix<<4, true
		}
		return v.number(), true
	}
	return 0, false
}
