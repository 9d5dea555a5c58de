package resolver

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"gohap/runtime/resolver/testdns"
)

const messageZone = `
app.example A 127.0.0.2
app.example AAAA ::2
www.example CNAME far.example
far.example CNAME app.example
loop.example CNAME pool.example
pool.example CNAME loop.example
end.example CNAME nowhere.example
nowhere.example AAAA ::1
_s.example SRV 1 2 3 app.example
_g.example SRV 1 2 3 glue.example
glue.example A 127.0.0.7 GLUE
ref.example RCODE 5
fail.example RCODE 2
cut.example TC
empty.example AAAA ::1
`

func TestParse(t *testing.T) {
	zone := testdns.ParseZone(messageZone)
	for _, c := range []struct {
		name   string
		typ    dnsmessage.Type
		status Status
		want   string
	}{
		{"app.example", dnsmessage.TypeA, Valid, "127.0.0.2"},
		{"app.example", dnsmessage.TypeAAAA, Valid, "::2"},
		{"www.example", dnsmessage.TypeA, Valid, "127.0.0.2"},
		{"loop.example", dnsmessage.TypeA, CNAMEError, ""},
		{"end.example", dnsmessage.TypeA, CNAMEError, ""},
		{"nx.example", dnsmessage.TypeA, NX, ""},
		{"ref.example", dnsmessage.TypeA, Refused, ""},
		{"fail.example", dnsmessage.TypeA, Other, ""},
		{"empty.example", dnsmessage.TypeA, Empty, ""},
		{"cut.example", dnsmessage.TypeA, Empty, ""},
		{"_s.example", dnsmessage.TypeSRV, Valid, "app.example:3*2"},
		{"_g.example", dnsmessage.TypeSRV, Valid, "glue.example:3*2=127.0.0.7"},
	} {
		query, err := appendQuery(nil, 4711, c.name, c.typ, 4096)
		if err != nil {
			t.Fatal(err)
		}
		_, msg := zone.Answer(true, query)
		if id, ok := messageID(msg); !ok || id != 4711 {
			t.Errorf("%s: number %d", c.name, id)
		}
		a, status := parse(msg, c.name, c.typ)
		if got := a.text(); status != c.status || got != c.want {
			t.Errorf("%s %s: %d %s, want %d %s", c.name, c.typ, status, got, c.status, c.want)
		}
		if _, status := parse(msg, "other.example", c.typ); status != Invalid {
			t.Errorf("the answer about %s is taken for another name", c.name)
		}
		if _, status := parse(msg, c.name, dnsmessage.TypeMX); status != Invalid {
			t.Errorf("the answer about %s is taken for another type", c.name)
		}
		if _, status := parse(query, c.name, c.typ); status != Invalid {
			t.Errorf("a question is taken for an answer")
		}
		for n := range len(msg) - 1 {
			if a, status := parse(msg[:n], c.name, c.typ); status == Valid && len(a.records) > 0 && c.typ != dnsmessage.TypeSRV {
				t.Errorf("%s: %d of %d bytes are valid", c.name, n, len(msg))
			}
		}
	}
}

// text writes an answer down.
func (a *answer) text() string {
	var all []string
	for _, r := range a.records {
		if r.ip.IsValid() {
			all = append(all, r.ip.String())
			continue
		}
		s := r.target + ":" + string(rune('0'+r.port)) + "*" + string(rune('0'+r.weight))
		if ip := a.glue[r.target]; ip.IsValid() {
			s += "=" + ip.String()
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

// TestQuery compares a question with what HAProxy sends for it.
func TestQuery(t *testing.T) {
	got, err := appendQuery(nil, 0x2489, "app.example", dnsmessage.TypeAAAA, 4096)
	const want = "\x24\x89\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x03app\x07example\x00\x00\x1c\x00\x01\x00\x00\x29\x10\x00\x00\x00\x00\x00\x00\x00"
	if err != nil || string(got) != want {
		t.Errorf("%x, %v\nwant\n%x", got, err, want)
	}
	if _, err := appendQuery(nil, 1, strings.Repeat("a", 64)+".example", dnsmessage.TypeA, 512); err == nil {
		t.Error("a label of 64 bytes can be asked for")
	}
}

func TestValidName(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "app.example": true, "app.example.": true, "_http._tcp.app.example": true, "a_b!": true, strings.Repeat("a.", 126) + "a": true,
		"": false, ".": false, ".app": false, "a..b": false, "app..": false, strings.Repeat("a.", 127) + "a": false,
	} {
		if ValidName(name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}

// TestSpoiled has name servers send what nobody should believe.
func TestSpoiled(t *testing.T) {
	zone := "app.example A 127.0.0.2"
	for _, c := range []struct {
		name    string
		spoil   func(query, answer []byte) []byte
		counter int
	}{
		{"another number", func(_, a []byte) []byte { a[0] ^= 1; return a }, 14},
		{"a question", func(_, a []byte) []byte { a[2] &^= 0x80; return a }, 11},
		{"another name", func(_, a []byte) []byte { a[13] ^= 1; return a }, 11},
		{"half a record", func(_, a []byte) []byte { return a[:len(a)-2] }, 11},
		{"nothing", func(_, a []byte) []byte { return a[:0] }, 11},
		{"too much", func(_, a []byte) []byte { return append(a, make([]byte, 512)...) }, 12},
		{"cut off", func(_, a []byte) []byte { a[2] |= 2; return a }, 13},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(t *testing.T) {
				w := newWorld(t, func(c *Config) { c.Retries = 1 }, zone)
				w.spoil = func(_ int, q, a []byte) []byte { return c.spoil(q, a) }
				w.Follow(w.host("s"), "app.example", "", 0)
				w.Start()
				defer w.Close()
				wait(50 * time.Millisecond)
				w.expect()
				if v := w.Stats()[0].Counters.Values(); v[c.counter] == 0 || v[2] != 0 {
					t.Errorf("counters %v, want number %d to count", v, c.counter)
				}
				w.mu.Lock()
				w.spoil = nil
				w.mu.Unlock()
				wait(2 * time.Second)
				w.expect("s at 127.0.0.2 by d/n0", "s up by app.example true")
			})
		})
	}
}

// TestManyRecords bounds what is kept of a name.
func TestManyRecords(t *testing.T) {
	r := &resolution{section: New(DefaultConfig("d"))}
	for n := range 3 {
		var a answer
		for i := range maxRecords {
			a.records = append(a.records, record{ip: netip.AddrFrom4([4]byte{10, byte(n), byte(i >> 8), byte(i)})})
		}
		r.section.Hold.Obsolete = time.Hour
		r.update(a, time.Now())
	}
	if len(r.records) != maxRecords {
		t.Errorf("%d records are kept, want %d", len(r.records), maxRecords)
	}
}

// FuzzParse feeds the parser what a name server might send: it must not fall
// over, give records out of bounds, or believe what is about something else.
func FuzzParse(f *testing.F) {
	zone := testdns.ParseZone(messageZone)
	for _, name := range []string{"app.example", "www.example", "loop.example", "_s.example", "_g.example", "nx.example", "empty.example"} {
		for _, typ := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA, dnsmessage.TypeSRV} {
			query, err := appendQuery(nil, 1, name, typ, 512)
			if err != nil {
				f.Fatal(err)
			}
			_, msg := zone.Answer(true, query)
			f.Add(msg, name, uint16(typ))
		}
	}
	f.Fuzz(func(t *testing.T, msg []byte, name string, typ uint16) {
		name = canonical(name)
		a, status := parse(msg, name, dnsmessage.Type(typ))
		if len(a.records) > maxRecords || len(a.glue) > maxRecords {
			t.Fatalf("%d records", len(a.records))
		}
		if status != Valid {
			if len(a.records) > 0 {
				t.Fatalf("records with status %d", status)
			}
			return
		}
		if binary.BigEndian.Uint16(msg[2:])&0x8000 == 0 || msg[3]&0xf != 0 {
			t.Fatalf("flags %x", msg[2:4])
		}
		for _, r := range a.records {
			switch {
			case dnsmessage.Type(typ) == dnsmessage.TypeA && r.ip.Is4():
			case dnsmessage.Type(typ) == dnsmessage.TypeAAAA && r.ip.Is6():
			case dnsmessage.Type(typ) == dnsmessage.TypeSRV && r.target != "":
			default:
				t.Fatalf("record %+v", r)
			}
		}
	})
}
