package logtag

import "gohap/runtime/registry"

// appendText appends a string as its flags say: between quotes (Q), with the
// characters that RFC 5424 wants escaped behind a backslash (E).
func appendText[T string | []byte](dst []byte, v T, f registry.FormatFlags) []byte {
	if len(v) == 0 {
		return appendNothing(dst, f)
	}
	dst = quote(dst, f)
	dst = appendEscaped(dst, v, f)
	return quote(dst, f)
}

// appendNothing stands for a string that there is none of: a pair of quotes, or
// a dash in a log line.
func appendNothing(dst []byte, f registry.FormatFlags) []byte {
	switch {
	case f&registry.Quote != 0:
		return append(dst, `""`...)
	case f&registry.Dash != 0:
		return append(dst, '-')
	}
	return dst
}

func quote(dst []byte, f registry.FormatFlags) []byte {
	if f&registry.Quote != 0 {
		return append(dst, '"')
	}
	return dst
}

func appendEscaped[T string | []byte](dst []byte, v T, f registry.FormatFlags) []byte {
	if f&registry.Escape == 0 {
		return append(dst, v...)
	}
	for i := 0; i < len(v); i++ {
		dst = appendByte(dst, v[i], f)
	}
	return dst
}

func appendByte(dst []byte, c byte, f registry.FormatFlags) []byte {
	if f&registry.Escape != 0 && (c == '"' || c == '\\' || c == ']') {
		dst = append(dst, '\\')
	}
	return append(dst, c)
}

// byteSet is a set of bytes.
type byteSet [256]bool

// hidden returns the bytes that a log line must not show as they are: control
// characters, those beyond ASCII, and the given ones.
func hidden(more string) *byteSet {
	var s byteSet
	for c := range s {
		s[c] = c < ' ' || c >= 0x7f
	}
	for i := range len(more) {
		s[more[i]] = true
	}
	return &s
}

var (
	hiddenInLine   = hidden(`"#`)
	hiddenInHeader = hidden(`"#{|}`)
)

// appendEncoded appends v with the bytes of set as # and two hexadecimal digits,
// as requests and captured headers stand in log lines.
func appendEncoded(dst, v []byte, set *byteSet, f registry.FormatFlags) []byte {
	for _, c := range v {
		if set[c] {
			dst = append(dst, '#', hexDigits[c>>4], hexDigits[c&15])
		} else {
			dst = appendByte(dst, c, f)
		}
	}
	return dst
}

const hexDigits = "0123456789ABCDEF"

// appendHex appends n in hexadecimal with at least width digits.
func appendHex(dst []byte, n uint64, width int) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		if n>>shift != 0 || shift < 4*width {
			dst = append(dst, hexDigits[n>>shift&15])
		}
	}
	return dst
}
