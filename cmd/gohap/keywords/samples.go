package keywords

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gohap/runtime/registry"
)

func acls(w *bufio.Writer) {
	all := slices.Clone(registry.Aliases.All())
	slices.SortFunc(all, func(a, b *registry.Alias) int { return cmp.Compare(a.Name, b.Name) })
	for _, a := range all {
		fmt.Fprintf(w, "%s = %s -m %s\n", a.Name, a.Fetch, a.Method)
	}
}

func converters(w *bufio.Writer) {
	all := slices.Clone(registry.Converters.All())
	slices.SortFunc(all, func(a, b *registry.Converter) int { return cmp.Compare(a.Name, b.Name) })
	for _, c := range all {
		fmt.Fprintf(w, "%s%s: %s => %s\n", c.Name, arguments(c.Args, c.Min), c.Out, c.In)
	}
}

// places name the columns of the fetches, from the last one to the first.
var places = []string{
	"frontend tcp-request connection rule", "frontend tcp-request session rule", "frontend tcp-request content rule",
	"frontend http-request header rule", "frontend http-request body rule", "frontend use-backend rule",
	"backend tcp-request content rule", "backend http-request header rule", "backend http-request body rule",
	"backend use-server, balance or stick-match rule", "server source selection",
	"backend tcp-response content rule", "backend http-response header rule", "backend http-response body rule",
	"backend stick-store rule", "frontend tcp-response content rule", "frontend http-response header rule",
	"frontend http-response body rule", "logs", "backend tcp-check rule", "configuration parser", "CLI parser",
}

func fetches(w *bufio.Writer) {
	legend(w)
	all := slices.Clone(registry.Fetches.All())
	slices.SortFunc(all, func(a, b *registry.Fetch) int { return cmp.Compare(a.Name, b.Name) })
	for _, f := range all {
		w.WriteString("[ ")
		for i := range places {
			mark := ". "
			if f.At>>i&1 != 0 {
				mark = "Y "
			}
			w.WriteString(mark)
		}
		fmt.Fprintf(w, "] %s%s: %s\n", f.Name, arguments(f.Args, f.Min), f.Out)
	}
}

// legend draws a line from each column to its name.
func legend(w *bufio.Writer) {
	n := len(places)
	for i, place := range places {
		w.WriteString("#" + strings.Repeat(" ", n-i+1))
		w.WriteString(strings.Repeat("/ ", i))
		w.WriteString("_." + strings.Repeat("-", n-i) + " " + place + "\n")
	}
	w.WriteString("# " + strings.Repeat("/ ", n) + " \n")
	w.WriteString("# " + strings.Repeat("| ", n) + "\n")
}

// arguments shows what a fetch or converter takes, brackets around what may be
// left out. A proxy that is left out is the present one, and counts as given.
func arguments(args []registry.ArgSpec, least int) string {
	if len(args) == 0 {
		return ""
	}
	if k := args[0].Kind; k == registry.ArgFrontend || k == registry.ArgBackend {
		least = max(least, 1)
	}
	var b strings.Builder
	b.WriteByte('(')
	for i, a := range args {
		if i == least {
			b.WriteByte('[')
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(a.Kind.String())
	}
	if least < len(args) {
		b.WriteByte(']')
	}
	return b.String() + ")"
}
