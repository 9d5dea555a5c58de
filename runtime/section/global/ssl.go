package global

import (
	"errors"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/certs"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	words "gohap/runtime/section/ssl"
	"gohap/runtime/ssl"
)

func init() {
	list := func(side string) func(*core.Global) *ssl.Settings {
		if side == "bind" {
			return func(g *core.Global) *ssl.Settings { return &g.SSL.Bind }
		}
		return func(g *core.Global) *ssl.Settings { return &g.SSL.Server }
	}
	for _, side := range []string{"bind", "server"} {
		registry.Directives.Add(
			word("ssl-default-"+side+"-ciphers", "The ciphers of "+side+" lines up to TLS 1.2.", "ECDH+AESGCM:!aNULL", "a cipher suite",
				func(g *core.Global) *string { return &list(side)(g).Ciphers }),
			word("ssl-default-"+side+"-ciphersuites", "The cipher suites of "+side+" lines with TLS 1.3.", "TLS_AES_128_GCM_SHA256", "a cipher suite",
				func(g *core.Global) *string { return &list(side)(g).Suites13 }),
			directive("ssl-default-"+side+"-options", "3.1", "Options that every "+side+" line with ssl has.",
				[]string{"ssl-default-" + side + "-options no-sslv3 no-tls-tickets ssl-min-ver TLSv1.2"},
				[]string{"ssl-default-" + side + "-options", "ssl-default-" + side + "-options nonsense", "ssl-default-" + side + "-options ssl-min-ver"},
				defaultOptions(side)),
		)
	}
	registry.Directives.Add(
		word("ssl-default-bind-curves", "The curves of bind lines.", "X25519:P-256", "a curves suite",
			func(g *core.Global) *string { return &g.SSL.Bind.Curves }),
		word("ca-base", "Where relative names of CA files start.", "/etc/ssl/certs", "a directory path", func(g *core.Global) *string { return &g.SSL.CABase }),
		word("crt-base", "Where relative names of certificates start.", "/etc/ssl/private", "a directory path", func(g *core.Global) *string { return &g.SSL.CrtBase }),
		directive("issuers-chain-path", "3.1", "The directory of certificates that complete chains.", []string{"issuers-chain-path /etc/ssl/certs"},
			[]string{"issuers-chain-path", "issuers-chain-path /nonexistent"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				if len(st.Words) > 1 {
					if chains, err := certs.ReadChains(st.Words[1].Text); err == nil {
						c.Global().SSL.Store.Rules.Chains = chains
						return
					}
				}
				c.Alert(&st.Words[len(st.Words)-1], "global statement 'issuers-chain-path' expects a directory path as an argument.\n")
			}),
		directive("ssl-load-extra-files", "3.1", "Which files beside a certificate are loaded with it.", []string{"ssl-load-extra-files bundle ocsp", "ssl-load-extra-files none"},
			[]string{"ssl-load-extra-files", "ssl-load-extra-files nonsense"}, extraFiles),
		flagTLS("ssl-load-extra-del-ext", "Looks for extra files without the certificate's extension.", func(g *core.Global) *bool { return &g.SSL.Store.Rules.DelExt }),
		flagTLS("ssl-skip-self-issued-ca", "Leaves self-issued CAs out of the chain.", func(g *core.Global) *bool { return &g.SSL.Store.Rules.SkipSelfIssued }),
		directive("ssl-server-verify", "3.1", "Whether servers' certificates are verified by default.", []string{"ssl-server-verify none", "ssl-server-verify required"},
			[]string{"ssl-server-verify", "ssl-server-verify maybe"},
			func(c *registry.Compiler, st *ast.Statement) {
				switch {
				case len(st.Words) < 2:
					c.Alert(&st.Words[0], "'ssl-server-verify' expects an integer argument.")
				case st.Words[1].Text == "none":
					c.Global().SSL.TrustServers = true
				case st.Words[1].Text == "required":
					c.Global().SSL.TrustServers = false
				default:
					c.Alert(&st.Words[1], "'ssl-server-verify' expects 'none' or 'required' as argument.")
				}
			}),
		directive("tune.ssl.lifetime", "3.2", "How long a TLS session may be resumed.", []string{"tune.ssl.lifetime 300"}, []string{"tune.ssl.lifetime", "tune.ssl.lifetime x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				if len(st.Words) < 2 {
					c.Alert(&st.Words[0], "'tune.ssl.lifetime' expects ssl sessions <lifetime> in seconds as argument.")
					return
				}
				_, _, err := value.Time(st.Words[1].Text, time.Second)
				var e *value.TimeError
				if errors.As(err, &e) {
					c.Alert(&st.Words[1], "unexpected character '%s' in argument to <tune.ssl.lifetime>.", e.Char)
					return
				}
				c.Note(&st.Words[0], "'tune.ssl.lifetime' has no effect: tickets are good for as long as their key is.")
			}),
	)
	registry.Directives.Add(unneeded()...)
}

// word makes a directive with one word.
func word(name, doc, example, what string, field func(*core.Global) *string) *registry.Directive {
	return directive(name, "3.1", doc, []string{name + " " + example}, []string{name},
		func(c *registry.Compiler, st *ast.Statement) {
			if len(st.Words) < 2 || st.Words[1].Text == "" {
				c.Alert(&st.Words[0], "global statement '%s' expects %s as an argument.", name, what)
				return
			}
			if c.MaxArgs(st, 1, 1) {
				*field(c.Global()) = st.Words[1].Text
			}
		})
}

func flagTLS(name, doc string, field func(*core.Global) *bool) *registry.Directive {
	return directive(name, "3.1", doc, []string{name}, nil, func(c *registry.Compiler, _ *ast.Statement) { *field(c.Global()) = true })
}

// defaultOptions reads ssl-default-bind-options or ssl-default-server-options.
func defaultOptions(side string) func(*registry.Compiler, *ast.Statement) {
	return func(c *registry.Compiler, st *ast.Statement) {
		g := c.Global()
		settings := &g.SSL.Server
		if side == "bind" {
			settings = &g.SSL.Bind
		}
		if len(st.Words) < 2 {
			c.Alert(&st.Words[0], "global statement '%s' expects an option as an argument.", st.Keyword())
			return
		}
		for i := 1; i < len(st.Words); i++ {
			w := &st.Words[i]
			if setFlag(g, side, w.Text) {
				continue
			}
			o := words.Options[w.Text]
			if o == nil || !versionOption(w.Text) {
				c.Alert(w, "unknown option '%s' on global statement '%s'.", w.Text, st.Keyword())
				return
			}
			arg := ""
			if o.Arity > 0 {
				if i++; i == len(st.Words) {
					c.Alert(w, "'%s' : %s on global statement '%s'.", o.Name, o.Missing, st.Keyword())
					return
				}
				arg = st.Words[i].Text
			}
			if err := o.Set(g, settings, arg); err != nil {
				c.Alert(&st.Words[i], "%s on global statement '%s'.", err, st.Keyword())
				return
			}
		}
	}
}

// setFlag sets an option without argument; false if there is no such.
func setFlag(g *core.Global, side, name string) bool {
	bind := side == "bind"
	switch {
	case name == "no-tls-tickets" && bind:
		g.SSL.BindNoTickets = true
	case name == "no-tls-tickets":
		g.SSL.ServerNoTickets = true
	case name == "tls-tickets" && !bind:
		g.SSL.ServerNoTickets = false
	case name == "strict-sni" && bind:
		g.SSL.BindStrictSNI = true
	case name == "prefer-client-ciphers" && bind:
	default:
		return false
	}
	return true
}

// versionOption tells the options about versions from the others.
func versionOption(name string) bool {
	return strings.HasPrefix(name, "ssl-m") || strings.HasPrefix(name, "no-sslv") || strings.HasPrefix(name, "no-tlsv") || strings.HasPrefix(name, "force-")
}

func extraFiles(c *registry.Compiler, st *ast.Statement) {
	kinds := map[string]certs.Extras{"none": 0, "all": certs.AllExtras, "bundle": certs.Bundle, "sctl": certs.SCTL, "ocsp": certs.OCSP, "issuer": certs.Issuer, "key": certs.Key}
	var set certs.Extras
	for i := range st.Args() {
		w := &st.Words[i+1]
		kind, ok := kinds[w.Text]
		if !ok {
			c.Alert(w, "'ssl-load-extra-files' expects one or multiple arguments (none, all, bundle, sctl, ocsp, issuer).")
			return
		}
		if kind == 0 || kind == certs.AllExtras {
			set = 0
		}
		set |= kind
	}
	if len(st.Words) < 2 {
		c.Alert(&st.Words[0], "'ssl-load-extra-files' expects one or multiple arguments (none, all, bundle, sctl, ocsp, issuer).")
		return
	}
	c.Global().SSL.Store.Rules.Extras = set
}
