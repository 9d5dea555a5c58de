package syntax

import (
	"math"
	"strconv"
	"strings"
)

// Number reads a number as Lua 5.3 writes them: decimal or hexadecimal, whole or not,
// with blanks around. A whole hexadecimal number wraps around at 64 bits.
func Number(text string) (float64, bool) {
	text = strings.Trim(text, " \t\n\v\f\r")
	digits, neg := text, false
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		neg = digits[0] == '-'
		digits = digits[1:]
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		v, ok := hexNumber(digits[2:])
		if neg {
			v = -v
		}
		return v, ok
	}
	if digits == "" || !isDigit(digits[0]) && digits[0] != '.' || strings.ContainsAny(digits, "_xXpPnN") {
		return 0, false
	}
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil && !math.IsInf(v, 0) {
		return 0, false
	}
	if neg {
		v = -v
	}
	return v, true
}

func hexNumber(s string) (float64, bool) {
	if !strings.ContainsAny(s, ".pP") {
		var n uint64
		for i := range len(s) {
			d := hexValue(s[i])
			if d < 0 {
				return 0, false
			}
			n = n<<4 | uint64(d)
		}
		return float64(int64(n)), s != ""
	}
	if !strings.ContainsAny(s, "pP") {
		s += "p0"
	}
	if strings.Contains(s, "_") {
		return 0, false
	}
	v, err := strconv.ParseFloat("0x"+s, 64)
	return v, err == nil || math.IsInf(v, 0)
}

// literal is a number as the interpreter's compiler reads it.
func literal(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return strconv.FormatInt(int64(v), 10)
	}
	return strconv.FormatFloat(v, 'e', -1, 64)
}

// AppendUTF8 appends a code point of up to 31 bits in the form that UTF-8 first had.
func AppendUTF8(b []byte, v uint32) []byte {
	if v < 0x80 {
		return append(b, byte(v))
	}
	var tail [6]byte
	n := len(tail)
	for first := uint32(0x3f); ; {
		n--
		tail[n] = byte(0x80 | v&0x3f)
		v >>= 6
		first >>= 1
		if v <= first {
			n--
			tail[n] = byte(^first<<1) | byte(v)
			return append(b, tail[n:]...)
		}
	}
}
