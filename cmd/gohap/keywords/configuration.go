package keywords

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/ssl"
)

// configuration lists the keywords of sections, with the options of their lines.
func configuration(w *bufio.Writer) {
	w.WriteString("global\n")
	lines(w, words(registry.Global, false))
	w.WriteString("listen\n")
	lines(w, words(registry.Proxies, false))
	binds(w)
	servers(w)
	lines(w, words(registry.Proxies, true))
	for _, r := range []core.Ruleset{core.TCPRequestConnection, core.TCPRequestSession, core.TCPRequestContent,
		core.TCPResponseContent, core.HTTPRequest, core.HTTPResponse, core.HTTPAfterResponse} {
		actions(w, r)
	}
	for _, s := range []struct {
		name string
		in   registry.Sections
	}{{"userlist", registry.Userlist}, {"peers", registry.Peers}} {
		w.WriteString(s.name + "\n")
		lines(w, words(s.in, false))
	}
	w.WriteString("crt-list\n")
	lines(w, listOptions())
}

// lines lists words in order, those that begin several directives once.
func lines(w *bufio.Writer, list []string) {
	slices.Sort(list)
	for _, line := range slices.Compact(list) {
		w.WriteString("\t" + line + "\n")
	}
}

// words are the directives of some sections: the options or the others.
func words(in registry.Sections, options bool) (list []string) {
	for _, d := range registry.Directives.All() {
		if d.In&in == 0 || d.Dump == "-" || strings.HasPrefix(d.Name, "option ") != options ||
			d.Dump == "" && !registry.HAProxyLists(group(in), d.Name) {
			continue
		}
		name := d.Name
		if d.Dump != "" {
			name = d.Dump
		}
		if options {
			name += side(d)
		}
		list = append(list, name)
	}
	return list
}

// group is the letter of a section's words in the registry's lists.
func group(in registry.Sections) byte {
	if in == registry.Global {
		return 'g'
	}
	return 'p'
}

// side shows where an option acts, and in which mode.
func side(d *registry.Directive) string {
	text := " ["
	front, back := d.In&registry.Frontend != 0, d.In&registry.Backend != 0
	if d.Side != 0 {
		front, back = d.Side&core.Frontend != 0, d.Side&core.Backend != 0
	}
	if front {
		text += " FE"
	}
	if back {
		text += " BE"
	}
	if d.Mode == registry.HTTPMode {
		text += " HTTP"
	}
	return text + " ]"
}

func arity(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" +%d", n)
}

func binds(w *bufio.Writer) {
	var plain, ssl []string
	for _, o := range registry.BindOptions.All() {
		switch {
		case !registry.HAProxyLists('b', o.Name):
		case o.SSL:
			ssl = append(ssl, "bind <addr> ssl "+o.Name+arity(o.Arity))
		default:
			plain = append(plain, "bind <addr> "+o.Name+arity(o.Arity))
		}
	}
	lines(w, plain)
	lines(w, ssl)
}

// listOptions are the options of the lines of a crt-list.
func listOptions() (list []string) {
	for _, o := range ssl.Options {
		if o.List {
			list = append(list, o.Name+arity(o.Arity))
		}
	}
	return list
}

func servers(w *bufio.Writer) {
	var list []string
	for _, o := range registry.ServerOptions.All() {
		if registry.HAProxyHas('s', o.Name) {
			list = append(list, "server <name> <addr> "+o.Name+arity(o.Arity))
		}
	}
	lines(w, list)
}

func actions(w *bufio.Writer, r core.Ruleset) {
	all := slices.Clone(registry.Actions.All())
	slices.SortFunc(all, func(a, b *registry.Action) int { return cmp.Compare(a.Name, b.Name) })
	for _, a := range all {
		if !a.Registered || !a.In.Has(r) || !registry.HAProxyLists('a', r.String()+" "+a.Name) {
			continue
		}
		star := ""
		if a.Prefix {
			star = "*"
		}
		fmt.Fprintf(w, "\t%s %s%s\n", r, a.Name, star)
	}
}
