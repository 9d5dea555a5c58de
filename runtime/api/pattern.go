package api

import (
	"fmt"
	"strconv"
	"strings"

	"gohap/runtime/pattern"
	"gohap/runtime/registry"
)

// listKind is what a command calls lists of patterns: all are ACLs, those with
// values are maps.
type listKind struct {
	word, title string
	isMap       bool
	showUsage   string // in HAProxy's words
}

var (
	aclLists = listKind{"acl", "ACL", false, "[@<ver>] <acl>]"}
	mapLists = listKind{"map", "map", true, "[@ver] [map]"}
)

func init() {
	for _, k := range []listKind{aclLists, mapLists} {
		Commands.Add(
			k.command("show", k.showUsage, "list the "+k.word+"s, or the entries of one", k.show),
			k.command("get", "<acl> <value>", "show what a value finds in a "+k.word, k.get),
			k.command("clear", "[@<ver>] <"+k.word+">", "remove all entries of a "+k.word, k.clear),
			k.command("del", "<"+k.word+"> [<key>|#<ref>]", "remove the entries of a key from a "+k.word, k.delete),
			k.command("prepare", "<acl>", "begin a new version of a "+k.word, k.prepare),
			k.command("commit", "@<ver> <"+k.word+">", "make a version of a "+k.word+" the current one", k.commit),
		)
	}
	Commands.Add(
		aclLists.command("add", "[@<ver>] <acl> <pattern>", "add a pattern to an acl", aclLists.add),
		mapLists.command("add", "[@<ver>] <map> <key> <val>", "add a key with its value, or lines of them, to a map", mapLists.add),
		mapLists.command("set", "<map> [<key>|#<ref>] <value>", "change the value of a map's key", mapLists.set),
	)
}

func (k listKind) command(verb, usage, doc string, run func(*Call)) *Command {
	return &Command{
		Keyword: registry.Keyword{Name: verb + " " + k.word, Usage: usage, Manual: "9.3", Doc: doc},
		Level:   lowest, Run: run,
	}
}

// version takes a leading "@<version>" off the arguments.
func (c *Call) version() (v uint32, given bool) {
	text, given := strings.CutPrefix(c.Arg(0), "@")
	if given {
		c.Args = c.Args[1:]
		n, _ := strconv.ParseUint(leadingDigits(text), 10, 32)
		v = uint32(n)
	}
	return v, given
}

func leadingDigits(t string) string {
	end := 0
	for end < len(t) && t[end] >= '0' && t[end] <= '9' {
		end++
	}
	return t[:end]
}

// find returns the list of a file's name, or of "#" and a number. It answers the
// client when there is none.
func (k listKind) find(c *Call, name string) *pattern.Ref {
	r := named(c, name)
	if r == nil || k.isMap && !r.Map {
		c.unknownList(k.title)
		return nil
	}
	return r
}

func (c *Call) unknownList(title string) {
	c.Fail("Unknown " + title + " identifier. Please use #<id> or <file>.\n")
}

// named returns the list of any kind, nil without one.
func named(c *Call, name string) *pattern.Ref {
	id, byID := strings.CutPrefix(name, "#")
	for _, r := range c.process.Graph().Patterns.Refs() {
		if byID && r.ID == atoi(id) || !byID && name != "" && r.File == name {
			return r
		}
	}
	return nil
}

// page is how many entries are taken from a list at once.
const page = 500

func (k listKind) show(c *Call) {
	v, given := c.version()
	if c.Arg(0) == "" && !given {
		k.list(c)
		return
	}
	r := k.find(c, c.Arg(0))
	if r == nil {
		return
	}
	if !given {
		v = r.Current()
	}
	for after := uint64(0); ; {
		all := r.Page(v, after, page)
		for _, e := range all {
			fmt.Fprintf(c, "0x%012x %s", e.Reference(), e.Pattern)
			if r.Map {
				fmt.Fprintf(c, " %s", e.Value().Text)
			}
			fmt.Fprintln(c)
		}
		if len(all) < page {
			return
		}
		after = all[page-1].Reference()
	}
}

func (k listKind) list(c *Call) {
	fmt.Fprintln(c, "# id (file) description")
	for _, r := range c.process.Graph().Patterns.Refs() {
		if k.isMap && !r.Map || !k.isMap && !r.ACL {
			continue
		}
		current, next := r.Versions()
		fmt.Fprintf(c, "%d (%s) %s. curr_ver=%d next_ver=%d entry_cnt=%d\n", r.ID, r.File, r.Label, current, next, r.Len())
	}
}

func (k listKind) missing(c *Call, what string) {
	c.Fail("Missing " + k.title + " identifier" + what + ".\n")
}

func (k listKind) clear(c *Call) {
	v, given := c.version()
	if c.Arg(0) == "" {
		k.missing(c, "")
		return
	}
	if r := k.find(c, c.Arg(0)); r != nil {
		if !given {
			v = r.Current()
		}
		r.Clear(v)
	}
}

func (k listKind) delete(c *Call) {
	if c.Arg(1) == "" {
		c.Fail("This command expects two parameters: " + k.title + " identifier and key.\n")
		return
	}
	r := named(c, c.Arg(0))
	if r == nil || k.isMap && !r.Map {
		c.unknownList("map") // for ACLs too
		return
	}
	found := false
	if ref, ok := reference(c.Arg(1)); ok {
		found = r.DeleteEntry(ref)
	} else {
		found = r.Delete(c.Arg(1))
	}
	if !found {
		c.Fail("Key not found.\n")
	}
}

// reference reads the "#<ref>" of an entry.
func reference(t string) (uint64, bool) {
	hex, ok := strings.CutPrefix(t, "#")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "0x"), 16, 64)
	return n, err == nil
}

func (k listKind) prepare(c *Call) {
	if r := k.find(c, c.Arg(0)); r != nil {
		c.Info(fmt.Sprintf("New version created: %d\n", r.Prepare()))
	}
}

func (k listKind) commit(c *Call) {
	v, given := c.version()
	switch {
	case !given:
		c.Fail("Missing version number.\n")
		return
	case c.Arg(0) == "":
		k.missing(c, "")
		return
	}
	if r := k.find(c, c.Arg(0)); r != nil && !r.Commit(v) {
		c.Fail("Version number out of range.\n")
	}
}
