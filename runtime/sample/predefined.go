package sample

import (
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/registry"
)

// predefinedACLs are the ACLs that need no declaration (configuration.txt 7.4).
var predefinedACLs = map[string]string{
	"FALSE":          "always_false",
	"HTTP":           "req.proto_http",
	"HTTP_1.0":       "req.ver 1.0",
	"HTTP_1.1":       "req.ver 1.1",
	"HTTP_2.0":       "req.ver 2.0",
	"HTTP_3.0":       "req.ver 3.0",
	"HTTP_CONTENT":   "req.hdr_val(content-length) gt 0",
	"HTTP_URL_ABS":   "url -m reg ^[^/:]*://",
	"HTTP_URL_SLASH": "url -m beg /",
	"HTTP_URL_STAR":  "url *",
	"LOCALHOST":      "src 127.0.0.1/8 ::1",
	"METH_CONNECT":   "method CONNECT",
	"METH_DELETE":    "method DELETE",
	"METH_GET":       "method GET HEAD",
	"METH_HEAD":      "method HEAD",
	"METH_OPTIONS":   "method OPTIONS",
	"METH_POST":      "method POST",
	"METH_PUT":       "method PUT",
	"METH_TRACE":     "method TRACE",
	"RDP_COOKIE":     "req.rdp_cookie_cnt gt 0",
	"REQ_CONTENT":    "req.len gt 0",
	"TRUE":           "always_true",
	"WAIT_END":       "wait_end",
}

// predefined compiles a predefined ACL; nil when there is none of that name or
// its fetch does not exist.
func predefined(c *registry.Compiler, name string) []*test {
	text, ok := predefinedACLs[name]
	if !ok {
		return nil
	}
	var words []ast.Word
	for _, w := range strings.Fields(text) {
		words = append(words, ast.Word{Text: w})
	}
	var quiet diag.List
	inner := *c
	inner.Diags = &quiet
	x, ok := compileTest(&inner, &words[0], words, &Place{})
	if !ok {
		return nil
	}
	return []*test{x}
}
