package logtag

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	captures("hr", "The captured request headers, between braces and separated by bars.", requestCaptures, appendCaptures)
	captures("hs", "The captured response headers, between braces and separated by bars.", responseCaptures, appendCaptures)
	captures("hrl", "The captured request headers, each a word of its own.", requestCaptures, appendCaptureList)
	captures("hsl", "The captured response headers, each a word of its own.", responseCaptures, appendCaptureList)
	add("CC", "The request cookie that capture cookie names.", registry.HTTPMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		return appendText(dst, s.Log.RequestCookie, f)
	})
	add("CS", "The response cookie that capture cookie names.", registry.HTTPMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		return appendText(dst, s.Log.ResponseCookie, f)
	})
}

// captures adds a variable for captured headers.
func captures(name, doc string, of func(*core.Stream) [][]byte, form func([]byte, [][]byte, registry.FormatFlags) []byte) {
	add(name, doc, registry.AnyMode, func(dst []byte, s *core.Stream, f registry.FormatFlags) []byte {
		return form(dst, of(s), f)
	})
	t, _ := registry.LogTags.Find(name)
	t.Vanishes = true
}

func requestCaptures(s *core.Stream) [][]byte { return s.RequestCaptures }

// none stands for the response's captures when there was no response.
var none [64][]byte

// responseCaptures are as many as were declared, once there was a request:
// without a response they are empty.
func responseCaptures(s *core.Stream) [][]byte {
	n := len(s.Frontend.ResponseCaptures)
	if len(s.ResponseCaptures) == 0 && s.RequestParsed && n <= len(none) {
		return none[:n]
	}
	return s.ResponseCaptures
}

// appendCaptures appends nothing at all when nothing is captured.
func appendCaptures(dst []byte, all [][]byte, f registry.FormatFlags) []byte {
	if len(all) == 0 {
		return dst
	}
	dst = append(quote(dst, f), '{')
	for i, v := range all {
		if i > 0 {
			dst = append(dst, '|')
		}
		dst = appendEncoded(dst, v, hiddenInHeader, f)
	}
	return quote(append(dst, '}'), f)
}

func appendCaptureList(dst []byte, all [][]byte, f registry.FormatFlags) []byte {
	for i, v := range all {
		if i > 0 {
			dst = append(dst, ' ')
		}
		if v == nil {
			dst = appendNothing(dst, f)
			continue
		}
		dst = quote(dst, f)
		dst = appendEncoded(dst, v, hiddenInHeader, f)
		dst = quote(dst, f)
	}
	return dst
}
