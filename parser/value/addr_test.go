package value

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"gohap/parser/internal/peer"
)

func env(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

func TestParseAddr(t *testing.T) {
	any4, any6 := netip.IPv4Unspecified(), netip.IPv6Unspecified()
	ip := netip.MustParseAddr
	port := func(k Addr, p int) Addr { k.Port, k.PortEnd, k.HasPort = p, p, true; return k }
	tests := []struct {
		text string
		use  AddrUse
		want Addr
	}{
		{"*:80", ForBind, port(Addr{IP: any4}, 80)},
		{":80", ForBind, port(Addr{IP: any4}, 80)},
		{"ipv6@:80", ForBind, port(Addr{IP: any6, Family: IPv6}, 80)},
		{"ipv6@*:80", ForBind, port(Addr{IP: any6, Family: IPv6}, 80)},
		{"ipv4@*:80", ForBind, port(Addr{IP: any4, Family: IPv4}, 80)},
		{"1.2.3.4:80-90", ForBind, Addr{IP: ip("1.2.3.4"), Port: 80, PortEnd: 90, HasPort: true}},
		{"[::1]:80", ForBind, port(Addr{IP: ip("::1")}, 80)},
		{"::1:80", ForBind, port(Addr{IP: ip("::1")}, 80)},
		{":::80", ForBind, port(Addr{IP: any6}, 80)},
		{"[1.2.3.4]:80", ForServer, port(Addr{IP: ip("1.2.3.4")}, 80)},
		{"010.0.0.1:80", ForBind, port(Addr{IP: ip("8.0.0.1")}, 80)},
		{"0x7f.1:80", ForBind, port(Addr{IP: ip("127.0.0.1")}, 80)},
		{"1.2.3:80", ForBind, port(Addr{IP: ip("1.2.0.3")}, 80)},
		{":80x", ForBind, port(Addr{IP: any4}, 80)},
		{"localhost:80", ForBind, port(Addr{Kind: Host, Host: "localhost"}, 80)},
		{"ipv4@::1:80", ForBind, port(Addr{Kind: Host, Host: "::1", Family: IPv4}, 80)},
		{"fe80::1%lo:80", ForBind, port(Addr{Kind: Host, Host: "fe80::1%lo"}, 80)},
		{"[foo]:80", ForServer, port(Addr{Kind: Host, Host: "[foo]"}, 80)},
		{"/tmp/x:80", ForBind, Addr{Kind: Unix, Path: "/tmp/x:80"}},
		{"unix@x", ForBind, Addr{Kind: Unix, Path: "x"}},
		{"abns@x", ForBind, Addr{Kind: Abstract, Path: "x"}},
		{"fd@5", ForBind, Addr{Kind: FD, FD: 5}},
		{"sockpair@5", ForServer, Addr{Kind: SockPair, FD: 5}},
		{"1.2.3.4", ForServer, Addr{IP: ip("1.2.3.4")}},
		{"1.2.3.4:", ForServer, Addr{IP: ip("1.2.3.4")}},
		{"1.2.3.4:0", ForServer, port(Addr{IP: ip("1.2.3.4")}, 0)},
		{"1.2.3.4:+80", ForServer, Addr{IP: ip("1.2.3.4"), Port: 80, PortEnd: 80, HasPort: true, Offset: true}},
		{"1.2.3.4:-80", ForServer, Addr{IP: ip("1.2.3.4"), Port: -80, PortEnd: -80, HasPort: true, Offset: true}},
		{"127.0.0.1:514", ForLog, port(Addr{IP: ip("127.0.0.1"), Transport: Datagram}, 514)},
		{"tcp@127.0.0.1:514", ForLog, port(Addr{IP: ip("127.0.0.1")}, 514)},
		{"/dev/log", ForLog, Addr{Kind: Unix, Path: "/dev/log", Transport: Datagram}},
		{"quic4@:443", ForBind | QUICOK, port(Addr{IP: any4, Family: IPv4, Transport: QUIC}, 443)},
		{"$A:$P", ForBind, port(Addr{IP: ip("127.0.0.1")}, 99)},
		{"${A}:${P}9", ForBind, port(Addr{IP: ip("127.0.0.1")}, 999)},
		{"$NOPE:80", ForBind, port(Addr{IP: any4}, 80)},
	}
	for _, tt := range tests {
		got, err := ParseAddr(tt.text, tt.use, env(map[string]string{"A": "127.0.0.1", "P": "99"}))
		if err != nil || got != tt.want {
			t.Errorf("%q\ngot  %+v %v\nwant %+v", tt.text, got, err, tt.want)
		}
	}
}

// resolve stands for the caller: the names of these tests do not resolve.
func resolve(text string, use AddrUse) error {
	a, err := ParseAddr(text, use, env(map[string]string{"A": "127.0.0.1"}))
	if err == nil && a.Kind == Host && a.Host != "localhost" {
		err = InvalidAddress(a.Host, text)
	}
	return err
}

// addresses that haproxy takes or refuses; one configuration holds them all,
// one to a line.
var addresses = strings.Fields(`foo :0 *:80 :80 1.2.3.4 1.2.3.4: 1.2.3.4:80-90 1.2.3.4:90-80 1.2.3.4:80- 1.2.3.4:-80
1.2.3.4:+80 1.2.3.4:x 1.2.3.4:80x 1.2.3.4:65536 1.2.3.4:70000-80000 1.2.3.4:0-10 [::1]:80 ::1:80 :::80 [::]:80 [::1] ::1
[::1:80 ::1]:80 ipv4@:80 ipv4@*:80 ipv4@::1:80 ipv6@:80 ipv6@*:80 ipv6@1.2.3.4:80 ip@:80 tcp@:80 tcp4@:80 tcp6@:80 udp@:80
udp4@:80 udp6@:80 quic4@:80 quic6@:80 stream+ipv4@:80 dgram+ipv4@:80 stream+:80 unix@/tmp/x unix@x unix@ /tmp/x /tmp/x:80
uxst@x uxdg@x abns@foo abns@ fd@x fd@ fd@-1 fd@5x sockpair@x foo@1.2.3.4:80 nosuch.invalid:80 localhost:80 1.2.3:80
1.2.3.4.5:80 1:80 256.1.1.1:80 $A:80 ${A}:80 $NOPE:80 $NOPE :99999999999 :80-90-100 :80-90x :80+5 0x7f.1:80 010.0.0.1:80
fe80::1%lo:80 ::ffff:1.2.3.4:80 1::2::3:80 IPV4@:80 \\$A:80 a$A:80 ${A-x}:80 $A}:80 127.0.0.1:80$ $$A:80 $.LINE:80 [foo]:80
[]:80 1.2.3.4:80- /` + strings.Repeat("a", 96) + " /" + strings.Repeat("a", 97) + " abns@" + strings.Repeat("a", 107) + " abns@" + strings.Repeat("a", 108))

func TestBindAsHAProxy(t *testing.T) {
	var cfg strings.Builder
	cfg.WriteString("frontend f\n mode http\n timeout client 1s\n")
	for _, a := range addresses {
		fmt.Fprintf(&cfg, " bind %s\n", a)
	}
	compare(t, cfg.String(), 4, ForBind, " : 'bind' : ")
}

func TestServerAsHAProxy(t *testing.T) {
	var cfg strings.Builder
	cfg.WriteString("backend b\n mode http\n timeout server 1s\n")
	for i, a := range addresses {
		fmt.Fprintf(&cfg, " server s%d %s\n", i, a)
	}
	compare(t, cfg.String(), 4, ForServer, "' : ")
}

func compare(t *testing.T, cfg string, first int, use AddrUse, before string) {
	t.Helper()
	said := map[int]string{}
	for _, m := range peer.Check(t, cfg, []string{"A=127.0.0.1", "LC_ALL=C"}).Alerts() {
		if _, text, ok := strings.Cut(m.Text, before); ok {
			said[m.Line] = strings.TrimRight(text, "\n")
		}
	}
	if len(said) < 20 {
		t.Fatalf("haproxy complained about %d lines only", len(said))
	}
	for i, a := range addresses {
		// The lexer has resolved this escape before an address is parsed.
		text := strings.ReplaceAll(a, `\\`, `\`)
		want := said[first+i]
		if strings.HasPrefix(want, "could not resolve") || strings.HasPrefix(want, "Can't create DNS") {
			continue // haproxy resolves a server's name later
		}
		got := ""
		if err := resolve(text, use); err != nil {
			got = err.Error()
		}
		if use == ForServer && strings.HasPrefix(got, "invalid address") && want == "" {
			continue
		}
		if got != want {
			t.Errorf("%q\ngohap   %q\nhaproxy %q", a, got, want)
		}
	}
}

func FuzzParseAddr(f *testing.F) {
	for _, a := range addresses {
		f.Add(a, uint16(ForBind))
		f.Add(a, uint16(ForServer))
	}
	f.Fuzz(func(t *testing.T, text string, use uint16) {
		a, err := ParseAddr(text, AddrUse(use), env(nil))
		if err != nil {
			e := err.(*Error)
			if e.Off < 0 || e.Len < 1 || e.Off > len(text) {
				t.Fatalf("%q: error at %d+%d", text, e.Off, e.Len)
			}
			return
		}
		if a.Port > 65535 || a.PortEnd < a.Port || a.Kind == IP && !a.IP.IsValid() {
			t.Fatalf("%q: %+v", text, a)
		}
		_ = a.String()
	})
}
