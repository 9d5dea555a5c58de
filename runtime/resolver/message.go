package resolver

import (
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// Status is how a look-up or a single question ended.
type Status uint8

// The outcomes.
const (
	Valid      Status = iota
	NX                // the name does not exist
	Refused           // the server does not want to answer
	Timeout           // nobody answered
	Other             // any other error code
	Empty             // there is no record of that type
	CNAMEError        // an alias that leads nowhere
	Truncated         // cut off
	TooBig            // larger than accepted_payload_size
	Invalid           // no DNS message, or one about something else
)

// maxRecords bounds the records that are read of an answer, and those that are
// kept of a name. A message of 64 kB could hold four times as many.
const maxRecords = 1024

// maxAliases bounds the CNAME records between a name and its address.
const maxAliases = 16

// record is what an answer says: an address, or the place of a service.
type record struct {
	ip netip.Addr

	target       string
	port, weight uint16
}

// answer is a parsed message.
type answer struct {
	records []record
	// glue are the addresses of targets that came with SRV records.
	glue map[string]netip.Addr
}

// appendQuery appends a question. It fails for a name that cannot be sent.
func appendQuery(dst []byte, id uint16, name string, typ dnsmessage.Type, payload int) ([]byte, error) {
	n, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return dst, err
	}
	b := dnsmessage.NewBuilder(dst, dnsmessage.Header{ID: id, RecursionDesired: true})
	if err := b.StartQuestions(); err != nil {
		return dst, err
	}
	if err := b.Question(dnsmessage.Question{Name: n, Type: typ, Class: dnsmessage.ClassINET}); err != nil {
		return dst, err
	}
	if err := b.StartAdditionals(); err != nil {
		return dst, err
	}
	h := dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName("."), Class: dnsmessage.Class(payload), Type: dnsmessage.TypeOPT}
	if err := b.OPTResource(h, dnsmessage.OPTResource{}); err != nil {
		return dst, err
	}
	return b.Finish()
}

// messageID is the number that an answer has from its question.
func messageID(msg []byte) (uint16, bool) {
	if len(msg) < 2 {
		return 0, false
	}
	return uint16(msg[0])<<8 | uint16(msg[1]), true
}

// parse reads the answer to a question.
func parse(msg []byte, name string, typ dnsmessage.Type) (answer, Status) {
	var p dnsmessage.Parser
	h, err := p.Start(msg)
	if err != nil || !h.Response {
		return answer{}, Invalid
	}
	// Without a question the answer could be to any other. An error may come
	// without one.
	q, err := p.Question()
	switch {
	case err == dnsmessage.ErrSectionDone && h.RCode != dnsmessage.RCodeSuccess:
	case err != nil || q.Type != typ || q.Class != dnsmessage.ClassINET || canonical(q.Name.String()) != name:
		return answer{}, Invalid
	}
	switch h.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return answer{}, NX
	case dnsmessage.RCodeRefused:
		return answer{}, Refused
	default:
		return answer{}, Other
	}
	if err := p.SkipAllQuestions(); err != nil {
		return answer{}, Invalid
	}
	all, err := records(&p, p.AnswerHeader, p.SkipAnswer)
	if err != nil {
		return answer{}, Invalid
	}
	if h.Truncated && len(all) > 0 {
		return answer{}, Truncated
	}
	a, s := follow(all, name, typ)
	if s == Valid && typ == dnsmessage.TypeSRV {
		a.glue = glue(&p)
	}
	return a, s
}

// owned is a record with its owner, or an alias of it.
type owned struct {
	owner string
	typ   dnsmessage.Type
	record
	alias string
}

// records reads a section of the message, up to a bound.
func records(p *dnsmessage.Parser, header func() (dnsmessage.ResourceHeader, error), skip func() error) ([]owned, error) {
	var all []owned
	for {
		h, err := header()
		if err == dnsmessage.ErrSectionDone {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if len(all) == maxRecords || h.Class != dnsmessage.ClassINET {
			if err := skip(); err != nil {
				return nil, err
			}
			continue
		}
		o := owned{owner: canonical(h.Name.String()), typ: h.Type}
		switch h.Type {
		case dnsmessage.TypeA:
			r, err := p.AResource()
			if err != nil {
				return nil, err
			}
			o.ip = netip.AddrFrom4(r.A)
		case dnsmessage.TypeAAAA:
			r, err := p.AAAAResource()
			if err != nil {
				return nil, err
			}
			o.ip = netip.AddrFrom16(r.AAAA)
		case dnsmessage.TypeCNAME:
			r, err := p.CNAMEResource()
			if err != nil {
				return nil, err
			}
			o.alias = canonical(r.CNAME.String())
		case dnsmessage.TypeSRV:
			r, err := p.SRVResource()
			if err != nil {
				return nil, err
			}
			o.target, o.port, o.weight = canonical(r.Target.String()), r.Port, r.Weight
		default:
			if err := skip(); err != nil {
				return nil, err
			}
		}
		all = append(all, o)
	}
}

// follow returns the records of a type that a name has, itself or by an alias.
func follow(all []owned, name string, typ dnsmessage.Type) (answer, Status) {
	if len(all) == 0 {
		return answer{}, Empty
	}
	for range maxAliases {
		var a answer
		alias := ""
		for i := range all {
			switch o := &all[i]; {
			case o.owner != name:
			case o.typ == typ:
				if typ != dnsmessage.TypeSRV || o.target != "" {
					a.records = append(a.records, o.record)
				}
			case o.typ == dnsmessage.TypeCNAME:
				alias = o.alias
			}
		}
		if len(a.records) > 0 {
			return a, Valid
		}
		if alias == "" {
			break
		}
		name = alias
	}
	for i := range all {
		if all[i].typ == dnsmessage.TypeCNAME {
			return answer{}, CNAMEError
		}
	}
	return answer{}, Valid // the name is there, without an address
}

// glue reads the addresses in the message's last section. What is wrong there
// does not make the answer worse.
func glue(p *dnsmessage.Parser) map[string]netip.Addr {
	if p.SkipAllAnswers() != nil || p.SkipAllAuthorities() != nil {
		return nil
	}
	all, err := records(p, p.AdditionalHeader, p.SkipAdditional)
	if err != nil {
		return nil
	}
	m := map[string]netip.Addr{}
	for i := range all {
		if o := &all[i]; o.ip.IsValid() && !m[o.owner].IsValid() {
			m[strings.Clone(o.owner)] = o.ip
		}
	}
	return m
}
