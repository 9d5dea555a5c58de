package proxy

import (
	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
	"gohap/runtime/sticktable"
)

func init() {
	registry.Directives.Add(
		stickRule("stick match", "Sends a client to the server that a stick table names.", core.StickRule{Match: true}),
		stickRule("stick on", "Sends a client to the server that a stick table names, and enters the one it gets.", core.StickRule{Match: true, Store: true}),
		stickRule("stick store-request", "Enters the server that a request goes to into a stick table.", core.StickRule{Store: true}),
		stickRule("stick store-response", "Enters the server that a response came from into a stick table.", core.StickRule{Store: true}),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "stick", Manual: "4.2", Usage: "{on | match | store-request | store-response} <pattern> [table <table>] [{if | unless} <condition>]",
				Doc: "Rules by which clients keep their servers.", Bad: []string{"stick", "stick nonsense src"},
			},
			In: registry.Proxies, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if !stickAllowed(c, st) {
					return
				}
				c.Alert(word(st, 1), "'stick' expects 'on', 'match', or 'store'.")
			},
		},
	)
}

// stickAllowed reports whether "stick" may stand in the section, and warns where
// it means nothing.
func stickAllowed(c *registry.Compiler, st *ast.Statement) bool {
	if notInDefaults(c, st, "stick") {
		return false
	}
	warnSide(c, st, core.Backend, "stick")
	return true
}

func stickRule(name, doc string, rule core.StickRule) *registry.Directive {
	response := name == "stick store-response"
	key := "src"
	if response {
		key = "res.hdr(x-id)"
	}
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: "<pattern> [table <table>] [{if | unless} <condition>]", Doc: doc,
			Bad: []string{
				name, name + " no-such-fetch", name + " " + key, name + " " + key + " table", name + " " + key + " table no-such-table",
				name + " " + key + " nonsense", name + " " + key + " if no-such-acl",
			},
		},
		In: registry.Proxies, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if stickAllowed(c, st) {
				compileStick(c, st, rule, response)
			}
		},
	}
}

func compileStick(c *registry.Compiler, st *ast.Statement, r core.StickRule, response bool) {
	if word(st, 2).Text == "" {
		c.Alert(word(st, 2), "'stick' expects a fetch method.")
		return
	}
	place := sample.Place{Error: "'stick':", What: "stick", Bare: true, Where: registry.BeSetServer, Here: "during request"}
	if response {
		place.Where, place.Here = registry.StickStore, "for 'store-response'"
	}
	var ok bool
	if r.Key, ok = sample.Expr(c, &st.Words[2], place); !ok {
		return
	}
	table, at := c.Proxy.Name, 3
	if word(st, 3).Text == "table" {
		table, at = word(st, 4).Text, 5
	}
	if w := word(st, at); w.Text != "" && w.Text != "if" && w.Text != "unless" {
		c.Alert(w, "'stick': unknown keyword '%s'.", w.Text)
		return
	}
	if at < len(st.Words) {
		r.Cond, ok = sample.Condition(c, st.Words[at:], sample.Place{
			Error: "'stick': error detected while parsing sticking condition", What: "sticking rule", Where: place.Where,
		})
		if !ok {
			return
		}
	}
	p := c.Proxy
	rules := &p.Stick
	if response {
		rules = &p.StickResponse
	}
	i := len(*rules)
	*rules = append(*rules, r)
	c.Later(registry.Resolve, func() {
		if t := stickTable(c, st, (*rules)[i].Key, table); t != nil {
			(*rules)[i].Table = t
		}
	})
}

// stickTable finds the table of a rule, and has it store servers.
func stickTable(c *registry.Compiler, st *ast.Statement, key core.Expr, name string) *sticktable.Table {
	owner := c.Graph.Tables[name]
	switch {
	case owner == nil:
		c.Diags.Config(diag.Alert, "Proxy '%s': unable to find stick-table '%s'.", c.Proxy.Name, name).Pos = st.Pos()
		return nil
	case !sample.Castable(key.Output(), sample.KeyType(owner.Table.Key)):
		c.Diags.Config(diag.Alert, "Proxy '%s': type of fetch not usable with type of stick-table '%s'.", c.Proxy.Name, name).Pos = st.Pos()
		return nil
	}
	t := owner.Table
	t.Data[sticktable.ServerID].Elements = 1
	t.Data[sticktable.ServerKey].Elements = 1
	return t
}
