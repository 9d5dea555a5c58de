package converter

import (
	"encoding/base64"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		encoded("base64", "The bytes in base64.", base64.StdEncoding),
		decoded("b64dec", "The bytes that the string is in base64.", appendBase64),
		encoded("ub64enc", "The bytes in base64 for URLs, without padding.", base64.RawURLEncoding),
		decoded("ub64dec", "The bytes that the string is in base64 for URLs.", appendBase64URL),
	)
}

func encoded(name, doc string, e *base64.Encoding) *registry.Converter {
	return example(simple(name, doc, core.Bin, core.Str, func(s *core.Stream, p *core.Sample) bool {
		b := s.Scratch(e.EncodedLen(len(p.Bytes)))
		e.Encode(b, p.Bytes)
		p.SetStr(b)
		return true
	}))
}

func decoded(name, doc string, decode func(dst, src []byte) ([]byte, bool)) *registry.Converter {
	return example(simple(name, doc, core.Str, core.Bin, func(s *core.Stream, p *core.Sample) bool {
		b, ok := decode(s.Scratch(len(p.Bytes))[:0], p.Bytes)
		p.SetBin(b)
		return ok
	}))
}

// What decides about a byte that is no digit: Go's decoders skip line ends and
// refuse padding where HAProxy takes it.
const (
	digits64    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	notDigit    = 0xff
	paddingByte = 0xfe
)

// values64 gives the values of an alphabet's digits.
func values64(last string, padding byte) (t [256]byte) {
	for i := range t {
		t[i] = notDigit
	}
	for i := range digits64 {
		t[digits64[i]] = byte(i)
	}
	t[last[0]], t[last[1]], t['='] = 62, 63, padding
	return t
}

var (
	standard64 = values64("+/", paddingByte)
	// HAProxy takes padding for the last digit, although there should be none.
	url64 = values64("-_", 63)
)

// appendBase64 decodes groups of four digits, each of which may end in padding.
func appendBase64(dst, src []byte) ([]byte, bool) {
	if len(src)%4 != 0 {
		return nil, false
	}
	for ; len(src) > 0; src = src[4:] {
		bits, n := uint32(0), 0
		for i, c := range src[:4] {
			v := standard64[c]
			switch {
			case v == paddingByte:
				v = 0
			case v == notDigit || n < i:
				return nil, false
			default:
				n++
			}
			bits = bits<<6 | uint32(v)
		}
		dst = append(dst, byte(bits>>16), byte(bits>>8), byte(bits))
		dst = dst[:len(dst)-3+max(n-1, 0)]
	}
	return dst, true
}

// appendBase64URL decodes digits, of which the last group may be shorter.
func appendBase64URL(dst, src []byte) ([]byte, bool) {
	if len(src)%4 == 1 {
		return nil, false
	}
	for ; len(src) > 0; src = src[min(4, len(src)):] {
		bits, n := uint32(0), min(4, len(src))
		for _, c := range src[:n] {
			v := url64[c]
			if v == notDigit {
				return nil, false
			}
			bits = bits<<6 | uint32(v)
		}
		bits <<= 6 * (4 - n)
		dst = append(dst, byte(bits>>16), byte(bits>>8), byte(bits))
		dst = dst[:len(dst)-4+n]
	}
	return dst, true
}
