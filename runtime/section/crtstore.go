package section

import (
	"fmt"
	"os"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/certs"
	"gohap/runtime/registry"
)

func init() {
	base := func(name, doc string, field func(*certs.Catalog) *string) *registry.Directive {
		return &registry.Directive{
			Keyword: registry.Keyword{Name: name, Manual: "3.11", Usage: "<dir>", Doc: doc, OK: []string{name + " /etc/ssl/sites"}, Bad: []string{name, name + " a b"}},
			In:      registry.CrtStore, Dump: "-",
			Compile: func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) != 2 {
					c.Alert(&st.Words[len(st.Words)-1], "'%s' expects a directory path as an argument.", name)
					return
				}
				*field(c.CrtStore) = st.Words[1].Text
			},
		}
	}
	registry.Directives.Add(
		base("crt-base", "Where relative names of the section's certificates start.", func(k *certs.Catalog) *string { return &k.CrtBase }),
		base("key-base", "Where relative names of the section's keys start.", func(k *certs.Catalog) *string { return &k.KeyBase }),
		&registry.Directive{
			Keyword: registry.Keyword{
				Name: "load", Manual: "3.11", Usage: "crt <file> [key <file>] [ocsp <file>] [issuer <file>] [sctl <file>] [alias <name>]",
				Doc: "Gives a certificate, and the files that belong to it, a name for crt options: \"@store/file\" or \"@store/alias\".",
				OK:  []string{"load crt /etc/haproxy/site.pem", "load crt /etc/haproxy/site.pem alias site"},
				Bad: []string{"load", "load key a.key", "load crt", "load crt a.crt nonsense x"},
			},
			In: registry.CrtStore, Dump: "-", Compile: loadCrt,
		},
	)
}

// beginCrtStore starts a section of certificates, which came with HAProxy 3.0.
func beginCrtStore(c *registry.Compiler, s *ast.Section) func(*registry.Compiler, *ast.Statement) {
	c.CrtStore = &certs.Catalog{}
	if len(s.Args()) == 0 {
		return Line
	}
	name, ok := sectionName(c, s)
	if !ok {
		return ignore
	}
	c.CrtStore.Name = name.Text
	return Line
}

// loadCrt reads a line "load". The files are loaded where a line uses them.
func loadCrt(c *registry.Compiler, st *ast.Statement) {
	k, spec, alias := c.CrtStore, certs.Spec{}, ""
	base := k.CrtBase
	if base == "" {
		base = c.Global().SSL.CrtBase
	}
	fields := map[string]struct {
		to   *string
		base string
	}{
		"crt": {&spec.Crt, base}, "key": {&spec.Key, k.KeyBase}, "ocsp": {&spec.OCSP, base}, "issuer": {&spec.Issuer, base}, "sctl": {&spec.SCTL, base}, "alias": {&alias, ""},
	}
	given := ""
	for i := 1; i < len(st.Words); i += 2 {
		f, ok := fields[st.Words[i].Text]
		switch {
		case !ok:
			c.Alert(&st.Words[i], "'load' : unknown keyword '%s'.", st.Words[i].Text)
			return
		case i+1 == len(st.Words):
			c.Alert(&st.Words[i], "'load' : '%s' expects an argument.", st.Words[i].Text)
			return
		}
		v := st.Words[i+1].Text
		if st.Words[i].Text == "crt" {
			given = v
		}
		if f.base != "" && !strings.HasPrefix(v, "/") {
			v = f.base + "/" + v
		}
		*f.to = v
	}
	if given == "" {
		c.Alert(&st.Words[0], "'load' : mandatory 'crt' parameter is missing.")
		return
	}
	names := []string{"@" + k.Name + "/" + alias}
	if alias == "" {
		names = []string{"@" + k.Name + "/" + given, spec.Crt}
	}
	for _, name := range names {
		if !c.Global().SSL.Store.Declare(name, spec) {
			c.Alert(&st.Words[0], "'load' : the certificate '%s' was loaded before.", name)
			return
		}
	}
	if _, err := os.Stat(spec.Crt); err != nil {
		// HAProxy refuses this; here it only matters to lines that use it.
		c.Diags.Config(diag.Warning, "%s", fmt.Sprintf("'load' : unable to stat SSL certificate from file '%s'; no line can use it.", spec.Crt)).Pos = st.Pos()
	}
}
