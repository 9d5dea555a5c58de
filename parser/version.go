package parser

import (
	"cmp"
	"math"
	"strings"
)

// version is a HAProxy version to compare: "2.6.12", "2.7-dev5",
// "2.6.12-abcdef-33" with the number of commits since. Missing parts are 0.
type version struct {
	numbers [4]int64
	stage   int64 // of a -dev, -rc or -pre: below a release's
	commits int64
}

// parseVersion reads as much as it understands, like HAProxy: what is no
// number counts as 0.
func parseVersion(text string) version {
	v := version{stage: math.MaxInt64}
	i := 0
	for n := 0; n < len(v.numbers); n++ {
		start := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		v.numbers[n] = number(text[start:i])
		if i == start || i >= len(text) || text[i] != '.' {
			break
		}
		i++
	}
	rest := text[i:]
	for _, stage := range [...]struct {
		name string
		rank int64
	}{{"-dev", 0}, {"-pre", 1 << 20}, {"-rc", 2 << 20}} {
		if after, ok := strings.CutPrefix(rest, stage.name); ok {
			n := 0
			for n < len(after) && isDigit(after[n]) {
				n++
			}
			v.stage = stage.rank + min(number(after[:n]), 1<<20-1)
			rest = after[n:]
			break
		}
	}
	// The commits are the digits behind the last dash, if nothing follows them.
	if dash := strings.LastIndexByte(rest, '-'); dash >= 0 {
		digits := rest[dash+1:]
		if digits != "" && strings.Trim(digits, "0123456789") == "" {
			v.commits = number(digits)
		}
	}
	return v
}

// compare returns -1, 0 or 1 as v is older than, as old as or newer than w.
func (v version) compare(w version) int {
	for i := range v.numbers {
		if c := cmp.Compare(v.numbers[i], w.numbers[i]); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(v.stage, w.stage), cmp.Compare(v.commits, w.commits))
}

// sslVersion is a version of the TLS library in parts.
type sslVersion struct {
	major, minor, fix, patch, status int64
}

// number puts the parts together as OpenSSL did up to 1.1.1.
func (v sslVersion) number() int64 {
	return v.major<<28 | v.minor<<20 | v.fix<<12 | v.patch<<4 | v.status
}

// splitSSLVersion reads "3.0.2", "1.1.1k", "3.0.0-beta1". Three numbers are
// needed.
func splitSSLVersion(text string) (v sslVersion, ok bool) {
	v.status = 0xf
	i := 0
	for n, part := range []*int64{&v.major, &v.minor, &v.fix} {
		if n > 0 {
			if i >= len(text) || text[i] != '.' {
				return v, false
			}
			i++
		}
		start := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		if i == start {
			return v, false
		}
		*part = min(number(text[start:i]), 255)
	}
	if i < len(text) && 'a' <= text[i] && text[i] <= 'z' {
		v.patch = int64(text[i]-'a') + 1
		i++
	}
	switch rest := text[i:]; {
	case strings.HasPrefix(rest, "-alpha"), strings.HasPrefix(rest, "-dev"):
		v.status = 0
	case strings.HasPrefix(rest, "-beta"):
		v.status = min(number(strings.TrimPrefix(rest, "-beta")), 0xe)
	}
	return v, true
}

// isDigit reports whether c is a decimal digit.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads the decimal digits that s starts with, up to a bound that no
// version reaches.
func number(s string) int64 {
	var n int64
	for i := 0; i < len(s) && isDigit(s[i]); i++ {
		n = min(n*10+int64(s[i]-'0'), math.MaxInt32)
	}
	return n
}
