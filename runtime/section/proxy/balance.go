package proxy

import (
	"strings"

	"gohap/balance"
	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "balance", Manual: "4.2", Usage: "<algorithm> [<arguments>]", Doc: "How servers are chosen.",
				OK: []string{"balance roundrobin", "balance leastconn", "balance source", "balance uri depth 2", "balance url_param id",
					"balance hdr(host)", "balance random(3)", "balance first", "balance static-rr", "balance"},
				Bad: []string{"balance foo", "balance hdr()", "balance hdr", "balance url_param", "balance url_param a b",
					"balance uri len", "balance uri foo", "balance random(0)", "balance random(x)", "balance hdr(host) foo"},
			},
			In: registry.Proxies, Side: core.Backend, Compile: compileBalance,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "hash-type", Manual: "4.2", Usage: "<method> <function> <modifier>", Doc: "How keys are mapped to servers.",
				OK: []string{"hash-type consistent", "hash-type map-based djb2 avalanche"}, Bad: []string{"hash-type", "hash-type foo", "hash-type consistent foo", "hash-type consistent sdbm foo"},
			},
			In: registry.Proxies, Side: core.Backend, Compile: compileHashType,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "hash-balance-factor", Manual: "4.2", Usage: "<factor>", Doc: "Bounds how far above the average a server may be loaded, in percent.",
				OK: []string{"hash-balance-factor 150"}, Bad: []string{"hash-balance-factor", "hash-balance-factor 50"},
			},
			In: registry.Proxies, Side: core.Backend,
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				n, ok := c.Integer(st)
				if !ok {
					return
				}
				if n != 0 && n <= 100 {
					c.Alert(&st.Words[1], "'hash-balance-factor' must be 0 or greater than 100.")
					return
				}
				c.Proxy.Balance.BalanceFactor = n
			},
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "hash-preserve-affinity", Manual: "4.2", Usage: "{ always | maxconn | maxqueue }",
				Doc: "What becomes of requests whose server, which a hash has chosen, is full: they wait for it always, or another one gets them " +
					"once it has its maxconn, or once its queue is full too. HAProxy has it since 3.0.",
				OK:  []string{"hash-preserve-affinity always", "hash-preserve-affinity maxconn", "hash-preserve-affinity maxqueue"},
				Bad: []string{"hash-preserve-affinity", "hash-preserve-affinity x"},
			},
			In: registry.Proxies, Side: core.Backend, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				warnSide(c, st, core.Backend, "hash-preserve-affinity")
				w := word(st, 1)
				p, ok := preserves[w.Text]
				if !ok {
					c.Alert(w, "'hash-preserve-affinity' expects 'always', 'maxconn' or 'maxqueue'.")
					return
				}
				c.Proxy.Balance.Preserve = p
			},
		},
	)
}

var preserves = map[string]balance.Preserve{
	"always": balance.PreserveAlways, "maxconn": balance.PreserveMaxConn, "maxqueue": balance.PreserveMaxQueue,
}

const balanceHelp = "balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hdr(name)' and 'rdp-cookie(name)' options."

func compileBalance(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "balance")
	b := &c.Proxy.Balance
	c.Proxy.BalanceSet = true
	c.Proxy.BalanceArgs = nil
	if len(st.Words) < 2 || st.Words[1].Text == "" {
		b.Algorithm = balance.RoundRobin
		return
	}
	w := &st.Words[1]
	name, arg, _ := strings.Cut(w.Text, "(")
	arg = strings.TrimSuffix(arg, ")")
	rest := st.Words[2:]
	switch name {
	case "roundrobin":
		b.Algorithm = balance.RoundRobin
	case "static-rr":
		b.Algorithm = balance.StaticRR
	case "first":
		b.Algorithm = balance.First
	case "leastconn":
		b.Algorithm = balance.LeastConn
	case "source":
		b.Algorithm = balance.Source
	case "random":
		b.Algorithm, b.Draws = balance.Random, 0
		if arg != "" {
			if i := strings.IndexFunc(arg, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
				c.AlertAt(w.At(len("random(")+i, 1), "balance random : unexpected character '%c' after argument.", arg[i])
				return
			}
			n := value.Atol(arg)
			if n <= 0 {
				c.Alert(w, "balance random : number of draws must be at least 1.")
				return
			}
			b.Draws = int(n)
		}
	case "uri":
		b.Algorithm = balance.URI
		c.Proxy.BalanceArgs = texts(rest)
		uriArguments(c, rest)
	case "url_param":
		if len(rest) == 0 {
			c.Alert(w, "balance url_param requires an URL parameter name.")
			return
		}
		if len(rest) > 1 && rest[1].Text != "check_post" {
			c.Alert(&rest[1], "balance url_param only accepts 'check_post' modifier (got '%s').", rest[1].Text)
			return
		}
		b.Algorithm = balance.URLParam
		c.Proxy.BalanceArgs = texts(rest)
	case "hdr":
		switch {
		case w.Text == "hdr":
			c.Alert(w, "%s", balanceHelp)
			return
		case arg == "":
			c.Alert(w, "balance hdr requires an http header field name.")
			return
		case len(rest) > 0 && rest[0].Text != "use_domain_only":
			c.Alert(&rest[0], "balance hdr(%s) only accepts 'use_domain_only' modifier (got '%s').", arg, rest[0].Text)
			return
		}
		b.Algorithm = balance.Hdr
		c.Proxy.BalanceArgs = append([]string{strings.ToLower(arg)}, texts(rest)...)
	case "rdp-cookie":
		unsupported(c, w, "balance rdp-cookie")
	case "hash":
		unsupported(c, w, "balance hash")
	default:
		c.Alert(w, "%s", balanceHelp)
	}
}

func texts(words []ast.Word) []string {
	var all []string
	for _, w := range words {
		all = append(all, w.Text)
	}
	return all
}

func uriArguments(c *registry.Compiler, words []ast.Word) {
	for i := 0; i < len(words); i++ {
		w := &words[i]
		switch w.Text {
		case "len", "depth":
			n := ""
			if i++; i < len(words) {
				n = words[i].Text
			}
			if value.Atol(n) <= 0 {
				c.Alert(&words[min(i, len(words)-1)], "balance uri : '%s' expects a positive integer (got '%s').", w.Text, n)
				return
			}
		case "whole", "path-only":
		default:
			c.Alert(w, "balance uri only accepts parameters 'len', 'depth', 'path-only', and 'whole' (got '%s').", w.Text)
			return
		}
	}
}

func compileHashType(c *registry.Compiler, st *ast.Statement) {
	warnSide(c, st, core.Backend, "hash-type")
	w := word(st, 1)
	b := &c.Proxy.Balance
	switch w.Text {
	case "consistent":
		b.Consistent, b.Avalanche = true, true
	case "map-based":
		b.Consistent, b.Avalanche = false, false
	default:
		c.Alert(w, "'hash-type' only supports 'consistent' and 'map-based'.")
		return
	}
	b.Function = balance.SDBM
	rest := st.Words[2:]
	if len(rest) == 0 {
		return
	}
	b.Avalanche = false
	switch rest[0].Text {
	case "sdbm":
	case "djb2":
		b.Function = balance.DJB2
	case "wt6":
		b.Function = balance.WT6
	case "crc32":
		b.Function = balance.CRC32
	default:
		c.Alert(&rest[0], "'hash-type' only supports 'sdbm', 'djb2', 'crc32', or 'wt6' hash functions.")
		return
	}
	if len(rest) > 1 {
		if rest[1].Text != "avalanche" {
			c.Alert(&rest[1], "'hash-type' only supports 'avalanche' as a modifier for hash functions.")
			return
		}
		b.Avalanche = true
	}
}
