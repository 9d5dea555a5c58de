package balance

import (
	"fmt"
	"strings"
	"testing"
)

var uriCases = []struct {
	args string
	opts URIOptions
}{
	{"", URIOptions{}},
	{"len 7", URIOptions{Len: 7}},
	{"depth 2", URIOptions{Depth: 2}},
	{"depth 3 len 9", URIOptions{Depth: 3, Len: 9}},
	{"whole", URIOptions{Whole: true}},
	{"whole len 14", URIOptions{Whole: true, Len: 14}},
	{"whole depth 3", URIOptions{Whole: true, Depth: 3}},
	{"path-only", URIOptions{PathOnly: true}},
	{"path-only depth 1 whole", URIOptions{PathOnly: true, Depth: 1, Whole: true}},
}

func TestURILikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	weights := []int{17, 3, 11, 7, 5, 13, 2, 9}
	var lines []string
	for _, w := range weights {
		lines = append(lines, fmt.Sprint("weight ", w))
	}
	targets := []string{"/", "/?", "/?a=b", "//", "//a//b?/c/d", "http://h/", "http://host.example/a/b/c?x=/y", "http://h?q", "/a", "*"}
	for i := range 40 {
		targets = append(targets, "/"+strings.Repeat("dir/", i%5)+fmt.Sprintf("file%d?q=%d/x/y", i*7, i))
	}
	for _, c := range uriCases {
		h := startHAProxy(t, " balance uri "+c.args+"\n hash-type map-based sdbm avalanche", lines)
		_, ss := fakes(weights...)
		b := New(Config{Algorithm: URI, Avalanche: true}, ss)
		for _, target := range targets {
			if target == "*" && strings.Contains(c.args, "path-only") {
				continue
			}
			key := URIKey([]byte(target), c.opts)
			want := h.pick("", target, "")
			if got := b.Pick(key, None); key != nil && got != want {
				t.Errorf("uri %s: %s goes to %d by %q, want %d", c.args, target, got+1, key, want+1)
			}
		}
	}
}

func TestDomainLikeHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	weights := []int{17, 3, 11, 7, 5, 13, 2, 9}
	var lines []string
	for _, w := range weights {
		lines = append(lines, fmt.Sprint("weight ", w))
	}
	h := startHAProxy(t, " balance hdr(host) use_domain_only\n hash-type map-based sdbm avalanche", lines)
	_, ss := fakes(weights...)
	b := New(Config{Algorithm: Hdr, Avalanche: true}, ss)
	for _, host := range []string{
		"haproxy.1wt.eu", "www.example.com", "www.example.com:8080", "example.com", "localhost", "localhost:80",
		"a.b.c.d", "x", "a.b", "10.1.2.3", "10.1.2.3:81", "com.", ".com", "a..b", "..", "www.example.com.",
	} {
		want := h.pick("", "/", "Host: "+host+"\r\n")
		if got := b.Pick(DomainKey([]byte(host)), None); got != want {
			t.Errorf("%s goes to %d by %q, want %d", host, got+1, DomainKey([]byte(host)), want+1)
		}
	}
}
