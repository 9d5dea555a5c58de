package value

import (
	"math"
	"strings"
)

// digits adds up decimal digits and reports whether the sum is at most limit.
func digits(s string, limit int64) (int64, bool) {
	var n int64
	for i := 0; i < len(s); i++ {
		c := int64(s[i] - '0')
		if n > (limit-c)/10 {
			return limit, false
		}
		n = n*10 + c
	}
	return n, true
}

// Atol reads an integer as C's atol does, which is what most of HAProxy's
// directives do: leading white space, a sign, digits, and whatever follows is
// ignored. Text without a number is 0, a number beyond 64 bits the nearest
// that fits.
func Atol(text string) int64 {
	s := strings.TrimLeft(text, " \t\n\v\f\r")
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	v, fits := digits(s[:n], math.MaxInt64)
	switch {
	case negative && !fits:
		return math.MinInt64
	case negative:
		return -v
	}
	return v
}

// Atoi is [Atol] where HAProxy keeps the number in 32 bits: the upper ones are
// lost.
func Atoi(text string) int { return int(int32(Atol(text))) }

// Int reads an integer that must fill the whole text, with an optional sign.
// The error is an [*Error] in the words of HAProxy's strict directives.
func Int(text string) (int64, error) {
	n := 0
	if n < len(text) && (text[n] == '-' || text[n] == '+') {
		n++
	}
	first := n
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	switch {
	case n < len(text):
		return 0, refuse(n, 1, "unexpected character '%s' in integer value '%s'", text[n:n+1], text)
	case n == first:
		return 0, refuse(0, len(text), "missing integer value in '%s'", text)
	}
	if _, fits := digits(text[first:], math.MaxInt64); !fits {
		return 0, refuse(first, n-first, "integer value '%s' is out of range", text)
	}
	return Atol(text), nil
}

// Percent reads an integer that "%" may follow, as in a server's weight, and
// tells whether it did.
func Percent(text string) (n int64, relative bool, err error) {
	digits, relative := strings.CutSuffix(text, "%")
	n, err = Int(digits)
	return n, relative, err
}

// Size reads a number of bytes or entries: digits and an optional unit of k, m
// or g, in either case, in steps of 1024. Like HAProxy's, it holds at most 32
// bits. The error is an [*Error] about the first character that cannot be
// taken, be it for its kind or because the size no longer fits; callers add
// where it stands.
func Size(text string) (int64, error) {
	var n int64
	for i := 0; i < len(text); i++ {
		c := text[i]
		if '0' <= c && c <= '9' {
			n = n*10 + int64(c-'0')
			if n > math.MaxUint32 {
				return 0, refuse(i, 1, "unexpected character '%s'", text[i:i+1])
			}
			continue
		}
		shift := 0
		switch c {
		case 'k', 'K':
			shift = 10
		case 'm', 'M':
			shift = 20
		case 'g', 'G':
			shift = 30
		}
		switch {
		case shift == 0 || i == 0 || n<<shift > math.MaxUint32:
			return 0, refuse(i, 1, "unexpected character '%s'", text[i:i+1])
		case i+1 < len(text):
			return 0, refuse(i+1, 1, "unexpected character '%s'", text[i+1:i+2])
		}
		return n << shift, nil
	}
	if text == "" {
		return 0, refuse(0, 0, "missing size")
	}
	return n, nil
}
