package section

import (
	"strings"

	"gohap/parser/ast"
	"gohap/runtime/registry"
	"gohap/runtime/section/bind"
)

// oldListenAddress reports whether a word after a proxy's name looks like the
// address that such lines once had.
func oldListenAddress(w string) bool { return strings.Contains(w, ":") }

// listenAddress reads the address that "listen" and "frontend" lines once had
// behind the name, as a bind line, which is what replaced it.
func listenAddress(c *registry.Compiler, s *ast.Section) {
	args := s.Args()
	if len(args) < 2 || !oldListenAddress(args[1].Text) || c.Section&registry.FrontendSide == 0 {
		return
	}
	line := "bind " + args[1].Text
	for _, w := range args[2:] {
		line += " " + w.Text
	}
	c.Upgrade(&args[1], "    "+line, "please use the 'bind' keyword for listening addresses.")
	words := append([]ast.Word{{Text: "bind", Pos: args[1].Pos}}, args[1:]...)
	st := &ast.Statement{Words: words, Source: s.Header.Source}
	c.Proxy.Listeners = append(c.Proxy.Listeners, bind.Line(c, st, &words[1], words[2:])...)
}
