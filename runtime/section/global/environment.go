package global

import (
	"gohap/parser/ast"
	"gohap/runtime/registry"
)

// The parser has already acted on these lines, in file order, so that the lines
// after them see the result; here their arguments are checked.
func init() {
	registry.Directives.Add(
		directive("setenv", "3.1", "Sets an environment variable.",
			[]string{"setenv A b"}, []string{"setenv", "setenv A"}, assign),
		directive("presetenv", "3.1", "Sets an environment variable unless it is set already.",
			[]string{"presetenv A b"}, []string{"presetenv A"}, assign),
		directive("unsetenv", "3.1", "Removes environment variables.",
			[]string{"unsetenv A B"}, []string{"unsetenv"}, func(c *registry.Compiler, st *ast.Statement) {
				if len(st.Words) < 2 {
					c.AlertTight(&st.Words[0], "'unsetenv' expects at least one variable name.")
				}
			}),
		directive("resetenv", "3.1", "Removes all environment variables but those named.",
			[]string{"resetenv", "resetenv PATH"}, nil, func(*registry.Compiler, *ast.Statement) {}),
	)
}

func assign(c *registry.Compiler, st *ast.Statement) {
	if len(st.Words) < 3 {
		c.AlertTight(&st.Words[0], "'%s' expects a name and a value.", st.Keyword())
	}
}
