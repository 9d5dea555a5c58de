package api

import (
	"fmt"
	"strings"

	"gohap/runtime/certs"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

// adminCommand makes the record of a command for administrators.
func adminCommand(name, usage, doc string, run func(*Call)) *Command {
	return &Command{Keyword: registry.Keyword{Name: name, Usage: usage, Manual: "9.3", Doc: doc}, Level: core.Admin, Run: run}
}

func init() {
	Commands.Add(
		&Command{Keyword: registry.Keyword{Name: "show ssl cert", Usage: "[<certfile>]", Manual: "9.3",
			Doc: "list the certificates, or show one"}, Run: (*Call).showCert},
		adminCommand("set ssl cert", "<certfile> <payload>", "prepare to replace a certificate", (*Call).setCert),
		adminCommand("commit ssl cert", "<certfile>", "replace a certificate as prepared", (*Call).commitCert),
		adminCommand("abort ssl cert", "<certfile>", "forget what was prepared", (*Call).abortCert),
		adminCommand("new ssl cert", "<certfile>", "make room for a new certificate", (*Call).newCert),
		adminCommand("del ssl cert", "<certfile>", "delete a certificate that is not in use", (*Call).delCert),
	)
}

// tls is what the process has of TLS.
func (c *Call) tls() *core.GlobalTLS { return &c.process.Graph().Global.SSL }

// change begins a look at the files, or a change of them; nobody else does so
// until the function it returns is called. Nothing may be written to the client
// meanwhile.
func (c *Call) change() (*certs.Store, func()) {
	s := c.tls().Store
	s.Changes.Lock()
	return s, s.Changes.Unlock
}

// binds calls f for the TLS of each bind line.
func (c *Call) binds(f func(*ssl.Bind)) {
	seen := map[*ssl.Bind]bool{}
	for _, p := range c.process.Graph().Proxies {
		for _, l := range p.Listeners {
			if b := l.SSL; b != nil && b.On && !seen[b] {
				seen[b] = true
				f(b)
			}
		}
	}
}

// used tells whether a certificate is in use.
func (c *Call) used(s *certs.Slot) bool {
	used := false
	c.binds(func(b *ssl.Bind) { used = used || b.Uses(s) })
	for _, p := range c.process.Graph().Proxies {
		for _, srv := range p.Fleet().Servers {
			used = used || srv.SSL.Slot == s
		}
	}
	for _, l := range c.tls().Lists {
		for _, e := range l.Entries {
			used = used || e.Slot == s
		}
	}
	return used
}

func (c *Call) showCert() {
	store, done := c.change()
	defer done()
	name, coming := strings.CutPrefix(c.Arg(0), "*")
	t := store.Changes
	switch {
	case c.Arg(0) == "":
		if t.CertName != "" {
			c.Printf("# transaction\n*%s\n", t.CertName)
		}
		c.Printf("# filename\n")
		for _, s := range store.Slots() {
			c.Printf("%s\n", s.Name)
		}
	case coming && t.CertName == name && name != "":
		c.Printf("Filename: *%s\nStatus: Unused\n", name)
		c.describeCert(t.Cert)
	default:
		slot := store.Slot(c.Arg(0))
		if slot == nil {
			c.Fail("Can't display the certificate: Not found or the certificate is a bundle!\n")
			return
		}
		c.Printf("Filename: %s\nStatus: ", slot.Name)
		switch {
		case slot.Pair() == nil:
			c.Printf("Empty\nOCSP Response Key: \n")
			return
		case c.used(slot):
			c.Printf("Used\n")
		default:
			c.Printf("Unused\n")
		}
		c.describeCert(slot.Pair())
	}
}

// describeCert tells of a certificate, its chain and its OCSP response.
func (c *Call) describeCert(p *certs.Pair) {
	c.Printf("%s", ssl.Describe(p.Leaf()))
	for _, issuer := range p.Chain[1:] {
		c.Printf("Chain Subject: %s\nChain Issuer: %s\n", ssl.ParseName(issuer.RawSubject).Append(nil), ssl.ParseName(issuer.RawIssuer).Append(nil))
	}
	key := ""
	if p.OCSP != nil {
		key = certs.OCSPKey(p)
	}
	c.Printf("OCSP Response Key: %s\n", key)
}

func (c *Call) setCert() {
	if c.Arg(0) == "" || c.Payload == "" {
		c.Fail("'set ssl cert expects a filename and a certificate as a payload\n")
		return
	}
	name := c.Arg(0)
	store, done := c.change()
	defer done()
	fail := func(why string) { c.Fail(why + "Can't update " + name + "!\n") }
	t := store.Changes
	if t.CertName != "" && t.CertName != name {
		fail(fmt.Sprintf("The ongoing transaction is about '%s' but you are trying to set '%s'\n", t.CertName, name))
		return
	}
	base, kind := certs.SplitKind(name)
	slot := store.Slot(name)
	if slot == nil && kind != "" {
		slot = store.Slot(base)
	} else {
		kind = ""
	}
	if slot == nil {
		fail("Can't replace a certificate which is not referenced by the configuration!\n")
		return
	}
	old := slot.Pair()
	if t.CertName != "" {
		old = t.Cert
	}
	pair, err := store.Rules.Replace(slot.Name, kind, []byte(c.Payload), old)
	if err != nil {
		fail(err.Error() + "\nCan't load the payload\n")
		return
	}
	word := "updated"
	if t.CertName == "" {
		word = "created"
	}
	t.CertName, t.Cert = slot.Name, pair
	c.Info("Transaction " + word + " for certificate " + slot.Name + "!\n")
}

func (c *Call) commitCert() {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'commit ssl cert expects a filename\n")
		return
	}
	store, done := c.change()
	defer done()
	t := store.Changes
	switch {
	case t.CertName == "":
		c.Fail("No ongoing transaction! !\nCan't commit " + name + "!\n")
		return
	case t.CertName != name:
		c.Fail(fmt.Sprintf("The ongoing transaction is about '%s' but you are trying to set '%s'\nCan't commit %s!\n", t.CertName, name, name))
		return
	}
	slot := store.Slot(name)
	if err := t.Cert.Complete(); err != nil {
		c.Fail(err.Error() + "\nCan't commit " + name + "!\n")
		return
	}
	slot.Set(t.Cert)
	t.CertName, t.Cert = "", nil
	c.Printf("Committing %s", name)
	c.binds(func(b *ssl.Bind) {
		if !b.Uses(slot) {
			return
		}
		b.Rebuild()
		for i := range b.Entries {
			if b.Entries[i].Slot == slot {
				c.Printf(".")
			}
		}
	})
	c.Printf("\nSuccess!\n")
}

func (c *Call) abortCert() {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'abort ssl cert' expects a filename\n")
		return
	}
	store, done := c.change()
	defer done()
	switch t := store.Changes; t.CertName {
	case "":
		c.Fail("No ongoing transaction!\n")
	case name:
		t.CertName, t.Cert = "", nil
		c.Info("Transaction aborted for certificate '" + name + "'!\n")
	default:
		c.Fail(fmt.Sprintf("The ongoing transaction is about '%s' but you are trying to abort a transaction for '%s'\n", t.CertName, name))
	}
}

func (c *Call) newCert() {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'new ssl cert' expects a filename\n")
		return
	}
	store, done := c.change()
	defer done()
	if !store.New(name) {
		c.Fail("Certificate '" + name + "' already exists!\n")
		return
	}
	c.Info("New empty certificate store '" + name + "'!\n")
}

func (c *Call) delCert() {
	name := c.Arg(0)
	if name == "" {
		c.Fail("'del ssl cert' expects a certificate name\n")
		return
	}
	store, done := c.change()
	defer done()
	slot := store.Slot(name)
	switch {
	case slot == nil:
		c.Fail("Can't remove the certificate: certificate '" + name + "' doesn't exist!\n\n")
	case c.used(slot):
		c.Fail("Can't remove the certificate: certificate '" + name + "' in use, can't be deleted!\n\n")
	default:
		store.Delete(name)
		c.Info("Certificate '" + name + "' deleted!\n")
	}
}
