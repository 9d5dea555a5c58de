package resolvers

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/resolver"
)

// resolvConf is where the system keeps its name servers. Tests have their own.
var resolvConf = "/etc/resolv.conf"

// maxResolvConf bounds what is read of the file.
const maxResolvConf = 1 << 20

func compileResolvConf(c *registry.Compiler, st *ast.Statement) {
	complaints, err := readResolvConf(c.Resolvers)
	if err != nil {
		c.AlertTight(&st.Words[0], "failed to open %s.", resolvConf)
		return
	}
	if len(complaints) > 0 {
		c.Diags.Line(diag.Warning, st.Pos(), st.Source, "\n\t%s", strings.Join(complaints, "\n\t"))
	}
}

// readResolvConf adds the name servers of the file to r. What is wrong with the
// file comes back, a line each.
func readResolvConf(r *core.Resolvers) (complaints []string, err error) {
	f, err := os.Open(resolvConf)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Sprintf(format, args...)) }
	in := bufio.NewScanner(io.LimitReader(f, maxResolvConf))
	for n := 1; in.Scan(); n++ {
		rest, ok := strings.CutPrefix(in.Text(), "nameserver")
		if !ok {
			continue
		}
		words := strings.Fields(rest)
		if len(words) == 0 {
			complain("parsing [%s:%d] : nameserver line is missing address.", resolvConf, n)
			continue
		}
		ip, err := netip.ParseAddr(words[0])
		if err != nil || ip.Zone() != "" {
			complain("parsing [%s:%d] : address '%s' could not be recognized, nameserver will be excluded.", resolvConf, n, words[0])
			continue
		}
		if first, ok := r.Named[words[0]]; ok {
			complain("Parsing [%s:%d] : generated name for %s nameserver '%s' conflicts with another nameserver (declared at %s:%d), "+
				"it appears to be a duplicate and will be excluded.", resolvConf, n, resolvConf, words[0], first.File, first.Line)
			continue
		}
		r.Named[words[0]] = diag.Pos{File: resolvConf, Line: n}
		r.Add(&resolver.Nameserver{Name: words[0], Addr: netip.AddrPortFrom(orLoopback(ip), 53)})
	}
	return complaints, in.Err()
}

// Default makes the section "default" out of the system's name servers, where no
// section has that name and the system has some.
func Default(c *registry.Compiler) {
	if c.Graph.Resolver("default") != nil {
		return
	}
	r := &core.Resolvers{Section: resolver.New(resolver.DefaultConfig("default")), Named: map[string]diag.Pos{}}
	if _, err := readResolvConf(r); err == nil && len(r.Stats()) > 0 {
		c.Graph.Resolvers = append(c.Graph.Resolvers, r)
	}
}
