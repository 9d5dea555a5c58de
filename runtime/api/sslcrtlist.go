package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
	words "gohap/runtime/section/ssl"
	"gohap/runtime/ssl"
)

func init() {
	Commands.Add(
		&Command{Keyword: registry.Keyword{Name: "show ssl crt-list", Usage: "[-n] [<list>]", Manual: "9.3",
			Doc: "list the crt-lists, or show one"}, Level: core.Operator, Run: (*Call).showCrtList},
		adminCommand("add ssl crt-list", "<list> <cert> [opts]*", "add a line to a crt-list", (*Call).addCrtList),
		adminCommand("del ssl crt-list", "<list> <cert[:line]>", "delete a line of a crt-list", (*Call).delCrtList),
	)
}

func (c *Call) showCrtList() {
	_, done := c.change()
	defer done()
	lists := c.tls().Lists
	args, numbers := c.Args, false
	if c.Arg(0) == "-n" {
		args, numbers = args[1:], true
	}
	if len(args) == 0 {
		names := make([]string, 0, len(lists))
		for n := range lists {
			names = append(names, n)
		}
		slices.Sort(names)
		for _, n := range names {
			c.Printf("%s\n", n)
		}
		return
	}
	l := lists[args[0]]
	if l == nil {
		c.Fail("didn't find the specified filename\n")
		return
	}
	c.Printf("# %s\n", l.Name)
	for _, e := range l.Entries {
		c.Printf("%s", e.Slot.Name)
		if numbers {
			c.Printf(":%d", e.Line)
		}
		if e.Settings != nil {
			c.Printf(" [%s]", e.Settings.AppendOptions(nil))
		}
		for _, f := range e.Filters {
			c.Printf(" %s", f)
		}
		c.Printf("\n")
	}
}

func (c *Call) addCrtList() {
	name, line := c.Arg(0), words.Line{Name: c.Arg(1)}
	if name != "" && c.Payload != "" {
		var err error
		if line, err = words.Split(strings.TrimSpace(c.Payload)); err != nil {
			c.Fail("Can't edit the crt-list: " + err.Error() + "!\n")
			return
		}
	}
	if name == "" || line.Name == "" {
		c.Fail("'add ssl crtlist' expects a filename and a certificate name\n")
		return
	}
	store, done := c.change()
	defer done()
	fail := func(why string) { c.Fail("Can't edit the crt-list: " + why + "!\n") }
	l := c.tls().Lists[name]
	if l == nil {
		fail("crt-list '" + name + "' does not exist")
		return
	}
	slot := store.Slot(line.Name)
	switch {
	case slot == nil:
		fail("certificate '" + line.Name + "' does not exist")
		return
	case slot.Pair() == nil:
		fail("certificate '" + line.Name + "' is empty")
		return
	}
	e := ssl.Entry{Slot: slot, Options: line.Options, Filters: line.Filters}
	if line.Options != nil {
		e.Settings = &ssl.Settings{}
		if err := words.Apply(c.process.Graph().Global, e.Settings, line.Options); err != nil {
			fail(err.Error())
			return
		}
	}
	l.Add(e)
	c.Printf("Inserting certificate '%s' in crt-list '%s'", slot.Name, l.Name)
	for range l.Binds {
		c.Printf(".")
	}
	c.Printf("\nSuccess!\n")
}

func (c *Call) delCrtList() {
	name, cert := c.Arg(0), c.Arg(1)
	if name == "" || cert == "" {
		c.Fail("'del ssl crtlist' expects a filename and a certificate name\n")
		return
	}
	store, done := c.change()
	defer done()
	fail := func(format string, args ...any) {
		c.Fail("Can't delete the entry: " + fmt.Sprintf(format, args...) + "!\n")
	}
	cert, number, chosen := strings.Cut(cert, ":")
	line, _ := strconv.Atoi(number)
	l := c.tls().Lists[name]
	if l == nil {
		fail("crt-list '%s' does not exist", name)
		return
	}
	slot := store.Slot(cert)
	if slot == nil {
		fail("certificate '%s' does not exist", cert)
		return
	}
	var lines []string
	found := 0
	for _, e := range l.Entries {
		if e.Slot == slot {
			lines = append(lines, strconv.Itoa(e.Line))
			if !chosen || e.Line == line {
				found = e.Line
			}
		}
	}
	all := strings.Join(lines, ", ")
	switch {
	case len(lines) == 0:
		fail("certificate '%s' can't be found in the crt-list '%s'", cert, name)
	case !chosen && len(lines) > 1:
		fail("found the certificate '%s' in several entries, please specify a line number preceded by colons (%s)", cert, all)
	case found == 0:
		fail("found a certificate '%s' but the line number is incorrect, please specify a correct line number preceded by colons (%s)", cert, all)
	default:
		l.Remove(found)
		c.Info("Entry '" + cert + "' deleted in crtlist '" + name + "'!\n")
	}
}
