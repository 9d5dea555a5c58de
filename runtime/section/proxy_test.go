package section_test

import (
	"reflect"
	"strings"
	"testing"

	"gohap/health"
	"gohap/runtime/core"
	"gohap/runtime/section/proxy"
)

func TestCookieSuffix(t *testing.T) {
	p := backend(t, "    cookie A insert indirect nocache httponly secure domain .a.b domain .c.d attr SameSite=Lax attr foo")
	if want := "; path=/; domain=.a.b; domain=.c.d; HttpOnly; Secure; SameSite=Lax; foo"; p.Cookie.Suffix != want {
		t.Errorf("suffix %q, want %q", p.Cookie.Suffix, want)
	}
}

// request returns the first request of p's checks, "" without one.
func request(p *core.Proxy) *health.Request {
	s, ok := proxy.Probe(p, nil).(*health.Script)
	if !ok {
		return nil
	}
	for _, step := range s.Steps {
		if q, ok := step.(*health.Request); ok {
			return q
		}
	}
	return nil
}

// TestHTTPCheckRequest holds what was seen of HAProxy's requests for the same
// lines.
func TestHTTPCheckRequest(t *testing.T) {
	header := func(pairs ...string) (h []health.Header) {
		for i := 0; i < len(pairs); i += 2 {
			h = append(h, health.Header{Name: pairs[i], Value: pairs[i+1]})
		}
		return h
	}
	for _, c := range []struct {
		defaults, lines string
		want            health.Request
	}{
		{"", "option httpchk", health.Request{}},
		{"", "option httpchk /x", health.Request{URI: "/x"}},
		{"", `option httpchk GET /a HTTP/1.1\r\nHost:\ www.x\r\nX:\ y`,
			health.Request{Method: "GET", URI: "/a", Version: "HTTP/1.1", Headers: header("Host", "www.x", "X", "y")}},
		{"", `option httpchk GET /a HTTP/1.0\r\nHost:\ x\r\n\r\nbody`,
			health.Request{Method: "GET", URI: "/a", Version: "HTTP/1.0", Headers: header("Host", "x"), Body: "body"}},
		{"", "option httpchk GET /a HTTP/1.1\\r\\nHost:\\ x\nhttp-check send hdr A b",
			health.Request{Method: "GET", URI: "/a", Version: "HTTP/1.1", Headers: header("A", "b")}},
		{"", "http-check send uri /q meth POST body foo\noption httpchk GET /a HTTP/1.1",
			health.Request{Method: "POST", URI: "/q", Version: "HTTP/1.1", Body: "foo"}},
		{"option httpchk GET /def", "", health.Request{Method: "GET", URI: "/def"}},
		{"option httpchk GET /def\nhttp-check send hdr Host h", "", health.Request{Method: "GET", URI: "/def", Headers: header("Host", "h")}},
		{"option httpchk GET /def\nhttp-check send hdr Host h", "option httpchk HEAD /own", health.Request{Method: "HEAD", URI: "/own"}},
		{"option httpchk GET /def", "http-check send uri /mine", health.Request{URI: "/mine"}},
	} {
		g, list := compile("defaults\ntimeout connect 5s\ntimeout server 5s\nmode http\n" + c.defaults + "\nbackend b\n" + c.lines + "\n")
		if list.Failed() {
			t.Errorf("%s: %v", c.lines, list.All)
			continue
		}
		if q := request(g.Backends["b"]); q == nil || !reflect.DeepEqual(*q, c.want) {
			t.Errorf("defaults %q, lines %q\n\tsend %+v\n\twant %+v", c.defaults, c.lines, q, c.want)
		}
	}
}

// TestStatsDetach: a proxy's first "stats" line puts aside what the defaults
// section said of the page.
func TestStatsDetach(t *testing.T) {
	g, _ := compile("defaults\nmode http\nstats uri /x\nstats auth a:b\nbackend one\nstats hide-version\nbackend two\n")
	one, two := g.Backends["one"].Stats, g.Backends["two"].Stats
	if one.URI != core.DefaultStatsURI || len(one.Users) != 0 || !one.HideVersion {
		t.Errorf("one: %+v", one)
	}
	if two.URI != "/x" || len(two.Users) != 1 {
		t.Errorf("two: %+v", two)
	}
}

// TestOldLines tells what lines replace the old ones.
func TestOldLines(t *testing.T) {
	for _, c := range []struct{ old, now string }{
		{`reqadd X-Proto:\ http`, "http-request add-header X-Proto http"},
		{`reqadd X-Share:\ 5%\ off if { src 192.0.2.1 }`, "http-request add-header X-Share '5%% off' if { src 192.0.2.1 }"},
		{`rspadd Strict-Transport-Security:\ max-age=31536000`, "http-response add-header Strict-Transport-Security max-age=31536000"},
		{`reqidel ^X-Forwarded-For:.*`, "http-request del-header X-Forwarded-For"},
		{`reqrep ^([^\ :]*)\ /wordpress/(.*) \1\ /\2`, `http-request replace-uri ^/wordpress/(.*) '/\1'`},
		{`reqirep ^(GET|POST|HEAD)\ /nexus/(.*) \1\ /\2`, `http-request replace-uri (?i)^/nexus/(.*) '/\1' if { method GET POST HEAD }`},
		{`reqirep ^Host: Host:\ nexus`, "http-request replace-header Host (?i)^.* nexus"},
		{`rspirep ^Location:\ (http|https)://nexus/(.*) Location:\ \1://home/\2`,
			`http-response replace-header Location (?i)^(http|https)://nexus/(.*) '\1://home/\2'`},
		{`reqideny ^Host:\ evil`, "http-request deny if { req.fhdr(Host) -m reg (?i)^evil }"},
		{`reqdeny ^[^:\ ]*\ /admin`, "http-request deny if { url -m reg ^/admin }"},
		{`block if { src 192.0.2.1 }`, "http-request deny if { src 192.0.2.1 }"},
		{`monitor-net 192.0.2.0/24`, "http-request return status 200 if { src 192.0.2.0/24 }"},
	} {
		_, list := compile("defaults\nmode http\ntimeout client 5s\nfrontend f\nbind 127.0.0.1:8080\n" + c.old + "\n")
		if list.Failed() || len(list.All) != 1 {
			t.Errorf("%s: %v", c.old, list.All)
			continue
		}
		if got := strings.TrimSpace(list.All[0].Fix); got != c.now {
			t.Errorf("%s\n\tbecomes %s\n\twant    %s", c.old, got, c.now)
		}
	}
}
