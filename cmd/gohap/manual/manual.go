// Package manual describes keywords as their records do.
package manual

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"gohap/runtime/api"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// Entry is a keyword as its record describes it.
type Entry struct {
	*registry.Keyword
	// Kind is what it is, Where tells where it may stand.
	Kind, Where string
	// Syntax is how it is written.
	Syntax string
	// names are what it is found by, beside its own name.
	names []string
}

// sections are the kinds of sections, in the order in which they are named.
var sections = []struct {
	in   registry.Sections
	name string
}{
	{registry.Global, "global"}, {registry.Defaults, "defaults"}, {registry.Frontend, "frontend"}, {registry.Listen, "listen"},
	{registry.Backend, "backend"}, {registry.Userlist, "userlist"}, {registry.Peers, "peers"}, {registry.Resolvers, "resolvers"},
	{registry.Mailers, "mailers"}, {registry.Cache, "cache"}, {registry.HTTPErrors, "http-errors"}, {registry.Ring, "ring"},
	{registry.Program, "program"}, {registry.FCGIApp, "fcgi-app"}, {registry.LogForward, "log-forward"}, {registry.CrtStore, "crt-store"},
	{registry.SPOEAgent, "spoe-agent"}, {registry.SPOEMessage, "spoe-message"}, {registry.SPOEGroup, "spoe-group"},
	{registry.LogProfile, "log-profile"},
}

// Entries are all keywords, by kind and name.
func Entries() []Entry {
	var all []Entry
	for _, d := range registry.Directives.All() {
		e := Entry{Keyword: &d.Keyword, Kind: "directive", Where: inSections(d), Syntax: join(d.Name, d.Usage)}
		if rest, ok := strings.CutPrefix(d.Name, "option "); ok {
			e.Kind, e.names = "option", []string{rest}
		}
		all = append(all, e)
	}
	for _, o := range registry.BindOptions.All() {
		all = append(all, Entry{Keyword: &o.Keyword, Kind: "bind option", Where: "bind lines", Syntax: join(o.Name, arguments(o.Usage, o.Arity)),
			names: []string{"bind " + o.Name}})
	}
	for _, o := range registry.ServerOptions.All() {
		where := "server, server-template and default-server lines"
		if o.NoDefault {
			where = "server and server-template lines"
		}
		all = append(all, Entry{Keyword: &o.Keyword, Kind: "server option", Where: where, Syntax: join(o.Name, arguments(o.Usage, o.Arity)),
			names: []string{"server " + o.Name}})
	}
	for _, a := range registry.Actions.All() {
		e := Entry{Keyword: &a.Keyword, Kind: "action", Syntax: join(a.Name, a.Usage)}
		var sets []string
		for set := range core.Rulesets {
			if a.In.Has(set) {
				sets = append(sets, set.String())
				e.names = append(e.names, set.String()+" "+a.Name)
			}
		}
		e.Where = strings.Join(sets, ", ") + " rules"
		all = append(all, e)
	}
	for _, f := range registry.Fetches.All() {
		all = append(all, Entry{Keyword: &f.Keyword, Kind: "sample fetch", Where: places(f.At),
			Syntax: call(f.Name, f.Args, f.Min) + " : " + f.Out.String()})
	}
	for _, a := range registry.Aliases.All() {
		all = append(all, Entry{Keyword: &a.Keyword, Kind: "ACL keyword", Where: "ACLs", Syntax: join(a.Name, "<pattern>...")})
	}
	for _, c := range registry.Converters.All() {
		all = append(all, Entry{Keyword: &c.Keyword, Kind: "converter", Where: "behind a sample of type " + c.In.String(),
			Syntax: call(c.Name, c.Args, c.Min) + " : " + c.Out.String()})
	}
	for _, m := range registry.Matches.All() {
		all = append(all, Entry{Keyword: &m.Keyword, Kind: "match method", Where: "ACLs", Syntax: "-m " + m.Name, names: []string{"-m " + m.Name}})
	}
	for _, l := range registry.LogTags.All() {
		all = append(all, Entry{Keyword: &l.Keyword, Kind: "log-format variable", Where: "log formats", Syntax: "%" + l.Name, names: []string{"%" + l.Name}})
	}
	for _, c := range api.Commands.All() {
		if !c.Hidden {
			all = append(all, Entry{Keyword: &c.Keyword, Kind: "command", Where: "the stats socket", Syntax: join(c.Name, c.Usage)})
		}
	}
	return all
}

func join(name, usage string) string { return strings.TrimRight(name+" "+usage, " ") }

// arguments is the usage of an option, made up of its number of words where the
// record has none.
func arguments(usage string, arity int) string {
	if usage != "" || arity <= 0 {
		return usage
	}
	return strings.TrimSpace(strings.Repeat("<value> ", arity))
}

// inSections lists the sections of a directive.
func inSections(d *registry.Directive) string {
	var names []string
	for _, s := range sections {
		if d.In&s.in != 0 {
			names = append(names, s.name)
		}
	}
	where := strings.Join(names, ", ")
	if d.Mode == registry.HTTPMode {
		where += "; mode http"
	}
	if d.Old {
		where += "; of older releases, read as what replaced it"
	}
	return where
}

// call writes a fetch or converter with its arguments.
func call(name string, args []registry.ArgSpec, least int) string {
	if len(args) == 0 {
		return name
	}
	list := ""
	for i, a := range args {
		what := a.Name
		if what == "" {
			what = a.Kind.String()
		}
		what = "<" + what + ">"
		if i > 0 {
			what = "," + what
		}
		if i >= least && i > 0 {
			what = "[" + what + "]"
		}
		list += what
	}
	if least == 0 {
		return name + "[(" + list + ")]"
	}
	return name + "(" + list + ")"
}

// places tells in short where a fetch has a value.
func places(at registry.Places) string {
	for _, p := range []struct {
		at   registry.Places
		name string
	}{
		{registry.Internal, "everywhere"}, {registry.Running, "everywhere but while the configuration is read"},
		{registry.L4Client, "wherever the client's connection is known"}, {registry.ClientSide, "wherever there is a session"},
		{registry.L5Client, "from session rules on"}, {registry.Transaction, "from the first data to the log"},
		{registry.RequestData, "request rules"}, {registry.ResponseData, "response rules"}, {registry.Responded, "response rules and logs"},
		{registry.AnyData, "request and response rules"}, {registry.WithServer, "once a server was picked"}, {registry.InBackend, "once a backend was picked"},
	} {
		if at == p.at {
			return p.name
		}
	}
	return "some rules (see -dKsmp)"
}

// Find returns the entries that a name means: those of that very name, written
// as in a configuration.
func Find(name string) []Entry {
	var found []Entry
	bare := strings.TrimPrefix(name, "no ")
	if i := strings.IndexByte(bare, '('); i > 0 {
		bare = bare[:i]
	}
	for _, e := range Entries() {
		if e.Name == bare || slices.Contains(e.names, bare) {
			found = append(found, e)
		}
	}
	return found
}

// Describe writes what the records say of a keyword. It returns false, having
// written what might have been meant, where there is none of that name.
func Describe(out io.Writer, name string) (bool, error) {
	w := bufio.NewWriter(out)
	found := Find(name)
	for i, e := range found {
		if i > 0 {
			fmt.Fprintln(w)
		}
		e.write(w)
	}
	if len(found) == 0 {
		missing(w, name)
	}
	return len(found) > 0, w.Flush()
}

func (e *Entry) write(w *bufio.Writer) {
	fmt.Fprintf(w, "%s (%s)\n    %s\n", e.Name, e.Kind, e.Syntax)
	fmt.Fprintf(w, "\n    %s\n    Where: %s.\n", e.Doc, e.Where)
	if e.Manual != "" {
		book := "configuration.txt"
		if e.Kind == "command" {
			book = "management.txt"
		}
		fmt.Fprintf(w, "    Manual: %s, section %s.\n", book, e.Manual)
	}
	examples(w, e.OK, "Right")
	examples(w, e.Bad, "Wrong")
}

func examples(w *bufio.Writer, list []string, title string) {
	for i, line := range list {
		if i == 0 {
			fmt.Fprintf(w, "    %s:\n", title)
		}
		fmt.Fprintf(w, "        %s\n", line)
	}
}

// missing tells of a name that no record has.
func missing(w *bufio.Writer, name string) {
	for _, g := range []byte("gpbsafc") {
		if registry.HAProxyHas(g, name) {
			fmt.Fprintf(w, "'%s' is a HAProxy keyword that gohap does not support yet.\n", name)
			return
		}
	}
	var names []string
	for _, e := range Entries() {
		names = append(names, e.Name)
	}
	fmt.Fprintf(w, "There is no keyword '%s'%s\n", name, registry.Suggestion(name, names))
}

// List writes the names of all keywords, by kind.
func List(out io.Writer) error {
	w := bufio.NewWriter(out)
	kind := ""
	for _, e := range Entries() {
		if e.Kind == "option" {
			e.Kind = "directive" // "option NAME"
		}
		if e.Kind != kind {
			if kind != "" {
				fmt.Fprintln(w)
			}
			kind = e.Kind
			fmt.Fprintf(w, "# %s\n", kind)
		}
		fmt.Fprintln(w, e.Name)
	}
	return w.Flush()
}
