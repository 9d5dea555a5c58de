package global

import (
	"fmt"
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	tls "gohap/runtime/section/ssl"
	"gohap/runtime/ssl"
)

func init() {
	const manual = "3.1"
	registry.Directives.Add(
		clientWord("httpclient.resolvers.id", "The resolvers section that looks names up for the process's own HTTP client; \"default\" if there is one unless set.",
			[]string{"httpclient.resolvers.id mydns"}, []string{"httpclient.resolvers.id nosuch", "httpclient.resolvers.id a b"}, clientResolvers),
		clientWord("httpclient.resolvers.prefer", "Which addresses the HTTP client prefers, IPv6 unless set.",
			[]string{"httpclient.resolvers.prefer ipv4", "httpclient.resolvers.prefer ipv6"},
			[]string{"httpclient.resolvers.prefer", "httpclient.resolvers.prefer ipv5", "httpclient.resolvers.prefer ipv4 x"},
			func(c *registry.Compiler, w *ast.Word) {
				switch w.Text {
				case "ipv4", "ipv6":
					c.Global().HTTPClient.IPv4 = w.Text == "ipv4"
				default:
					c.Alert(w, "'httpclient.resolvers.prefer' expects 'ipv4' or 'ipv6' as argument.")
				}
			}),
		clientWord("httpclient.ssl.ca-file", "The CA certificates that the HTTP client verifies servers with, the system's unless set.",
			[]string{"httpclient.ssl.ca-file /etc/haproxy/ca.pem", "httpclient.ssl.ca-file @system-ca"},
			[]string{"httpclient.ssl.ca-file", "httpclient.ssl.ca-file /nonexistent", "httpclient.ssl.ca-file a b"}, clientCA),
		clientWord("httpclient.ssl.verify", "Whether the HTTP client verifies servers' certificates, which it does unless set.",
			[]string{"httpclient.ssl.verify none", "httpclient.ssl.verify required"},
			[]string{"httpclient.ssl.verify", "httpclient.ssl.verify maybe", "httpclient.ssl.verify none x"},
			func(c *registry.Compiler, w *ast.Word) {
				switch w.Text {
				case "none":
					c.Global().HTTPClient.Verify = ssl.None
				case "required":
					c.Global().HTTPClient.Verify = ssl.Required
				default:
					c.Alert(w, "'httpclient.ssl.verify' expects 'none' or 'required' as argument.")
				}
			}),
		unlisted(directive("httpclient.retries", manual, "How often the HTTP client sends a request again that got no answer, 3 unless set (since HAProxy 2.8).",
			[]string{"httpclient.retries 3", "httpclient.retries 0"}, []string{"httpclient.retries", "httpclient.retries 1 2", "httpclient.retries -1"},
			func(c *registry.Compiler, st *ast.Statement) {
				n, ok := c.Integer(st)
				switch {
				case !ok:
				case n < 0:
					c.Alert(&st.Words[1], "'httpclient.retries' must be a positive value.")
				default:
					c.Global().HTTPClient.Retries = n
				}
			})),
		unlisted(directive("httpclient.timeout.connect", manual, "How long the HTTP client waits for a connection, 5 seconds unless set (since HAProxy 2.8).",
			[]string{"httpclient.timeout.connect 3s"}, []string{"httpclient.timeout.connect", "httpclient.timeout.connect 3x", "httpclient.timeout.connect 3s x"},
			func(c *registry.Compiler, st *ast.Statement) {
				if !c.MaxArgs(st, 1, 1) {
					return
				}
				w, ok := c.Word(st, 1, 0, "a timer argument.")
				if !ok {
					return
				}
				if d, ok := c.Time(w, st.Keyword(), time.Millisecond); ok {
					c.Global().HTTPClient.Connect = d
				}
			})),
		unlisted(clientWord("httpclient.resolvers.disabled", "Has the HTTP client look no names up (since HAProxy 2.7).",
			[]string{"httpclient.resolvers.disabled on", "httpclient.resolvers.disabled off"},
			[]string{"httpclient.resolvers.disabled", "httpclient.resolvers.disabled maybe", "httpclient.resolvers.disabled on x"},
			func(c *registry.Compiler, w *ast.Word) {
				switch w.Text {
				case "on", "off":
					c.Global().HTTPClient.NoResolvers = w.Text == "on"
				default:
					c.Alert(w, "'httpclient.resolvers.disabled' expects 'on' or 'off' as argument.")
				}
			})),
	)
}

// clientWord makes a keyword with one word, which may be missing.
func clientWord(name, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Word)) *registry.Directive {
	return directive(name, "3.1", doc, ok, bad, func(c *registry.Compiler, st *ast.Statement) {
		if !c.MaxArgs(st, 1, 1) {
			return
		}
		if len(st.Words) > 1 {
			compile(c, &st.Words[1])
			return
		}
		compile(c, &ast.Word{Pos: st.Words[0].Pos})
	})
}

func clientResolvers(c *registry.Compiler, w *ast.Word) {
	c.Global().HTTPClient.Resolvers = w.Text
	c.Later(registry.Resolve, func() {
		if c.Graph.Resolver(w.Text) == nil && w.Text != "default" {
			c.Diags.Config(diag.Alert, "Proxy '<HTTPCLIENT>': Can't find resolvers section '%s' for do-resolve action.", w.Text).Pos = w.Pos
		}
	})
}

func clientCA(c *registry.Compiler, w *ast.Word) {
	c.Later(registry.Check, func() {
		g := c.Global()
		ca, err := g.SSL.Store.CA(clientCAPath(g, w.Text))
		if err != nil {
			c.Diags.Config(diag.Alert, "%s", err).Pos = w.Pos
			c.Diags.Config(diag.Alert, "%s", fmt.Sprintf("httpclient: cannot initialize: cannot initialize SSL verify with 'ca-file \"%s\"'.", w.Text)).Pos = w.Pos
			return
		}
		g.HTTPClient.CA = ca
	})
}

// clientCAPath is where a CA file is, "" for one without a name.
func clientCAPath(g *core.Global, name string) string {
	if name == "" {
		return ""
	}
	return tls.CAPath(g, name)
}
