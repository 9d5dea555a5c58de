package section_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"gohap/parser/diag"
	"gohap/runtime/core"
)

// backend compiles lines of a backend and returns it.
func backend(t *testing.T, lines string) *core.Proxy {
	t.Helper()
	g, list := compile("defaults\n    mode http\n    timeout connect 5s\n    timeout server 5s\nbackend b\n" + lines + "\n")
	if list.Failed() {
		t.Fatalf("%s\nis refused: %v", lines, list.All)
	}
	return g.Backends["b"]
}

func TestServerOptionsFromDefaults(t *testing.T) {
	p := backend(t, `
    default-server inter 7s maxconn 30 check
    server one 127.0.0.1:80 inter 1s
    default-server no-check weight 9
    server two 127.0.0.1:81`)
	one, two := p.Servers[0], p.Servers[1]
	if one.Inter != time.Second || one.MaxConn != 30 || !one.Check || one.Weight != 1 {
		t.Errorf("one: %+v", one.ServerSettings)
	}
	if two.Inter != 7*time.Second || two.Check || two.Weight != 9 {
		t.Errorf("two: %+v", two.ServerSettings)
	}
}

func TestServerNumbers(t *testing.T) {
	p := backend(t, `
    server a 127.0.0.1:80
    server b 127.0.0.1:80 id 2
    server c 127.0.0.1:80
    server-template t 2-3 127.0.0.1:90`)
	for i, want := range []struct {
		name string
		id   int
	}{{"a", 1}, {"b", 2}, {"c", 3}, {"t2", 4}, {"t3", 5}} {
		if s := p.Servers[i]; s.Name != want.name || s.ID != want.id {
			t.Errorf("server %d is %s with id %d, want %+v", i, s.Name, s.ID, want)
		}
	}
}

func TestEndpoints(t *testing.T) {
	p := backend(t, `
    server plain 127.0.0.1:80 tfo tcp-ut 3s
    server offset 127.0.0.1:+1000
    server portless 127.0.0.1
    server any 0.0.0.0:81
    server path /run/app.sock
    server down no-such-host.invalid:80 init-addr none
    server fixed no-such-host.invalid:80 init-addr 192.0.2.7`)
	at := func(name string) *core.Endpoint {
		for _, s := range p.Servers {
			if s.Name == name {
				return s.Dial.Load()
			}
		}
		return nil
	}
	if e := at("plain"); e.Options.Addr != netip.MustParseAddrPort("127.0.0.1:80") || !e.Options.FastOpen || e.Options.UserTimeout != 3*time.Second || e.ClientPort {
		t.Errorf("plain: %+v", e)
	}
	if e := at("offset"); !e.ClientPort || e.PortOffset != 1000 {
		t.Errorf("offset: %+v", e)
	}
	if e := at("portless"); !e.ClientPort || e.PortOffset != 0 {
		t.Errorf("portless: %+v", e)
	}
	if e := at("any"); !e.ClientAddr || e.Options.Addr.Port() != 81 {
		t.Errorf("any: %+v", e)
	}
	if e := at("path"); e.Options.Path != "/run/app.sock" {
		t.Errorf("path: %+v", e)
	}
	if e := at("down"); e != nil {
		t.Errorf("down: %+v", e)
	}
	if e := at("fixed"); e.Options.Addr != netip.MustParseAddrPort("192.0.2.7:80") {
		t.Errorf("fixed: %+v", e)
	}
}

func TestTrack(t *testing.T) {
	p := backend(t, `
    server leader 127.0.0.1:80 check
    server follower 127.0.0.1:81 track leader
    server third 127.0.0.1:82 track b/follower`)
	if p.Servers[1].Tracked != p.Servers[0] || p.Servers[2].Tracked != p.Servers[1] {
		t.Error("tracked servers are not resolved")
	}
}

func TestLint(t *testing.T) {
	_, list := compile(strings.ReplaceAll(`global
	log 127.0.0.1 local0
defaults
	mode tcp
	timeout connect 5s
	timeout server 5s
	timeout client 50
frontend f
	bind 127.0.0.1:8080
	acl used src 127.0.0.1
	acl unused src 127.0.0.2
	tcp-request connection accept
	tcp-request connection reject if used
	use_backend b
	use_backend b if used
backend b
	server s 127.0.0.1:80 check inter 4
`, "\t", "    "))
	for _, want := range []string{"'timeout client 50' is 50 milliseconds", "acl 'unused' is never used", "'tcp-request connection' rule is never reached",
		"'use_backend' rule is never reached", "'inter 4' is 4 milliseconds"} {
		n := 0
		for i := range list.All {
			if strings.Contains(list.All[i].Message, want) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%q is said %d times", want, n)
		}
	}
	for i := range list.All {
		if strings.Contains(list.All[i].Message, "acl 'used'") {
			t.Error(list.All[i].Message)
		}
	}
}

// TestSharedNames has servers share a name: configurations of the time when that
// was possible give the later one another name, all others are refused.
func TestSharedNames(t *testing.T) {
	const backend = "backend b\n timeout connect 1s\n timeout server 1s\n server s 127.0.0.1:1\n server s 127.0.0.1:2\n server s-2 127.0.0.1:3\n server s 127.0.0.1:4\n"
	for _, c := range []struct{ config, want string }{
		{backend, "s s s-2 s"},
		{"frontend f :80\n mode http\n timeout client 1s\n" + backend, "s s-3 s-2 s-4"},
		{backend + "listen old\n timeout client 1s\n contimeout 5\n timeout server 1s\n bind :1\n", "s s-3 s-2 s-4"},
	} {
		g, list := compile(c.config)
		var names []string
		for _, s := range g.Backends["b"].Servers {
			names = append(names, s.Name)
		}
		told := 0
		for _, d := range list.All {
			if strings.Contains(d.Message, "another server named 's' was already defined at line") {
				told++
				if refused := d.Severity == diag.Alert; refused != (c.want == "s s s-2 s") {
					t.Errorf("%s: %s", c.config, d.Message)
				}
			}
		}
		if got := strings.Join(names, " "); got != c.want || told != 2 {
			t.Errorf("%s\nnames %s, want %s; %d messages", c.config, got, c.want, told)
		}
	}
}
