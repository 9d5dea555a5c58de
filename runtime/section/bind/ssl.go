package bind

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/certs"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	words "gohap/runtime/section/ssl"
	"gohap/runtime/ssl"
)

func init() {
	for _, o := range words.Options {
		if o.Bind {
			registry.BindOptions.Add(shared(o))
		}
	}
	registry.BindOptions.Add(
		secure("ssl", "Speaks TLS with clients.", 0, nil, []string{"ssl"},
			func(c *registry.Compiler, b *ssl.Bind, w []ast.Word) { b.On = true }),
		secure("crt", "A file with a certificate and its key, or a directory of such files.", 1,
			[]string{"ssl crt /etc/haproxy/site.pem", "ssl crt /etc/haproxy/certs"}, []string{"ssl crt", "ssl crt /nonexistent"},
			func(c *registry.Compiler, b *ssl.Bind, w []ast.Word) {
				for _, s := range load(c, &w[1]) {
					b.Entries = append(b.Entries, ssl.Entry{Slot: s})
				}
			}),
		secure("crt-list", "A file that lists certificates, each with options and the names it is for.", 1,
			[]string{"ssl crt-list /etc/haproxy/crt-list.txt"}, []string{"ssl crt-list", "ssl crt-list /nonexistent"}, list),
		secure("strict-sni", "Refuses clients that ask for a name that no certificate has.", 0, []string{"ssl crt /etc/haproxy/site.pem strict-sni"}, nil,
			func(_ *registry.Compiler, b *ssl.Bind, _ []ast.Word) { b.StrictSNI = true }),
		secure("no-tls-tickets", "Resumes no session by ticket.", 0, []string{"no-tls-tickets"}, nil,
			func(_ *registry.Compiler, b *ssl.Bind, _ []ast.Word) { b.NoTickets = true }),
		secure("tls-ticket-keys", "The file of the keys for session tickets.", 1, []string{"ssl crt /etc/haproxy/site.pem tls-ticket-keys /etc/haproxy/tickets.txt"},
			[]string{"tls-ticket-keys", "tls-ticket-keys /nonexistent"}, tickets),
		secure("allow-0rtt", "Takes requests that come before the end of the handshake; Go takes none, and clients send them afterwards.", 0, []string{"allow-0rtt"}, nil,
			func(c *registry.Compiler, _ *ssl.Bind, w []ast.Word) {
				c.Note(&w[0], "'allow-0rtt' has no effect: Go's TLS takes no early data, and clients send their request after the handshake.")
			}),
		secure("generate-certificates", "Makes certificates for names that none is for.", 0,
			[]string{"ssl crt /etc/haproxy/site.pem generate-certificates ca-sign-file /etc/haproxy/ca-key.pem"}, []string{"ssl generate-certificates"},
			func(_ *registry.Compiler, b *ssl.Bind, _ []ast.Word) { b.Generate = true }),
		secure("ca-sign-file", "The CA certificate and its key that sign generated certificates.", 1, []string{"ca-sign-file /etc/haproxy/ca-key.pem"}, []string{"ca-sign-file"},
			func(c *registry.Compiler, b *ssl.Bind, w []ast.Word) { b.SignFile = w[1].Text }),
		secure("ca-sign-pass", "The passphrase of that key.", 1, []string{"ca-sign-file /etc/haproxy/ca-key.pem ca-sign-pass secret"}, []string{"ca-sign-pass"},
			func(_ *registry.Compiler, b *ssl.Bind, w []ast.Word) { b.SignPass = w[1].Text }),
		secure("prefer-client-ciphers", "Leaves the choice of the cipher to the client; Go takes the safest that both have.", 0, []string{"prefer-client-ciphers"}, nil,
			func(c *registry.Compiler, _ *ssl.Bind, w []ast.Word) {
				c.Note(&w[0], "'prefer-client-ciphers' has no effect: the safest and fastest cipher that both sides have is taken.")
			}),
		ignore("ca-ignore-err", "Errors of issuers' certificates that are overlooked.", func(b *ssl.Bind) *ssl.Errors { return &b.IgnoreCA }),
		ignore("crt-ignore-err", "Errors of clients' certificates that are overlooked.", func(b *ssl.Bind) *ssl.Errors { return &b.IgnoreCrt }),
	)
}

// secure makes the record of an option about TLS.
func secure(name, doc string, arity int, ok, bad []string, compile func(*registry.Compiler, *ssl.Bind, []ast.Word)) *registry.BindOption {
	o := option(name, doc, arity, ok, bad, func(c *registry.Compiler, l *core.BindSettings, w []ast.Word) {
		if l.SSL == nil {
			l.SSL = &ssl.Bind{}
		}
		compile(c, l.SSL, w)
	})
	o.SSL = true
	return o
}

// shared makes the record of an option that server lines or crt-lists have too.
func shared(s *words.Option) *registry.BindOption {
	line := s.Name
	var bad []string
	if s.Arity > 0 {
		line += " " + s.Sample
		bad = []string{s.Name}
	}
	ok := []string{line}
	if s.Sample == "" && s.Arity > 0 {
		ok = nil
	}
	o := secure(s.Name, s.Doc, s.Arity, ok, bad, func(c *registry.Compiler, b *ssl.Bind, w []ast.Word) {
		if err := s.Set(c.Global(), &b.Settings, w[len(w)-1].Text); err != nil {
			complain(c, &w[len(w)-1], err)
		}
	})
	o.Missing = fmt.Sprintf("'%s' : %s", s.Name, s.Missing)
	return o
}

func complain(c *registry.Compiler, w *ast.Word, err error) {
	if e, ok := err.(*words.Error); ok && e.Before != "" {
		c.Diags.Config(diag.Alert, "%s", e.Before).Pos = w.Pos
	}
	c.Option(w, "%s", err)
}

// load loads what a word names.
func load(c *registry.Compiler, w *ast.Word) []*certs.Slot {
	store := c.Global().SSL.Store
	store.Rules.Warn = func(text string) { c.Diags.Config(diag.Warning, "%s", text).Pos = w.Pos }
	slots, err := store.Load(words.CrtPath(c.Global(), w.Text))
	if err != nil {
		c.Option(w, "%s", err)
	}
	for _, s := range slots {
		doubt(c, w, s)
	}
	return slots
}

// doubt notes what is odd about a certificate.
func doubt(c *registry.Compiler, w *ast.Word, s *certs.Slot) {
	if p := s.Pair(); p != nil {
		for _, text := range p.Doubts(time.Now()) {
			c.Note(w, "%s", text)
		}
	}
}

// list reads a crt-list, which several lines may have.
func list(c *registry.Compiler, b *ssl.Bind, w []ast.Word) {
	lists := c.Global().SSL.Lists
	l := lists[w[1].Text]
	if l == nil {
		entries, err := words.List(c.Global(), w[1].Text)
		if err != nil {
			complain(c, &w[1], err)
			return
		}
		for i := range entries {
			doubt(c, &w[1], entries[i].Slot)
		}
		l = &ssl.List{Name: w[1].Text, Entries: entries}
		lists[l.Name] = l
	}
	l.Binds = append(l.Binds, b)
	b.Entries = append(b.Entries, l.Entries...)
}

// tickets reads the keys of session tickets; lines that name a file share its
// keys.
func tickets(c *registry.Compiler, b *ssl.Bind, w []ast.Word) {
	g := &c.Global().SSL
	for _, t := range g.Tickets {
		if t.File == w[1].Text {
			b.Tickets = t
			return
		}
	}
	t, err := ssl.ReadTickets(w[1].Text)
	if err != nil {
		c.Option(&w[1], "%s", err)
		return
	}
	t.ID = len(g.Tickets)
	g.Tickets = append(g.Tickets, t)
	b.Tickets = t
}

// forger loads the CA that signs generated certificates.
func forger(c *registry.Compiler, b *ssl.Bind, say func(diag.Severity, string)) {
	at := c.Statement.Pos()
	if b.SignFile == "" {
		say(diag.Alert, fmt.Sprintf("Proxy '%s': cannot enable certificate generation, no CA certificate File configured at [%s:%d].", c.Proxy.Name, at.File, at.Line))
		return
	}
	rules := c.Global().SSL.Store.Rules
	rules.Passphrase = b.SignPass
	ca, err := rules.Load(b.SignFile)
	if err != nil {
		why := strings.TrimSuffix(err.Error(), ".")
		if _, missing := os.Stat(b.SignFile); missing != nil {
			why = fmt.Sprintf("cannot open the file '%s'", b.SignFile)
		}
		say(diag.Alert, fmt.Sprintf("Proxy '%s': Failed to read CA certificate file '%s' at [%s:%d]. Chain loading failed: %s.\n", c.Proxy.Name, b.SignFile, at.File, at.Line, why))
		return
	}
	b.Forge = &ssl.Forger{CA: ca, Max: c.Global().SSL.MaxForged}
}

// ignore makes an option with a list of OpenSSL's error numbers.
func ignore(name, doc string, field func(*ssl.Bind) *ssl.Errors) *registry.BindOption {
	o := secure(name, doc, 1, []string{name + " all", name + " 10,20"}, []string{name, name + " x", name + " 95"},
		func(c *registry.Compiler, b *ssl.Bind, w []ast.Word) {
			if w[1].Text == "all" {
				field(b).AddAll()
				return
			}
			for part := range strings.SplitSeq(w[1].Text, ",") {
				n, _ := strconv.Atoi(part)
				if n < 1 || n > ssl.MaxError {
					c.Option(&w[1], "'%s' : ID '%d' out of range (1..%d) in error IDs list '%s'", name, n, ssl.MaxError, w[1].Text)
					return
				}
				field(b).Add(n)
			}
		})
	o.Missing = "'" + name + "' : missing error IDs list"
	return o
}

// checkTLS looks at the TLS of a line as a whole, once the defaults are known, and
// makes it ready.
func checkTLS(c *registry.Compiler, b *ssl.Bind) {
	if !b.On {
		return
	}
	g := &c.Global().SSL
	b.Settings = b.Settings.Or(&g.Bind)
	b.NoTickets = b.NoTickets || g.BindNoTickets
	b.StrictSNI = b.StrictSNI || g.BindStrictSNI
	say := func(severity diag.Severity, text string) {
		c.Diags.Config(severity, "%s", text).Pos = c.Statement.Pos()
	}
	before := c.Diags.Count(diag.Alert)
	if b.Generate {
		forger(c, b, say)
	}
	switch about := "Proxy '" + c.Proxy.Name + "': no SSL certificate specified for bind " + b.Label; {
	case len(b.Entries) > 0:
	case b.StrictSNI:
		say(diag.Warning, about+", ssl connections will fail (use 'crt').")
	default:
		say(diag.Alert, about+" (use 'crt').")
	}
	versions(c, b, say)
	// HAProxy makes a context for the line and one for each certificate, and each
	// complains.
	wrong := faults(c, b, &b.Settings)
	for i := range b.Entries {
		s := b.Settings
		if own := b.Entries[i].Settings; own != nil {
			s = own.Or(&s)
		}
		wrong = append(wrong, faults(c, b, &s)...)
	}
	if len(wrong) > 0 {
		say(diag.Alert, strings.Join(wrong, "\n"))
	}
	if c.Diags.Count(diag.Alert) == before {
		notes(c, &b.Settings)
		b.KeepHello, b.Keep = g.KeepHello, &g.Keep
		b.Build()
	}
}

// versions checks the protocol versions of a line.
func versions(c *registry.Compiler, b *ssl.Bind, say func(diag.Severity, string)) {
	v := b.Settings.Versions
	_, _, ignored, ambiguous, ok := v.Range()
	if ignored {
		say(diag.Warning, fmt.Sprintf("Proxy '%s': no-sslv3/no-tlsv1x are ignored for bind %s. Use only 'ssl-min-ver' and 'ssl-max-ver' to fix.", c.Proxy.Name, b.Label))
	}
	if ambiguous && ok {
		say(diag.Warning, fmt.Sprintf("Proxy '%s': Ambiguous configuration for bind %s: the ssl-min-ver value is not configured and the ssl-max-ver value is lower than "+
			"the default ssl-min-ver value (%s). Setting the ssl-min-ver to %s. Use 'ssl-min-ver' to fix this.",
			c.Proxy.Name, b.Label, ssl.OptionName(ssl.Least), ssl.OptionName(v.Max)))
	}
	if !ok {
		say(diag.Alert, fmt.Sprintf("Proxy '%s': all SSL/TLS versions are disabled for bind %s.", c.Proxy.Name, b.Label))
	}
}

// faults are the complaints about the settings of a line, or of a line of its
// crt-list.
func faults(c *registry.Compiler, b *ssl.Bind, s *ssl.Settings) []string {
	var all []string
	add := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("Proxy '%s': %s for bind %s.", c.Proxy.Name, fmt.Sprintf(format, args...), b.Label))
	}
	if (s.Verify == ssl.Optional || s.Verify == ssl.Required) && s.CA == nil && s.CAVerify == nil {
		add("verify is enabled but no CA file specified")
	}
	if s.Ciphers != "" {
		if _, _, err := ssl.Ciphers(s.Ciphers); err != nil {
			add("unable to set SSL cipher list to '%s'", s.Ciphers)
		}
	}
	if s.Suites13 != "" {
		if _, err := ssl.CheckSuites13(s.Suites13); err != nil {
			add("unable to set TLS 1.3 cipher suites to '%s'", s.Suites13)
		}
	}
	if s.Curves != "" {
		if _, _, err := ssl.Curves(s.Curves); err != nil {
			add("unable to set SSL curves list to '%s'", s.Curves)
		}
	} else if s.Curve != "" {
		if _, _, err := ssl.Curves(s.Curve); err != nil {
			add("unable to set elliptic named curve to '%s'", s.Curve)
		}
	}
	return all
}

// notes tells, under -dD, what of a line's settings Go's TLS does not have.
func notes(c *registry.Compiler, s *ssl.Settings) {
	at := &c.Statement.Words[0]
	lacking := func(what string, names []string) {
		for _, n := range names {
			c.Note(at, "'%s' of the %s selects nothing that gohap has and is left out.", n, what)
		}
	}
	if s.Ciphers != "" {
		_, unknown, _ := ssl.Ciphers(s.Ciphers)
		lacking("ciphers", unknown)
	}
	if s.Curves != "" {
		_, unknown, _ := ssl.Curves(s.Curves)
		lacking("curves", unknown)
	}
	if s.Suites13 != "" {
		if all, _ := ssl.CheckSuites13(s.Suites13); !all {
			c.Note(at, "the cipher suites of TLS 1.3 cannot be chosen: the three that Go has are used.")
		}
	}
}
