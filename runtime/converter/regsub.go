package converter

import (
	"fmt"

	"gohap/runtime/core"
	"gohap/runtime/regex"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(&registry.Converter{
		Keyword: registry.Keyword{
			Name: "regsub", Manual: "7.3.1", Usage: "(<regex>,<subst>[,<flags>])",
			Doc: "The string with what a regular expression finds replaced: once, or everywhere with the flag g; with i in any case.",
			OK:  []string{`path,regsub(a,b)`, `path,regsub(a,b,gi)`}, Bad: []string{"path,regsub(a)", "path,regsub(a,b,x)"},
		},
		In: core.Str, Out: core.Str, Min: 2,
		Args: []registry.ArgSpec{argument(registry.ArgRegexp, "regex"), argument(registry.ArgString, "subst"), argument(registry.ArgString, "flags")},
		Compile: func(c *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			global, insensitive := false, false
			for i := range len(a[2].Text) {
				switch a[2].Text[i] {
				case 'g':
					global = true
				case 'i':
					insensitive = true
				default:
					return nil, fmt.Errorf("invalid regex flag '%c', only 'i' and 'g' are supported", a[2].Text[i])
				}
			}
			// As HAProxy does, once all sections have been read.
			var re *regex.Regexp
			c.Later(registry.Resolve, func() {
				var err error
				if re, err = regex.Compile(a[0].Text, insensitive); err != nil {
					a[0].Alert(c, "error in regex '%s' in %s in proxy '%s' : %s", a[0].Text, a[0].Place, c.Proxy.Name, err)
				}
			})
			by := []byte(a[1].Text)
			return func(s *core.Stream, p *core.Sample) bool {
				matches, at := 1, 0
				if global {
					matches = -1
				}
				b := s.Scratch(len(p.Bytes) + len(by))[:0]
				for _, loc := range re.FindAllSubmatchIndex(p.Bytes, matches) {
					b = append(b, p.Bytes[at:loc[0]]...)
					b, at = regex.Expand(b, by, p.Bytes, loc), loc[1]
					if len(b) > maxReplaced {
						break
					}
				}
				p.SetStr(append(b, p.Bytes[at:]...))
				return true
			}, nil
		},
	})
}

// maxReplaced bounds what replacements may grow a string to.
const maxReplaced = 64 << 10
