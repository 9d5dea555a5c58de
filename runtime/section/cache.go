package section

import (
	"strconv"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/cache"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	keyword := func(name, usage, doc string, ok, bad []string, compile func(*registry.Compiler, *ast.Word)) *registry.Directive {
		return &registry.Directive{
			Keyword: registry.Keyword{Name: name, Manual: "6.2.1", Usage: usage, Doc: doc, OK: ok, Bad: bad},
			In:      registry.Cache, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if c.MaxArgs(st, 1, 1) {
					compile(c, cacheWord(st))
				}
			},
		}
	}
	registry.Directives.Add(
		keyword("total-max-size", "<megabytes>", "How much memory the cache has, 4095 megabytes at most.",
			[]string{"total-max-size 4", "total-max-size 4095"},
			[]string{"total-max-size", "total-max-size 4096", "total-max-size 4k", "total-max-size 4 5"}, cacheTotal),
		keyword("max-object-size", "<bytes>", "The size of the largest response that is stored, headers included; a 256th of the whole unless set.",
			[]string{"max-object-size 10000"}, []string{"max-object-size", "max-object-size 10k", "max-object-size 1 2"}, cacheObject),
		keyword("max-age", "<seconds>", "For how long a response is served at most, 60 seconds unless set.",
			[]string{"max-age 3600"}, []string{"max-age 1 2"}, cacheAge),
		keyword("process-vary", "{ on | off }", "Stores responses with a Vary header too, as far as that names accept-encoding and referer only.",
			[]string{"process-vary on", "process-vary off"}, []string{"process-vary on x"}, cacheVary),
		keyword("max-secondary-entries", "<number>", "How many responses to a URI are stored that differ by what they vary on, 10 unless set.",
			[]string{"max-secondary-entries 5"}, []string{"max-secondary-entries", "max-secondary-entries 0", "max-secondary-entries 1 2"}, cacheSecondary),
	)
}

// beginCache starts a cache section.
func beginCache(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	args := s.Args()
	c.Cache = &cache.Config{MaxAge: cache.DefaultMaxAge, MaxSecondary: cache.DefaultMaxSecondary}
	switch {
	case len(args) == 0 || args[0].Text == "":
		c.Alert(&s.Header.Words[0], "'%s' expects a <name> argument", s.Keyword())
		return ignore
	case len(args) > 1:
		c.Alert(&args[1], "'%s' cannot handle unexpected argument '%s'.", s.Keyword(), args[1].Text)
		return ignore
	case c.Graph.Cache(args[0].Text) != nil:
		c.AlertTight(&args[0], "Duplicate cache name '%s'.", args[0].Text)
		return ignore
	}
	c.Cache.Name = args[0].Text
	return Line
}

// endCache makes a cache of what the section's lines have said.
func endCache(c *registry.Compiler, s *ast.Section) {
	k := c.Cache
	c.Cache = nil
	if k.Name == "" {
		return
	}
	at := s.Header.Pos()
	complain := func(format string, args ...any) {
		c.Diags.Config(diag.Alert, format, args...).Pos = at
	}
	half := k.Blocks * cache.BlockSize / 2
	switch {
	case k.Blocks == 0:
		if !c.Diags.Failed() {
			complain("Size not specified for cache '%s'", k.Name)
		}
	case k.MaxObject > half || k.MaxObject < 0:
		complain("\"max-object-size\" is limited to an half of \"total-max-size\" => %d", half)
	case k.MaxObject == 0:
		k.MaxObject = k.DefaultMaxObject()
	}
	c.Graph.Caches = append(c.Graph.Caches, &core.Cache{Cache: cache.New(*k), Pos: at})
}

func cacheWord(st *ast.Statement) *ast.Word {
	if len(st.Words) > 1 {
		return &st.Words[1]
	}
	return &ast.Word{Pos: st.Words[0].Pos}
}

func cacheTotal(c *registry.Compiler, w *ast.Word) {
	n, err := strconv.ParseUint(w.Text, 10, 32)
	switch {
	case err != nil:
		c.AlertTight(w, "total-max-size wrong value '%s'", w.Text)
	case n > cache.MaxTotal:
		c.AlertTight(w, "\"total-max-size\" (%s) must not be greater than %d", w.Text, cache.MaxTotal)
	default:
		c.Cache.Blocks = cache.BlocksOf(int(n))
	}
}

func cacheObject(c *registry.Compiler, w *ast.Word) {
	if w.Text == "" {
		c.AlertTight(w, "'max-object-size' expects a maximum file size parameter in bytes.")
		return
	}
	n, err := strconv.ParseInt(w.Text, 10, 32)
	if err != nil {
		c.AlertTight(w, "max-object-size wrong value '%s'", w.Text)
		return
	}
	c.Cache.MaxObject = int(n)
}

func cacheAge(c *registry.Compiler, w *ast.Word) {
	if w.Text == "" {
		c.Diags.Line(diag.Warning, w.Pos, c.Statement.Source, "'max-age' expects an age parameter in seconds.")
	}
	c.Cache.MaxAge = int64(value.Atoi(w.Text))
}

func cacheVary(c *registry.Compiler, w *ast.Word) {
	switch w.Text {
	case "on", "off":
		c.Cache.Vary = w.Text == "on"
	default:
		c.Diags.Line(diag.Warning, w.Pos, c.Statement.Source, "'process-vary' expects \"on\" or \"off\" (enable or disable vary processing).")
	}
}

func cacheSecondary(c *registry.Compiler, w *ast.Word) {
	n, err := strconv.ParseInt(w.Text, 10, 32)
	switch {
	case w.Text == "":
		c.AlertTight(w, "'max-secondary-entries' expects a strictly positive number.")
	case err != nil || n < 1:
		c.AlertTight(w, "max-secondary-entries wrong value '%s'", w.Text)
	default:
		c.Cache.MaxSecondary = int(n)
	}
}
