package server

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	words "gohap/runtime/section/ssl"
	"gohap/runtime/ssl"
)

func init() {
	for _, o := range words.Options {
		if o.Server {
			registry.ServerOptions.Add(shared(o))
		}
	}
	registry.ServerOptions.Add(
		option("ssl", "Connects with TLS.", 0, []string{"ssl verify none", "ssl ca-file /etc/haproxy/ca.pem"}, []string{"ssl"},
			func(_ *registry.Compiler, s *core.ServerSettings, _ []ast.Word) { s.SSL.On = true }),
		flag("no-ssl", "Connects without TLS.", func(s *core.ServerSettings) { s.SSL.On = false }),
		option("check-ssl", "Checks with TLS.", 0, []string{"check check-ssl verify none"}, []string{"check-ssl"},
			func(_ *registry.Compiler, s *core.ServerSettings, _ []ast.Word) { s.CheckSSL = true }),
		flag("no-check-ssl", "Checks without TLS.", func(s *core.ServerSettings) { s.CheckSSL = false }),
		flag("ssl-reuse", "Resumes TLS sessions.", func(s *core.ServerSettings) { s.SSL.NoReuse = false }),
		flag("no-ssl-reuse", "Makes a full handshake for each connection.", func(s *core.ServerSettings) { s.SSL.NoReuse = true }),
		flag("tls-tickets", "Undoes \"no-tls-tickets\".", func(s *core.ServerSettings) { s.SSL.NoTickets = false }),
		flag("no-tls-tickets", "Resumes no session by ticket.", func(s *core.ServerSettings) { s.SSL.NoTickets = true }),
		secure("verify", "Whether the server's certificate is verified.", "none", "missing verify method", func(c *registry.Compiler, s *core.ServerSettings, w *ast.Word) {
			switch w.Text {
			case "none":
				s.SSL.Verify = ssl.None
			case "required":
				s.SSL.Verify = ssl.Required
			default:
				fail(c, w, "'verify' : unknown verify method '%s', only 'none' and 'required' are supported", w.Text)
			}
		}),
		secure("verifyhost", "The name that the server's certificate must have.", "app.example.com", "missing hostname to verify against",
			func(_ *registry.Compiler, s *core.ServerSettings, w *ast.Word) { s.SSL.Host = w.Text }),
		secure("crt", "The certificate shown to the server when it asks for one.", "/etc/haproxy/site.pem", "missing certificate file path", certificate),
		secure("sni", "An expression for the name to ask the server for.", "req.hdr(host)", "missing sni expression", sni),
		secure("check-sni", "The name that checks ask the server for.", "app.example.com", "missing SNI",
			func(_ *registry.Compiler, s *core.ServerSettings, w *ast.Word) { s.SSL.CheckSNI = w.Text }),
		secure("check-alpn", "The protocols that checks agree on inside TLS.", "http/1.1", "missing the comma-delimited ALPN protocol suite",
			func(_ *registry.Compiler, s *core.ServerSettings, w *ast.Word) {
				s.SSL.CheckALPN = ssl.Protocols(w.Text)
			}),
	)
}

// secure makes the record of an option about TLS with one word.
func secure(name, doc, example, missing string, set func(*registry.Compiler, *core.ServerSettings, *ast.Word)) *registry.ServerOption {
	return option(name, doc, 1, []string{name + " " + example}, []string{name},
		func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
			if w[1].Text == "" {
				fail(c, &w[1], "'%s' : %s", name, missing)
				return
			}
			set(c, s, &w[1])
		})
}

// shared makes the record of an option that bind lines have too.
func shared(o *words.Option) *registry.ServerOption {
	apply := func(c *registry.Compiler, s *core.ServerSettings, w *ast.Word) {
		err := o.Set(c.Global(), &s.SSL.Settings, w.Text)
		e, ok := err.(*words.Error)
		switch {
		case ok && e.Before != "":
			report(c, diag.Alert, w, prefix(c)+e.Before)
			report(c, diag.Alert, w, e.Text+".")
		case err != nil:
			fail(c, w, "%s", err)
		}
	}
	if o.Arity == 0 {
		return option(o.Name, o.Doc, 0, []string{o.Name}, nil,
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) { apply(c, s, &w[0]) })
	}
	r := secure(o.Name, o.Doc, o.Sample, o.Missing, apply)
	if o.Sample == "" {
		r.OK = nil
	}
	return r
}

// certificate notes the name; the file is read once all sections are.
func certificate(c *registry.Compiler, s *core.ServerSettings, w *ast.Word) {
	s.SSL.Crt = words.CrtPath(c.Global(), w.Text)
}

func sni(c *registry.Compiler, s *core.ServerSettings, w *ast.Word) {
	name := strings.TrimPrefix(prefix(c), place(c))
	e, ok := sample.Expr(c, w, sample.Place{Error: name + "error detected while parsing sni expression :", Where: registry.ServerSource, Bare: true})
	if ok {
		s.SSL.SNI = e
		return
	}
	d := &c.Diags.All[len(c.Diags.All)-1]
	d.Message = strings.Replace(d.Message, "parsing ", "", 1)
}

// checkTLS looks at what a server line says of TLS as a whole, once the defaults
// are known, and makes it ready.
func checkTLS(c *registry.Compiler, s *core.Server) {
	if s.SSL.On || s.CheckSSL || s.Proxy.Check.TLS {
		BuildTLS(c, s, Where(s))
	}
}

// BuildTLS makes what a server line says of TLS ready. Messages start with where;
// it reports false after one.
func BuildTLS(c *registry.Compiler, s *core.Server, where string) bool {
	g := &c.Global().SSL
	t := &s.SSL
	t.Settings = t.Settings.Or(&g.Server)
	t.NoTickets = t.NoTickets || g.ServerNoTickets
	if t.Verify == ssl.Default {
		t.Verify = ssl.Required
		if g.TrustServers {
			t.Verify = ssl.None
		}
	}
	failed := false
	store := c.Global().SSL.Store
	wrong := func(format string, args ...any) {
		complain(c, diag.Alert, s, where+fmt.Sprintf(format, args...))
		failed = true
	}
	if t.Crt != "" {
		if err := store.Single(t.Crt); err != nil {
			wrong("%s", err)
		}
		t.Slot = store.Slot(t.Crt)
	}
	if t.Verify == ssl.Required && t.CA == nil {
		wrong("verify is enabled by default but no CA file specified. If you're running on a LAN where you're certain to trust the server's certificate, " +
			"please set an explicit 'verify none' statement on the 'server' line, or use 'ssl-server-verify none' in the global section to disable server-side verifications by default.")
	}
	if _, _, _, _, ok := t.Versions.Range(); !ok {
		wrong("proxy '%s': all SSL/TLS versions are disabled for server '%s'.", s.Proxy.Name, s.Name)
	}
	if t.Ciphers != "" {
		if _, _, err := ssl.Ciphers(t.Ciphers); err != nil {
			wrong("unable to set SSL cipher list to '%s'.", t.Ciphers)
		}
	}
	if t.Suites13 != "" {
		if _, err := ssl.CheckSuites13(t.Suites13); err != nil {
			wrong("unable to set TLS 1.3 cipher suites to '%s'.", t.Suites13)
		}
	}
	t.Keep = &g.KeepServers
	if !failed {
		t.Build()
	}
	return !failed
}
