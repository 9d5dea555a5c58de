package action_test

import (
	"testing"

	"gohap/runtime/core"
	"gohap/runtime/http1"
)

// TestConditionsSeeChanges has rules look at the same data before and after an
// action changed it.
func TestConditionsSeeChanges(t *testing.T) {
	r := compile(t, core.HTTPRequest,
		"set-header host b.example if { hdr(host) -i A.example } { hdr(host) -m end ample }",
		"add-header seen host-a if { hdr(host) a.example }",
		"add-header seen host-b if { hdr(host) -i B.example }",
		"set-path /2 if { path /1 } { path_beg / }",
		"add-header seen path-1 if { path /1 }",
		"add-header seen path-2 if { path /2 }",
		"add-header seen second if { hdr(list) -i TWO } { hdr(list) three } !{ hdr(list) four } { req.hdr(list,2) two }",
		"add-header seen length if { hdr(list) -m len 5 } { hdr(list),upper THREE }",
		"del-header list if { hdr(list) one }",
		"add-header seen gone unless { hdr(list) one } || { hdr(list) -m found }",
		"set-method PUT if { method GET }",
		"add-header seen put if { method PUT } !{ method GET }",
	)
	s := r.stream("127.0.0.1:80")
	for range 2 { // the second time with what a stream keeps
		session := s.Session
		s.Reset()
		s.Session, s.Frontend, s.Backend, s.RequestParsed, s.Complete = session, r.frontend, r.frontend, true, true
		head := "GET /1 HTTP/1.1\r\nHost: a.example\r\nlist: one, two\r\nlist: three\r\n\r\n"
		if _, err := http1.ParseRequest([]byte(head), &s.Req, nil); err != nil {
			t.Fatal(err)
		}
		at := 0
		core.RunRules(s, r.rules, &at)
		want := "PUT /2 HTTP/1.1\r\nhost: b.example\r\nseen: host-b\r\nseen: path-2\r\nseen: second\r\nseen: length\r\nseen: gone\r\nseen: put\r\n\r\n"
		if got := string(http1.AppendRequest(nil, &s.Req)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
