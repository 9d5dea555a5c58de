package proxy

import (
	"fmt"
	"slices"

	"gohap/parser/ast"
	"gohap/runtime/compress"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/fcgi"
	"gohap/runtime/section/spoe"
)

func init() {
	registry.Directives.Add(
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "compression", Manual: "4.2", Usage: "{ algo | algo-res <algorithm>... | algo-req <algorithm> | type | type-res | type-req <mime type>... | minsize-req | minsize-res <size> | direction { request | response | both } | offload }",
				Doc: "Compresses responses for clients that understand it, and requests for servers that do (algo-req and what else has -req or -res, direction: since HAProxy 2.8).",
				OK: []string{"compression algo gzip", "compression algo identity gzip deflate raw-deflate",
					"compression type text/ application/json", "compression offload",
					"compression algo-res gzip", "compression algo-req gzip", "compression type-res text/", "compression type-req text/ application/json",
					"compression minsize-res 1k", "compression minsize-req 256", "compression direction both", "compression direction request", "compression direction response"},
				Bad: []string{"compression", "compression nonsense", "compression algo", "compression algo brotli", "compression type",
					"compression algo-req", "compression algo-req brotli", "compression algo-req gzip deflate", "compression type-req",
					"compression minsize-req", "compression minsize-res x", "compression direction", "compression direction up"},
			},
			In: registry.Proxies, Compile: compileCompression,
		},
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "filter", Manual: "9", Usage: "{ cache <name> | compression | fcgi-app <name> | spoe [ engine <name> ] config <file> | trace [ name <name> ] [ random-forwarding ] [ hexdump ] [ quiet ] }",
				Doc: "Says where among filters a cache, compression or a FastCGI application stands, has an agent asked about streams, or tells on standard error what happens to streams: " +
					"bodies piece by piece, what TCP sessions have moved at their end.",
				OK: []string{"filter compression", "filter cache static", "filter trace", "filter trace name x random-forwarding hexdump", "filter trace quiet"},
				Bad: []string{"filter", "filter nonsense", "filter cache", "filter cache static x", "filter compression x", "filter trace x", "filter trace name",
					"filter spoe", "filter spoe config", "filter spoe config /nonexistent"},
			},
			In: registry.Proxies, Compile: compileFilter,
		},
	)
}

func compileCompression(c *registry.Compiler, st *ast.Statement) {
	p := c.Proxy
	if p.Compression == nil {
		p.Compression = &core.Compression{}
	}
	z := p.Compression
	switch what := word(st, 1); what.Text {
	case "algo", "algo-res":
		if len(st.Words) < 3 {
			c.Alert(what, "%s'compression' expects <algorithm>.", twice(st))
			return
		}
		for i := 2; i < len(st.Words); i++ {
			a, ok := compress.Lookup(st.Words[i].Text)
			if !ok {
				c.Alert(&st.Words[i], "'compression' : '%s' is not a supported algorithm.", st.Words[i].Text)
				return
			}
			// HAProxy prefers the last one.
			z.Algorithms = slices.Insert(z.Algorithms, 0, a)
		}
	case "algo-req":
		compileRequestAlgorithm(c, st, z)
	case "type", "type-res":
		compileTypes(c, st, &z.Types)
	case "type-req":
		compileTypes(c, st, &z.RequestTypes)
	case "minsize-req":
		compileLeast(c, st, &z.RequestLeast)
	case "minsize-res":
		compileLeast(c, st, &z.ResponseLeast)
	case "direction":
		compileDirection(c, st, z)
	case "offload":
		if c.Section == registry.Defaults {
			c.Warn(what, "'compression' : 'offload' ignored in 'defaults' section.")
			return
		}
		z.Offload = true
	default:
		c.Alert(what, "'compression' expects 'algo', 'type' or 'offload'")
	}
}

// compileFilter reads a filter. Those there are do not mind each other, so nothing
// depends on where the line stands but what [CheckCaches] says of it.
func compileFilter(c *registry.Compiler, st *ast.Statement) {
	switch name := word(st, 1); {
	case c.Section == registry.Defaults:
		c.Alert(&st.Words[0], "%sfilter is not allowed in a 'default' section.", twice(st))
	case name.Text == "":
		c.Alert(name, "%smissing argument for 'filter' in %s '%s'.", twice(st), c.Proxy, c.Proxy.Name)
	case name.Text == "compression":
		if len(st.Words) > 2 {
			c.Alert(&st.Words[2], "'filter compression' : unknown keyword '%s'.", st.Words[2].Text)
		}
	case name.Text == "trace":
		compileTrace(c, st)
	case name.Text == "cache":
		compileCacheFilter(c, st)
	case name.Text == "fcgi-app":
		fcgi.Filter(c, st)
	case name.Text == "spoe":
		spoe.Filter(c, st)
	case slices.Contains(otherFilters, name.Text):
		c.Alert(name, "'filter %s' is a HAProxy keyword that gohap does not support yet.", name.Text)
	default:
		c.Alert(name, "'filter' : unknown keyword '%s'. Registered keywords :\n\t[CACHE] cache\n\t[COMP] compression\n\t[FCGI] fcgi-app\n\t[SPOE] spoe\n\t[TRACE] trace", name.Text)
	}
	c.Proxy.FilterLines = append(c.Proxy.FilterLines, core.FilterLine{Kind: word(st, 1).Text, Name: word(st, 2).Text})
}

func compileTrace(c *registry.Compiler, st *ast.Statement) {
	t := core.Trace{Name: "TRACE"}
	for i := 2; i < len(st.Words); i++ {
		switch w := &st.Words[i]; w.Text {
		case "name":
			if i+1 == len(st.Words) {
				c.Alert(w, "'filter' : ''trace' : 'name' option without value'")
				return
			}
			i++
			t.Name = st.Words[i].Text
		case "random-forwarding":
			t.Random = true
		case "random-parsing": // which HAProxy reads and forgets, too
		case "hexdump":
			t.Hexdump = true
		case "quiet":
			t.Quiet = true
		default:
			c.Alert(w, "'filter trace' : unknown keyword '%s'.", w.Text)
			return
		}
	}
	c.Proxy.Traces = append(c.Proxy.Traces, t)
}

// otherFilters are HAProxy's.
var otherFilters = []string{"bwlim-in", "bwlim-out", "opentracing"}

// twice is the place of a line, for the messages that HAProxy prints with two of
// them.
func twice(st *ast.Statement) string {
	at := st.Pos()
	return fmt.Sprintf("parsing [%s:%d] : ", at.File, at.Line)
}
