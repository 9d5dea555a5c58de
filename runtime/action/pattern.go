package action

import (
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/pattern"
	"gohap/runtime/registry"
)

func init() {
	registry.Actions.Add(
		changeList("add-acl", "(<file>) <key fmt>", "Adds a pattern to the ACLs that use a file.",
			func(r *pattern.Ref, key, _ string) { r.AddOnce(key) }),
		changeList("del-acl", "(<file>) <key fmt>", "Removes a pattern from the ACLs that use a file.",
			func(r *pattern.Ref, key, _ string) { r.Delete(key) }),
		changeList("set-map", "(<file>) <key fmt> <value fmt>", "Gives a key of the maps that use a file a value, and adds it where it is new.",
			func(r *pattern.Ref, key, value string) { r.Put(key, value) }),
		changeList("del-map", "(<file>) <key fmt>", "Removes a key from the maps that use a file.",
			func(r *pattern.Ref, key, _ string) { r.Delete(key) }),
	)
}

// changeList makes an action that changes the list of a file's patterns. What the
// list cannot take is left out.
func changeList(name, usage, doc string, change func(r *pattern.Ref, key, value string)) *registry.Action {
	values, example := 1, "(/etc/haproxy/list) %[src]"
	if name == "set-map" {
		values, example = 2, "(/etc/haproxy/list) %[src] seen"
	}
	return &registry.Action{
		Keyword: registry.Keyword{
			Name: name, Manual: "4.2", Usage: usage, Doc: doc,
			OK:  []string{"http-request " + name + example, "http-response " + name + example + " if TRUE"},
			Bad: []string{"http-request " + name, "http-request " + name + "(x)", "http-request " + name + example + " more"},
		},
		In: messageRules, Prefix: true, Registered: true, Least: values,
		Compile: func(c *registry.Compiler, a *registry.ActionArgs) core.Action {
			_, file, ok := strings.Cut(a.Words[0].Text, "(")
			file, _, closed := strings.Cut(file, ")")
			if !ok || !closed || !has(a, values) {
				return a.Fail(c, 0, "expects exactly %d arguments.", values)
			}
			key, value := text{}, text{ok: true}
			if key, ok = compileText(c, a, 1); !ok {
				return nil
			}
			if values == 2 {
				if value, ok = compileText(c, a, 2); !ok {
					return nil
				}
			}
			if !a.End(c, 1+values) {
				return nil
			}
			var list *pattern.Ref
			c.Later(registry.Build, func() { list = c.Graph.Patterns.File(file) })
			return func(s *core.Stream) core.Verdict {
				if list != nil {
					k := string(key.of(s))
					change(list, k, string(value.of(s)))
				}
				return core.Continue
			}
		},
	}
}
