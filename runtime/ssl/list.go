package ssl

import (
	"slices"
	"strings"

	"gohap/runtime/certs"
)

// List is a crt-list, and the bind lines that have it.
type List struct {
	Name    string
	Entries []Entry
	Binds   []*Bind
}

// Add adds a line at the end of the list, for all bind lines that have it.
func (l *List) Add(e Entry) {
	e.List = l.Name
	for _, o := range l.Entries {
		e.Line = max(e.Line, o.Line)
	}
	e.Line++
	l.Entries = append(l.Entries, e)
	for _, b := range l.Binds {
		b.Entries = append(b.Entries, e)
		b.Rebuild()
	}
}

// Remove takes a line away.
func (l *List) Remove(line int) {
	l.Entries = slices.DeleteFunc(l.Entries, func(e Entry) bool { return e.Line == line })
	for _, b := range l.Binds {
		b.Entries = slices.DeleteFunc(slices.Clone(b.Entries), func(e Entry) bool { return e.List == l.Name && e.Line == line })
		b.Rebuild()
	}
}

// Uses tells whether the line shows clients a certificate.
func (b *Bind) Uses(s *certs.Slot) bool {
	return slices.ContainsFunc(b.Entries, func(e Entry) bool { return e.Slot == s })
}

// Trusts tells whether the line, or one of its crt-lists', verifies clients with a
// file.
func (b *Bind) Trusts(ca *certs.CA) bool {
	has := func(s *Settings) bool { return s != nil && (s.CA == ca || s.CAVerify == ca || s.CRL == ca) }
	return has(&b.Settings) || slices.ContainsFunc(b.Entries, func(e Entry) bool { return has(e.Settings) })
}

// AppendOptions appends the options of a crt-list's line as "show ssl crt-list"
// has them, with its byte 0 behind the protocols.
func (s *Settings) AppendOptions(b []byte) []byte {
	var words []string
	add := func(name, value string) {
		if value != "" {
			words = append(words, name+" "+value)
		}
	}
	if s.ALPNSet {
		words = append(words, "alpn "+strings.Join(s.ALPN, ",")+"\x00")
	}
	add("verify", map[Verify]string{None: "none", Optional: "optional", Required: "required"}[s.Verify])
	if s.NoCANames {
		words = append(words, "no-ca-names")
	}
	for _, f := range []struct {
		name string
		ca   *certs.CA
	}{{"ca-file", s.CA}, {"crl-file", s.CRL}} {
		if f.ca != nil {
			add(f.name, f.ca.Name)
		}
	}
	add("ciphers", s.Ciphers)
	add("ciphersuites", s.Suites13)
	add("curves", s.Curves)
	add("ecdhe", s.Curve)
	add("ssl-min-ver", OptionName(s.Versions.Min))
	add("ssl-max-ver", OptionName(s.Versions.Max))
	return append(b, strings.Join(words, " ")...)
}
