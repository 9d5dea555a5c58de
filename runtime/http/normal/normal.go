// Package normal rewrites parts of request targets that can be written in several
// ways into one (configuration.txt 4.2 "http-request normalize-uri"). Each
// function appends its result to dst, and reports false for input that a strict
// reading refuses.
package normal

import (
	"bytes"
	"slices"
)

// MergeSlashes makes one slash of several.
func MergeSlashes(dst, path []byte) ([]byte, bool) {
	for i, c := range path {
		if c != '/' || i == 0 || path[i-1] != '/' {
			dst = append(dst, c)
		}
	}
	return dst, true
}

// StripDot removes the segments "." of a path.
func StripDot(dst, path []byte) ([]byte, bool) {
	for i := 0; i < len(path); i++ {
		if (i == 0 || path[i-1] == '/') && path[i] == '.' && (i+1 == len(path) || path[i+1] == '/') {
			i++ // the slash behind it, too
			continue
		}
		dst = append(dst, path[i])
	}
	return dst, true
}

// StripDotDot removes the segments ".." of a path together with those before
// them. What goes above the root is kept unless full is set.
func StripDotDot(full bool) func(dst, path []byte) ([]byte, bool) {
	return func(dst, path []byte) ([]byte, bool) {
		start := len(dst)
		kept := start // what lies before is not to be taken back
		for len(path) > 0 {
			// A segment ends with its slash.
			n := bytes.IndexByte(path, '/') + 1
			if n == 0 {
				n = len(path)
			}
			segment := path[:n]
			path = path[n:]
			if s := bytes.TrimSuffix(segment, slash); string(s) != ".." {
				dst = append(dst, segment...)
				continue
			}
			back := previous(dst[kept:])
			switch {
			case back >= 0:
				dst = dst[:kept+back]
			case !full:
				dst = append(append(dst, ".."...), '/')
				kept = len(dst)
			}
		}
		return dst, true
	}
}

var slash = []byte{'/'}

// previous returns where the last segment of a path begins, -1 when there is none
// but the root.
func previous(path []byte) int {
	n := len(path)
	if n == 0 || n == 1 && path[0] == '/' {
		return -1
	}
	if path[n-1] == '/' {
		n--
	}
	return bytes.LastIndexByte(path[:n], '/') + 1
}

// DecodeUnreserved decodes the percent-encoded characters that need no encoding
// (RFC 3986, 2.3).
func DecodeUnreserved(strict bool) func(dst, b []byte) ([]byte, bool) {
	return percent(strict, func(dst, code []byte, c byte) []byte {
		if unreserved(c) {
			return append(dst, c)
		}
		return append(dst, code...)
	})
}

// Uppercase writes the digits of percent-encoded characters in upper case.
func Uppercase(strict bool) func(dst, b []byte) ([]byte, bool) {
	return percent(strict, func(dst, code []byte, _ byte) []byte {
		return append(append(dst, '%'), bytes.ToUpper(code[1:])...)
	})
}

// percent hands each percent-encoded character and its code to write.
func percent(strict bool, write func(dst, code []byte, c byte) []byte) func(dst, b []byte) ([]byte, bool) {
	return func(dst, b []byte) ([]byte, bool) {
		for i := 0; i < len(b); i++ {
			if b[i] != '%' {
				dst = append(dst, b[i])
				continue
			}
			if i+2 >= len(b) || digit(b[i+1]) < 0 || digit(b[i+2]) < 0 {
				if strict {
					return dst, false
				}
				dst = append(dst, b[i])
				continue
			}
			dst = write(dst, b[i:i+3], byte(digit(b[i+1])<<4|digit(b[i+2])))
			i += 2
		}
		return dst, true
	}
}

func unreserved(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// EncodeFragment encodes the number sign that begins a fragment.
func EncodeFragment(dst, target []byte) ([]byte, bool) {
	for _, c := range target {
		if c == '#' {
			dst = append(dst, "%23"...)
		} else {
			dst = append(dst, c)
		}
	}
	return dst, true
}

// StripFragment removes the fragment.
func StripFragment(dst, target []byte) ([]byte, bool) {
	before, _, _ := bytes.Cut(target, []byte{'#'})
	return append(dst, before...), true
}

// maxParameters bounds how many parameters of a query are sorted; what follows
// stays where it is.
const maxParameters = 256

// SortQuery sorts the parameters of a query by their names. An empty one at the
// end goes.
func SortQuery(dst, query []byte) ([]byte, bool) {
	var all [maxParameters][]byte
	n, rest := 0, query
	for ; len(rest) > 0 && n < maxParameters; n++ {
		all[n], rest, _ = bytes.Cut(rest, []byte{'&'})
	}
	slices.SortStableFunc(all[:n], func(a, b []byte) int { return bytes.Compare(name(a), name(b)) })
	for i := range n {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(dst, all[i]...)
	}
	if len(rest) > 0 {
		dst = append(append(dst, '&'), rest...)
	}
	return dst, true
}

func name(parameter []byte) []byte {
	n, _, _ := bytes.Cut(parameter, []byte{'='})
	return n
}
