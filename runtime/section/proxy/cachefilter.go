package proxy

import (
	"slices"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// compileCacheFilter reads "filter cache" (configuration.txt 9.4).
func compileCacheFilter(c *registry.Compiler, st *ast.Statement) {
	switch name := word(st, 2); {
	case name.Text == "":
		c.Alert(name, "'filter' : 'cache : expects a <name> argument'")
	case slices.Contains(c.Proxy.Filters, core.Filter{Kind: "cache", Name: name.Text}):
		c.Alert(name, "'filter' : '%s: multiple explicit declarations of the cache filter '%s''", c.Proxy.Name, name.Text)
	case len(st.Words) > 3:
		c.Alert(&st.Words[3], "'filter cache' : unknown keyword '%s'.", st.Words[3].Text)
	}
}

// CheckCaches looks whether the caches that p names are there, and stand where they
// may among its filters: before compression, and by a line of their own where there are
// others.
func CheckCaches(c *registry.Compiler, p *core.Proxy) {
	names := p.CacheNames
	compression, others := -1, false
	for i, f := range p.Filters {
		switch f.Kind {
		case "cache":
			names = append(slices.Clip(names), f.Name)
		case "compression":
			if compression < 0 {
				compression = i
			}
		case "fcgi-app":
		default:
			others = true
		}
	}
	complain := func(format, name string) {
		c.Diags.Config(diag.Alert, "config: %s '%s': "+format, p, p.Name, name).Pos = p.Pos
	}
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		line := slices.Index(p.Filters, core.Filter{Kind: "cache", Name: name})
		switch {
		case c.Graph.Cache(name) == nil:
			complain("unable to find the cache '%s' referenced by the filter 'cache'.", name)
		case line >= 0 && compression >= 0 && compression < line:
			complain("unable to enable the compression filter before the cache '%s'.", name)
		case line < 0 && others:
			complain("require an explicit filter declaration to use the cache '%s'.", name)
		}
	}
}
