package api

import (
	"fmt"
	"strconv"
	"strings"

	"gohap/runtime/certs"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

// files are the commands about one of the two kinds of files of authorities: CA
// certificates or revocation lists.
type files struct {
	word, what, list string // "ca-file", "CA", what set expects
	usage            string // of show
	change           func(*certs.Transactions) *certs.FileChange
	has              func(*certs.Authorities) bool
	count            func(*certs.Authorities) string
	describe         func(*Call, *certs.Authorities, int)
}

func init() {
	for _, f := range []*files{
		{"ca-file", "CA", "CAs", "[<cafile>[:<index>]]", func(t *certs.Transactions) *certs.FileChange { return &t.CA },
			func(a *certs.Authorities) bool { return len(a.CRLs) == 0 || len(a.Certs) > 0 },
			func(a *certs.Authorities) string { return fmt.Sprintf(" - %d certificate(s)", a.Count()) },
			func(c *Call, a *certs.Authorities, only int) {
				for i, cert := range a.Certs {
					if only == 0 || only == i+1 {
						c.Printf(" \nCertificate #%d:\n%s", i+1, ssl.Describe(cert))
					}
				}
			}},
		{"crl-file", "CRL", "CRLs", "[<crlfile[:<index>>]]", func(t *certs.Transactions) *certs.FileChange { return &t.CRL },
			func(a *certs.Authorities) bool { return len(a.CRLs) > 0 && len(a.Certs) == 0 },
			func(*certs.Authorities) string { return "" },
			func(c *Call, a *certs.Authorities, only int) {
				for i, l := range a.CRLs {
					if only == 0 || only == i+1 {
						c.Printf(" \nCertificate Revocation List #%d:\n%s", i+1, ssl.DescribeCRL(l))
					}
				}
			}},
	} {
		create := adminCommand("new ssl "+f.word, "<"+strings.ReplaceAll(f.word, "-", "")+">", "make room for a new "+f.what+" file", f.create)
		if f.word == "crl-file" {
			create.Shown = "new ssl crlfile"
		}
		Commands.Add(
			create,
			&Command{Keyword: registry.Keyword{Name: "show ssl " + f.word, Usage: f.usage, Manual: "9.3",
				Doc: "list the " + f.what + " files, or show one"}, Level: core.Operator, Run: f.show},
			adminCommand("set ssl "+f.word, "<"+strings.ReplaceAll(f.word, "-", "")+"> <payload>", "prepare to replace a "+f.what+" file", f.set),
			adminCommand("commit ssl "+f.word, "<"+strings.ReplaceAll(f.word, "-", "")+">", "replace a "+f.what+" file as prepared", f.commit),
			adminCommand("abort ssl "+f.word, "<"+strings.ReplaceAll(f.word, "-", "")+">", "forget what was prepared", f.abort),
			adminCommand("del ssl "+f.word, "<"+strings.ReplaceAll(f.word, "-", "")+">", "delete a "+f.what+" file that is not in use", f.remove),
		)
	}
}

// trusted tells whether a file is in use.
func (c *Call) trusted(ca *certs.CA) bool {
	used := false
	c.binds(func(b *ssl.Bind) { used = used || b.Trusts(ca) })
	for _, p := range c.process.Graph().Proxies {
		for _, s := range p.Fleet().Servers {
			used = used || s.SSL.CA == ca || s.SSL.CRL == ca
		}
	}
	return used
}

func (f *files) show(c *Call) {
	store, done := c.change()
	defer done()
	t := f.change(store.Changes)
	name, index, _ := strings.Cut(c.Arg(0), ":")
	only, _ := strconv.Atoi(index)
	if name == "" {
		if t.Name != "" {
			c.Printf("# transaction\n*%s%s\n", t.Name, f.count(t.Content))
		}
		c.Printf("# filename\n")
		if f.word == "ca-file" {
			store.CA(certs.SystemCA) // HAProxy has it from the start
		}
		for _, ca := range store.CAs() {
			if a := ca.Content(); f.has(a) {
				c.Printf("%s%s\n", ca.Name, f.count(a))
			}
		}
		return
	}
	if coming, ok := strings.CutPrefix(name, "*"); ok && coming == t.Name {
		c.Printf("Filename: %s\nStatus: Unused\n", name)
		f.describe(c, t.Content, only)
		return
	}
	ca := store.FindCA(name)
	if ca == nil || !f.has(ca.Content()) {
		c.Fail("Can't display the " + f.what + " file : Not found!\n")
		return
	}
	status := "Unused"
	if c.trusted(ca) {
		status = "Used"
	}
	c.Printf("Filename: %s\nStatus: %s\n", name, status)
	f.describe(c, ca.Content(), only)
}

func (f *files) set(c *Call) {
	name := c.Arg(0)
	if name == "" || c.Payload == "" {
		c.Fail("'set ssl " + f.word + " expects a filename and " + f.list + " as a payload\n")
		return
	}
	store, done := c.change()
	defer done()
	fail := func(why string) { c.Fail(why + "\nCan't update " + name + "!\n") }
	t := f.change(store.Changes)
	switch {
	case t.Name != "" && t.Name != name:
		fail(fmt.Sprintf("The ongoing transaction is about '%s' but you are trying to set '%s'", t.Name, name))
		return
	case store.FindCA(name) == nil:
		fail("Can't replace a " + f.what + " file which is not referenced by the configuration!")
		return
	}
	a, err := certs.ParseAuthorities([]byte(c.Payload))
	if err != nil || !f.has(a) {
		fail("Invalid payload")
		return
	}
	word := "updated"
	if t.Name == "" {
		word = "created"
	}
	t.Name, t.Content = name, a
	c.Info("transaction " + word + " for " + f.what + " " + name + "!\n")
}

func (f *files) commit(c *Call) {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'commit ssl " + f.word + " expects a filename\n")
		return
	}
	store, done := c.change()
	defer done()
	t := f.change(store.Changes)
	switch t.Name {
	case "":
		c.Fail("No ongoing transaction! !\nCan't commit " + name + "!\n")
		return
	case name:
	default:
		c.Fail(fmt.Sprintf("The ongoing transaction is about '%s' but you are trying to set '%s'\nCan't commit %s!\n", t.Name, name, name))
		return
	}
	ca := store.FindCA(name)
	if ca == nil {
		c.Fail("Can't commit " + name + "!\n")
		return
	}
	ca.Set(t.Content)
	*t = certs.FileChange{}
	c.Printf("Committing %s", name)
	c.binds(func(b *ssl.Bind) {
		if !b.Trusts(ca) {
			return
		}
		b.Rebuild()
		for range b.Entries {
			c.Printf(".")
		}
	})
	c.Printf("\nSuccess!\n")
}

func (f *files) abort(c *Call) {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'abort ssl " + f.word + "' expects a filename\n")
		return
	}
	store, done := c.change()
	defer done()
	switch t := f.change(store.Changes); t.Name {
	case "":
		c.Fail("No ongoing transaction!\n")
	case name:
		*t = certs.FileChange{}
		c.Info("Transaction aborted for " + f.what + " '" + name + "'!\n")
	default:
		c.Fail(fmt.Sprintf("The ongoing transaction is about '%s' but you are trying to abort a transaction for '%s'\n", t.Name, name))
	}
}

func (f *files) create(c *Call) {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'new ssl " + f.word + "' expects a filename\n")
		return
	}
	store, done := c.change()
	defer done()
	if !store.NewCA(name) {
		c.Fail(f.what + " file '" + name + "' already exists!\n")
		return
	}
	c.Info("New " + f.what + " file created '" + name + "'!\n")
}

func (f *files) remove(c *Call) {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'del ssl " + f.word + "' expects a filename\n")
		return
	}
	store, done := c.change()
	defer done()
	ca := store.FindCA(name)
	switch {
	case ca == nil:
		c.Fail(fmt.Sprintf("Can't remove the %s file: %s file '%s' doesn't exist!\n\n", f.what, f.what, name))
	case c.trusted(ca):
		c.Fail(fmt.Sprintf("Can't remove the %s file: %s file '%s' in use, can't be deleted!\n\n", f.what, f.what, name))
	default:
		store.DeleteCA(name)
		c.Info(f.what + " file '" + name + "' deleted!\n")
	}
}
