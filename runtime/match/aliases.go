package match

import "gohap/runtime/registry"

// derived are fetches whose ACL keywords have forms with a match method in their
// name, such as path_beg (configuration.txt 7.3 "ACL derivatives").
var derived = []struct{ name, fetch string }{
	{"base", "base"}, {"cook", "req.cook"}, {"hdr", "req.hdr"}, {"path", "path"}, {"scook", "res.cook"},
	{"shdr", "res.hdr"}, {"url", "url"}, {"urlp", "urlp"},
}

// methods are the endings of these names.
var methods = []struct{ method, pattern string }{
	{"beg", "a"}, {"dir", "a"}, {"dom", "a"}, {"end", "a"}, {"len", "1:3"}, {"reg", "^a"}, {"sub", "a"},
}

// renamed are other ACL keywords that are not the fetch of their name, or not
// with the match that goes with its type.
var renamed = []struct{ name, fetch, method string }{
	{"http_auth_group", "http_auth_group", "str"}, // the fetch has a match of its own
	{"method", "method", "str"},
	{"payload", "req.payload", "bin"},
	{"payload_lv", "req.payload_lv", "bin"},
	{"req_rdp_cookie", "req.rdp_cookie", "str"},
	{"req_rdp_cookie_cnt", "req.rdp_cookie_cnt", "int"},
	{"req_ssl_sni", "req.ssl_sni", "str"},
	{"req_ver", "req.ver", "str"},
	{"resp_ver", "res.ver", "str"},
	{"ssl_fc_sni_end", "ssl_fc_sni", "end"},
	{"ssl_fc_sni_reg", "ssl_fc_sni", "reg"},
}

// dotted are the ACL keywords whose patterns are versions.
var dotted = []string{"req.ssl_ver", "req_ssl_ver"}

func init() {
	for _, d := range derived {
		alias(d.name, d.fetch, "str")
		for _, m := range methods {
			alias(d.name+"_"+m.method, d.fetch, m.method, d.name+"_"+m.method+" "+m.pattern)
		}
	}
	for _, r := range renamed {
		alias(r.name, r.fetch, r.method)
	}
	for _, name := range dotted {
		alias(name, "req.ssl_ver", "int", name+" 3.1", name+" gt 3", name+" 2:3.1 3.3-3.4").Dotted = true
	}
}

func alias(name, fetch, method string, ok ...string) *registry.Alias {
	a := &registry.Alias{
		Keyword: registry.Keyword{Name: name, Manual: "7.3", Doc: "The fetch " + fetch + " with the match " + method + ".", OK: ok},
		Fetch:   fetch, Method: method,
	}
	registry.Aliases.Add(a)
	return a
}
