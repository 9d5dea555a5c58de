package server

import (
	"errors"
	"slices"
	"strings"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

func init() {
	registry.ServerOptions.Add(
		flag("send-proxy", "Starts connections with a PROXY protocol header, version 1.", func(s *core.ServerSettings) { s.SendProxy = 1 }),
		flag("send-proxy-v2", "Starts connections with a PROXY protocol header, version 2.", func(s *core.ServerSettings) { s.SendProxy = 2 }),
		flag("no-send-proxy", "Undoes \"send-proxy\".", func(s *core.ServerSettings) { s.SendProxy &^= 1 }),
		flag("no-send-proxy-v2", "Undoes \"send-proxy-v2\".", func(s *core.ServerSettings) { s.SendProxy &^= 2 }),
		flag("send-proxy-v2-ssl", "As send-proxy-v2, and tells of the client's TLS.", withTLS("ssl")),
		flag("send-proxy-v2-ssl-cn", "As send-proxy-v2-ssl, and tells the common name of the client's certificate.", withTLS("ssl", "cert-cn")),
		flag("no-send-proxy-v2-ssl", "Undoes \"send-proxy-v2-ssl\".", withoutTLS("ssl")),
		flag("no-send-proxy-v2-ssl-cn", "Undoes \"send-proxy-v2-ssl-cn\".", withoutTLS("ssl", "cert-cn")),
		option("proxy-v2-options", "What else the PROXY protocol header says.", 1,
			[]string{"proxy-v2-options crc32c,unique-id"}, []string{"proxy-v2-options", "proxy-v2-options nonsense", "proxy-v2-options crc32c,nonsense"}, headerOptions),
		reuse("max-reuse", "How many more requests a connection carries; -1 for any number.", func(s *core.ServerSettings) *int { return &s.MaxReuse }),
		reuse("pool-low-conn", "How many idle connections are left to other threads.", func(s *core.ServerSettings) *int { return &s.PoolLowConn }),
		option("pool-max-conn", "How many idle connections are kept; -1 for any number.", 1,
			[]string{"pool-max-conn 10", "pool-max-conn -1"}, []string{"pool-max-conn", "pool-max-conn -2"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				n := int(value.Atol(w[1].Text))
				switch {
				case w[1].Text == "":
					fail(c, &w[1], "'pool-max-conn' expects <value> as argument.")
				case n < -1:
					fail(c, &w[1], "'pool-max-conn' must be >= -1")
				default:
					s.PoolMaxConn = n
				}
			}),
		option("pool-purge-delay", "How often idle connections are thinned out.", 1,
			[]string{"pool-purge-delay 5s", "pool-purge-delay 0"}, []string{"pool-purge-delay", "pool-purge-delay 5x"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'pool-purge-delay' expects <value> as argument.")
					return
				}
				d, _, err := value.Time(w[1].Text, time.Millisecond)
				var e *value.TimeError
				switch {
				case err == nil:
					s.PoolPurgeDelay = d
				case errors.As(err, &e) && e.Fault == value.TimeOverflow:
					fail(c, &w[1], "timer overflow in argument <%s> to <pool-purge-delay>, maximum value is 2147483647 ms (~24.8 days).", w[1].Text)
				default:
					fail(c, &w[1], "unexpected character '%s' in argument to <pool-purge-delay>.", e.Char)
				}
			}),
		&registry.ServerOption{
			Keyword: registry.Keyword{
				Name: "source", Manual: "5.2", Usage: "<addr>[:<port>[-<port>]] [ usesrc { <addr2>[:<port2>] | client | clientip | hdr_ip(<hdr>[,<occ>]) } ] [ interface <name> ]",
				Doc: "The address to connect from.",
				OK:  lines([]string{"source 127.0.0.1", "source 127.0.0.1:1000-2000 weight 5", "source 0.0.0.0 usesrc clientip", "source 0.0.0.0 interface lo"}),
				Bad: lines([]string{"source", "source 127.0.0.1:x", "source 0.0.0.0 usesrc", "source 0.0.0.0 interface"}),
			},
			Arity: -1, Take: takeSource, InAdd: true, Compile: source,
		},
		option("usesrc", "Part of \"source\".", 0, nil, []string{"usesrc client"},
			func(c *registry.Compiler, _ *core.ServerSettings, w []ast.Word) {
				fail(c, &w[0], "'usesrc' only allowed after a 'source' statement.")
			}),
	)
}

func reuse(name, doc string, field func(*core.ServerSettings) *int) *registry.ServerOption {
	return option(name, doc, 1, []string{name + " 10", name + " -1"}, []string{name},
		func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
			if w[1].Text == "" {
				fail(c, &w[1], "'%s' expects <value> as argument.", name)
				return
			}
			*field(s) = int(value.Atol(w[1].Text))
		})
}

// headerOptions reads the list of proxy-v2-options.
func headerOptions(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
	var words []string
	for _, o := range strings.Split(w[1].Text, ",") {
		switch o {
		case "crc32c", "unique-id", "authority", "ssl", "cert-cn", "ssl-cipher", "cert-sig", "cert-key":
			words = append(words, o)
		default:
			fail(c, &w[1], "'%s' : proxy v2 option not implemented", o)
			return
		}
	}
	s.ProxyV2Options = append(slices.Clip(s.ProxyV2Options), words...)
}

// withTLS has the header of version 2 tell of the client's TLS.
func withTLS(words ...string) func(*core.ServerSettings) {
	return func(s *core.ServerSettings) {
		s.SendProxy = 2
		s.ProxyV2Options = append(slices.Clip(s.ProxyV2Options), words...)
	}
}

// withoutTLS undoes withTLS.
func withoutTLS(words ...string) func(*core.ServerSettings) {
	return func(s *core.ServerSettings) {
		s.SendProxy &^= 2
		s.ProxyV2Options = slices.DeleteFunc(slices.Clone(s.ProxyV2Options), func(w string) bool { return slices.Contains(words, w) })
	}
}

// takeSource tells how many of the words after "source" belong to it.
func takeSource(w []ast.Word) int {
	n := min(1, len(w))
	for n < len(w) && (w[n].Text == "usesrc" || w[n].Text == "interface") {
		n += 2
	}
	return min(n, len(w))
}

func source(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
	if len(w) < 2 || w[1].Text == "" {
		fail(c, &w[0], "'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and 'interface' <name> as argument.")
		return
	}
	src, err := address.Source(w[1].Text, true, c.Env)
	if err != nil {
		fail(c, &w[1], "\n  'source %s' : %s\n  \n", w[1].Text, err)
		return
	}
	for i := 2; i < len(w); i += 2 {
		missing := i+1 == len(w) || w[i+1].Text == ""
		at := &w[min(i+1, len(w)-1)]
		switch {
		case w[i].Text == "usesrc" && missing:
			fail(c, at, "'usesrc' expects <addr>[:<port>], 'client', 'clientip', or 'hdr_ip(name,#)' as argument")
		case missing:
			fail(c, at, "'server' : missing interface name")
		case w[i].Text == "usesrc":
			err := address.UseSource(c, src, at)
			if err == nil {
				continue
			}
			report(c, diag.Alert, at, prefix(c)+err.Error()+"\n")
		default:
			src.Interface = at.Text
			continue
		}
		report(c, diag.Alert, at, "error encountered while processing '"+w[i].Text+"'.")
		return
	}
	s.Source = src
}
