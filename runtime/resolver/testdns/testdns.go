// Package testdns is a name server for tests, whose answers are lines of text.
package testdns

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"gohap/runtime/internal/peer"
)

// DNS is a name server on a port of 127.0.0.1, over UDP and TCP. What it answers
// is written as lines of text, which may change at any time:
//
//	app.example A 127.0.0.1
//	app.example AAAA ::1
//	www.example CNAME app.example
//	_http._tcp.app.example SRV 1 10 8080 a.example
//	gone.example RCODE 3
//	slow.example DROP
//	big.example TC
//
// A name without a line does not exist. A name with lines of other types only has
// an empty answer. RCODE answers with an error, DROP never answers, TC has the
// answers over UDP be cut off. GLUE behind the words of an A line sends the record
// with the answers about servers that name it.
type DNS struct {
	Addr string // "127.0.0.1:PORT"
	// Queries has a line for each question: "udp A app.example".
	Queries peer.Lines

	udp net.PacketConn
	tcp net.Listener

	mu     sync.Mutex
	zone   Zone
	mangle func(network string, query, answer []byte) [][]byte
}

// Zone is what a [DNS] knows: the lines of each name.
type Zone map[string][]string

// ParseZone reads a zone.
func ParseZone(text string) Zone {
	z := Zone{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok {
			name = strings.ToLower(name)
			z[name] = append(z[name], rest)
		}
	}
	return z
}

// Start starts a name server with a zone; see [DNS].
func Start(t testing.TB, zone string) *DNS {
	t.Helper()
	for range 50 {
		d, err := Open(peer.Addr(t), zone)
		if err == nil {
			t.Cleanup(d.Close)
			return d
		}
	}
	t.Fatal("no port for a name server")
	return nil
}

// Open starts a name server at an address; Close ends it.
func Open(addr, zone string) (*DNS, error) {
	udp, err := net.ListenPacket("udp4", addr)
	if err != nil {
		return nil, err
	}
	tcp, err := net.Listen("tcp4", addr)
	if err != nil {
		udp.Close()
		return nil, err
	}
	d := &DNS{Addr: addr, udp: udp, tcp: tcp}
	d.Set(zone)
	go d.serveUDP()
	go d.serveTCP()
	return d, nil
}

// Close ends the server.
func (d *DNS) Close() {
	d.udp.Close()
	d.tcp.Close()
}

// Set replaces the zone.
func (d *DNS) Set(zone string) {
	m := ParseZone(zone)
	d.mu.Lock()
	d.zone = m
	d.mu.Unlock()
}

// Mangle has f turn each answer into what is sent, nothing or several messages;
// nil undoes it.
func (d *DNS) Mangle(f func(network string, query, answer []byte) [][]byte) {
	d.mu.Lock()
	d.mangle = f
	d.mu.Unlock()
}

func (d *DNS) serveUDP() {
	buf := make([]byte, 65536)
	for {
		n, from, err := d.udp.ReadFrom(buf)
		if err != nil {
			return
		}
		for _, m := range d.answer("udp", buf[:n]) {
			d.udp.WriteTo(m, from)
		}
	}
}

func (d *DNS) serveTCP() {
	for {
		c, err := d.tcp.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for {
				c.SetReadDeadline(time.Now().Add(time.Minute))
				var size [2]byte
				if _, err := io.ReadFull(c, size[:]); err != nil {
					return
				}
				query := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(c, query); err != nil {
					return
				}
				for _, m := range d.answer("tcp", query) {
					c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(m))), m...))
				}
			}
		}()
	}
}

func (d *DNS) answer(network string, query []byte) [][]byte {
	d.mu.Lock()
	zone, mangle := d.zone, d.mangle
	d.mu.Unlock()
	question, out := zone.Answer(network == "udp", query)
	if question == "" {
		return nil
	}
	d.Queries.Add(network + " " + question)
	switch {
	case out == nil:
		return nil
	case mangle != nil:
		return mangle(network, query, out)
	}
	return [][]byte{out}
}

// Answer returns the question of a query, such as "A app.example", and the answer
// to it, nil for none. The question is "" where the query is none.
func (z Zone) Answer(udp bool, query []byte) (question string, out []byte) {
	var p dnsmessage.Parser
	h, err := p.Start(query)
	if err != nil {
		return "", nil
	}
	q, err := p.Question()
	if err != nil {
		return "", nil
	}
	name := strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))
	question = strings.TrimPrefix(q.Type.String(), "Type") + " " + name
	a := answer{zone: z, udp: udp, message: dnsmessage.Message{
		Header:    dnsmessage.Header{ID: h.ID, Response: true, RecursionDesired: h.RecursionDesired, RecursionAvailable: true},
		Questions: []dnsmessage.Question{q},
	}}
	if !a.fill(name, q.Type, 0) {
		return question, nil
	}
	if out, err = a.message.Pack(); err != nil {
		return question, nil
	}
	return question, out
}

type answer struct {
	zone    Zone
	udp     bool
	message dnsmessage.Message
}

// fill adds the records of a name. It gives false for no answer at all.
func (a *answer) fill(name string, typ dnsmessage.Type, depth int) bool {
	lines, ok := a.zone[name]
	if !ok {
		a.message.RCode = dnsmessage.RCodeNameError
		return true
	}
	for _, line := range lines {
		w := strings.Fields(line)
		switch w[0] {
		case "DROP":
			return false
		case "RCODE":
			n, _ := strconv.Atoi(w[1])
			a.message.RCode = dnsmessage.RCode(n)
			return true
		case "TC":
			if a.udp {
				a.message.Truncated = true
				return true
			}
		case "CNAME":
			a.add(&a.message.Answers, name, w)
			if depth < 16 {
				return a.fill(strings.ToLower(w[1]), typ, depth+1)
			}
		}
		if "Type"+w[0] != typ.String() {
			continue
		}
		a.add(&a.message.Answers, name, w)
		if w[0] == "SRV" {
			for _, glue := range a.zone[strings.ToLower(w[4])] {
				if g := strings.Fields(glue); g[len(g)-1] == "GLUE" {
					a.add(&a.message.Additionals, w[4], g)
				}
			}
		}
	}
	return true
}

var errLine = errors.New("wrong line of a zone")

func (a *answer) add(to *[]dnsmessage.Resource, name string, w []string) {
	r := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: fqdn(name), Class: dnsmessage.ClassINET, TTL: 5}}
	switch w[0] {
	case "A":
		r.Body = &dnsmessage.AResource{A: netip.MustParseAddr(w[1]).As4()}
	case "AAAA":
		r.Body = &dnsmessage.AAAAResource{AAAA: netip.MustParseAddr(w[1]).As16()}
	case "CNAME":
		r.Body = &dnsmessage.CNAMEResource{CNAME: fqdn(w[1])}
	case "SRV":
		n := [3]uint16{}
		for i := range n {
			v, _ := strconv.ParseUint(w[i+1], 10, 16)
			n[i] = uint16(v)
		}
		r.Body = &dnsmessage.SRVResource{Priority: n[0], Weight: n[1], Port: n[2], Target: fqdn(w[4])}
	default:
		panic(errLine)
	}
	*to = append(*to, r)
}

func fqdn(name string) dnsmessage.Name {
	return dnsmessage.MustNewName(strings.TrimSuffix(name, ".") + ".")
}
