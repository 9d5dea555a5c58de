package http

import (
	"fmt"
	"testing"
)

func newRequest(method, target, host string) *Request {
	r := &Request{}
	r.Reset()
	r.SetMethod([]byte(method))
	r.Target = []byte(target)
	if host != "" {
		r.Add("host", []byte(host))
	}
	return r
}

// The expectations are what haproxy's path, query, pathq and base fetches give.
func TestTargetParts(t *testing.T) {
	for _, c := range []struct {
		method, target                 string
		form                           Form
		scheme, authority, path, query string
	}{
		{"GET", "/", OriginForm, "", "", "/", ""},
		{"GET", "/a/b?c=d?e", OriginForm, "", "", "/a/b", "c=d?e"},
		{"GET", "/a#b?c", OriginForm, "", "", "/a#b", "c"},
		{"GET", "//x/y", OriginForm, "", "", "//x/y", ""},
		{"GET", "http://a/x/y?z=1", AbsoluteForm, "http", "a", "/x/y", "z=1"},
		{"GET", "http://a", AbsoluteForm, "http", "a", "", ""},
		{"GET", "http://a?x/y", AbsoluteForm, "http", "a?x", "/y", ""},
		{"GET", "FTP+x://u:p@[::1]:21/", AbsoluteForm, "FTP+x", "u:p@[::1]:21", "/", ""},
		{"GET", "http:///x", AbsoluteForm, "http", "", "/x", ""},
		{"GET", "http:/x", AuthorityForm, "", "http:/x", "", ""},
		{"GET", "mailto:x", AuthorityForm, "", "mailto:x", "", ""},
		{"GET", "a:80", AuthorityForm, "", "a:80", "", ""},
		{"GET", "?x", AuthorityForm, "", "?x", "", ""},
		{"OPTIONS", "*", AsteriskForm, "", "", "", ""},
		{"GET", "*x", AsteriskForm, "", "", "", ""},
		{"CONNECT", "a:443", AuthorityForm, "", "a:443", "", ""},
		{"CONNECT", "/x", AuthorityForm, "", "/x", "", ""},
		{"CONNECT", "http://a:80/", AbsoluteForm, "http", "a:80", "/", ""},
	} {
		r := newRequest(c.method, c.target, "")
		got := fmt.Sprintf("%d %s %s %s %s", r.Form(), r.Scheme(), r.Authority(), r.Path(), r.Query())
		want := fmt.Sprintf("%d %s %s %s %s", c.form, c.scheme, c.authority, c.path, c.query)
		if got != want {
			t.Errorf("%s %s: got %s, want %s", c.method, c.target, got, want)
		}
	}
}

// The expectations are what haproxy forwards after these actions: the target,
// and the Host header, which was "a".
func TestTargetEdit(t *testing.T) {
	edits := []struct {
		name string
		edit func(r *Request)
		host string
	}{
		{"path", func(r *Request) { r.SetPath([]byte("/new")) }, "a"},
		{"query", func(r *Request) { r.SetQuery([]byte("new")) }, "a"},
		{"no query", func(r *Request) { r.SetQuery(nil) }, "a"},
		{"path and query", func(r *Request) { r.SetPathQuery([]byte("/p?q")) }, "a"},
		{"absolute", func(r *Request) { r.SetTarget([]byte("http://u:p@q:8080/f?x")) }, "q:8080"},
		{"origin", func(r *Request) { r.SetTarget([]byte("/only")) }, "a"},
		{"star", func(r *Request) { r.SetTarget([]byte("*")) }, "a"},
		{"authority", func(r *Request) { r.SetTarget([]byte("q:80")) }, "q:80"},
		{"host", func(r *Request) { r.SetHost([]byte("zz:80")) }, "zz:80"},
	}
	const abs = "http://u:p@q:8080/f?x"
	for _, c := range []struct {
		target string
		want   [9]string // one for each edit
	}{
		{"/a?b", [9]string{"/new?b", "/a?new", "/a?", "/p?q", abs, "/only", "*", "q:80", "/a?b"}},
		{"/a", [9]string{"/new", "/a?new", "/a", "/p?q", abs, "/only", "*", "q:80", "/a"}},
		{"/?", [9]string{"/new?", "/?new", "/?", "/p?q", abs, "/only", "*", "q:80", "/?"}},
		{"//x", [9]string{"/new", "//x?new", "//x", "/p?q", abs, "/only", "*", "q:80", "//x"}},
		{"http://a/x?y", [9]string{"http://a/new?y", "http://a/x?new", "http://a/x?", "http://a/p?q", abs, "/only", "*", "q:80", "http://zz:80/x?y"}},
		{"http://a", [9]string{"/new", "http://a?new", "http://a", "/p?q", abs, "/only", "*", "q:80", "http://zz:80"}},
		{"http://u:p@a/x", [9]string{"http://u:p@a/new", "http://u:p@a/x?new", "http://u:p@a/x", "http://u:p@a/p?q", abs, "/only", "*", "q:80", "http://u:p@zz:80/x"}},
		{"*", [9]string{"/new", "*?new", "*", "/p?q", abs, "/only", "*", "q:80", "*"}},
		{"a", [9]string{"/new", "a?new", "a", "/p?q", abs, "/only", "*", "q:80", "zz:80"}},
	} {
		for i, e := range edits {
			r := newRequest("GET", c.target, "a")
			e.edit(r)
			if got := string(r.Target); got != c.want[i] {
				t.Errorf("%s after %s: got %s, want %s", c.target, e.name, got, c.want[i])
			}
			if got := string(r.Host()); got != e.host {
				t.Errorf("%s after %s: host %s, want %s", c.target, e.name, got, e.host)
			}
		}
	}
}
