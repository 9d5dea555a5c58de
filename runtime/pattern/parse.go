package pattern

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"gohap/runtime/regex"
)

// parsed is a pattern as one kind understands it.
type parsed struct {
	text   string
	span   span
	re     *regex.Regexp
	prefix netip.Prefix
	// holed stands for addr under mask, which is no prefix's.
	holed      bool
	addr, mask uint32
}

// parse reads a pattern for an expression. names says that host names may be
// looked up.
func (x *Expr) parse(pattern string, names bool) (p parsed, err error) {
	p.text = pattern
	if x.Fold {
		p.text = lower(pattern)
	}
	switch x.Kind {
	case Int, Len:
		p.span, err = integers.parse(pattern)
	case Dotted:
		p.span, err = versions.parse(pattern)
	case IP:
		err = parseNetwork(pattern, &p, names)
	case Bin:
		p.text, err = parseHex(pattern)
	case Dir, Dom:
		p.text = strings.Trim(p.text, delimiters[x.Kind])
	case End:
		p.text = reversed(p.text)
	case Reg, Regm:
		p.re, err = regex.Compile(pattern, x.Fold)
	}
	return p, err
}

// reversed returns s from its end to its start, byte by byte.
func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

func parseHex(t string) (string, error) {
	if len(t)%2 != 0 {
		return "", errors.New("an even number of hex digit is expected")
	}
	b := make([]byte, len(t)/2)
	for i := range len(t) {
		d := hexDigit(t[i])
		if d < 0 {
			return "", fmt.Errorf("an hex digit is expected (found '%c')", t[i])
		}
		b[i/2] = b[i/2]<<4 | byte(d)
	}
	return string(b), nil
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// lower changes ASCII letters only, as look-ups do.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
