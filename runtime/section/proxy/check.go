package proxy

import (
	"strings"

	"gohap/health"
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Directives.Add(
		checkOption("httpchk", "[ [<method>] <uri> [<version>] ]", "Checks servers with an HTTP request.", 3,
			[]string{"option httpchk", "option httpchk /health", "option httpchk HEAD / HTTP/1.1"}, nil, httpWords),
		checkOption("tcp-check", "", "Checks servers with the steps of tcp-check rules.", 0, []string{"option tcp-check"}, nil, nil),
		checkOption("smtpchk", "[ <hello> <domain> ]", "Checks mail servers.", 2,
			[]string{"option smtpchk", "option smtpchk EHLO mail.example.com"}, nil, nil),
		checkOption("mysql-check", "[ user <name> [ { post-41 | pre-41 } ] ]", "Checks MySQL servers.", 3,
			[]string{"option mysql-check", "option mysql-check user haproxy", "option mysql-check user haproxy pre-41"},
			[]string{"option mysql-check user", "option mysql-check nonsense", "option mysql-check user haproxy nonsense"}, mysqlWords),
		checkOption("pgsql-check", "user <name>", "Checks PostgreSQL servers.", 2,
			[]string{"option pgsql-check user haproxy"}, []string{"option pgsql-check", "option pgsql-check user"}, pgsqlWords),
		checkOption("redis-check", "", "Checks Redis servers.", 0, []string{"option redis-check"}, nil, nil),
		checkOption("ldap-check", "", "Checks LDAP servers.", 0, []string{"option ldap-check"}, nil, nil),
		checkOption("ssl-hello-chk", "", "Checks that servers answer an SSLv3 hello.", 0, []string{"option ssl-hello-chk"}, nil, nil),
		checkOption("external-check", "", "Checks servers with a program.", 0, []string{"option external-check"}, nil, nil),
		checkOption("spop-check", "", "Checks SPOE agents.", 0, []string{"option spop-check"}, nil, nil),
	)
}

// checkOption makes the option that chooses a kind of check. look returns
// whether the words after the option are right; nil for any.
func checkOption(name, usage, doc string, most int, ok, bad []string, look func(*registry.Compiler, *ast.Statement) bool) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: "option " + name, Manual: "4.2", Usage: usage, Doc: doc, OK: ok,
			Bad: append(bad, "option "+name+strings.Repeat(" x", most+1), "no option "+name),
		},
		In: registry.Proxies, Side: core.Backend, Dump: "-",
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			warnSide(c, st, core.Backend, name)
			if !c.MaxArgs(st, 2, most) || look != nil && !look(c, st) {
				return
			}
			s := &c.Proxy.Check
			if s.Inherited {
				s.HTTP, s.TCP, s.Inherited = nil, nil, false
			}
			s.Kind, s.Words = name, texts(st.Words[2:])
		},
	}
}

// httpWords warns of headers behind the version, which is where they stood
// before there was "http-check send".
func httpWords(c *registry.Compiler, st *ast.Statement) bool {
	if w := word(st, 4); strings.Contains(w.Text, "\r\n") {
		warnLine(c, w, "'option httpchk' : hiding headers or body at the end of the version string is deprecated. "+
			"Please, consider to use 'http-check send' directive instead.")
	}
	return true
}

func mysqlWords(c *registry.Compiler, st *ast.Statement) bool {
	switch {
	case len(st.Words) == 2:
		return true
	case st.Words[2].Text != "user":
		c.Alert(&st.Words[2], "'option mysql-check' only supports optional values: 'user' (got '%s').", st.Words[2].Text)
	case word(st, 3).Text == "":
		c.Alert(word(st, 3), "'option mysql-check user' expects <username> as argument.")
	case len(st.Words) > 4 && st.Words[4].Text != "post-41" && st.Words[4].Text != "pre-41":
		c.Alert(&st.Words[4], "keyword 'user' only supports 'post-41' and 'pre-41' (got '%s').", st.Words[4].Text)
	default:
		return true
	}
	return false
}

func pgsqlWords(c *registry.Compiler, st *ast.Statement) bool {
	if word(st, 2).Text != "user" || word(st, 3).Text == "" {
		c.Alert(word(st, 3), "'option pgsql-check' expects 'user <username>' as argument.")
		return false
	}
	return true
}

// ownRules starts a proxy's own rules with its first http-check or tcp-check
// line: those of the defaults section do not go on, nor does the request that
// "option httpchk" gave there.
func ownRules(s *core.CheckSettings) {
	if s.Inherited {
		s.HTTP, s.TCP, s.Words, s.Inherited = nil, nil, nil, false
	}
}

// Probe makes what a check of p's servers does; nil for connecting only. load is
// what "http-check send-state" tells of the server, nil for nothing.
func Probe(p *core.Proxy, load func() health.Load) health.Probe {
	s := &p.Check
	arg := func(i int) string {
		if i < len(s.Words) {
			return s.Words[i]
		}
		return ""
	}
	switch s.Kind {
	case "httpchk":
		return &health.Script{Steps: httpSteps(s, load), HTTP: true}
	case "tcp-check":
		if len(s.TCP) == 0 {
			return nil
		}
		return &health.Script{Steps: s.TCP, TCP: true}
	case "smtpchk":
		return health.SMTP(arg(0), arg(1))
	case "mysql-check":
		return health.MySQL(arg(1), arg(2) == "pre-41")
	case "pgsql-check":
		return health.PgSQL(arg(1))
	case "redis-check":
		return health.Redis()
	case "ldap-check":
		return health.LDAP()
	case "ssl-hello-chk":
		return health.SSLHello()
	case "spop-check":
		return health.SPOP()
	}
	return nil
}

// CheckPorts tells what ports the connections of p's checks name: whether the
// first one does, whether all do, and whether there is a "connect" rule at all.
func CheckPorts(p *core.Proxy) (first, all, any bool) {
	steps := p.Check.TCP
	switch p.Check.Kind {
	case "httpchk":
		steps = p.Check.HTTP
	case "tcp-check":
	default:
		return false, false, false
	}
	all = true
	for _, step := range steps {
		if k, ok := step.(*health.Connect); ok {
			if !any {
				first = k.Port != 0
			}
			any = true
			all = all && k.Port != 0
		}
	}
	return first, all && any, any
}
