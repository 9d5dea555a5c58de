package api

import (
	"encoding/base64"
	"strconv"
	"strings"

	"gohap/runtime/certs"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

func init() {
	Commands.Add(
		&Command{Keyword: registry.Keyword{Name: "show tls-keys", Usage: "[id|*]", Manual: "9.3", Doc: "list the files of ticket keys, or their keys"},
			Run: (*Call).showTicketKeys},
		adminCommand("set ssl tls-key", "[id|file] <key>", "add a key for session tickets", (*Call).setTicketKey),
		adminCommand("set ssl ocsp-response", "<resp|payload>", "replace the OCSP response of a certificate", (*Call).setOCSP),
	)
}

// tickets finds a file of ticket keys by name, or by "#" and its number.
func (c *Call) tickets(name string) *ssl.Tickets {
	for _, t := range c.tls().Tickets {
		if t.File == name || name == "#"+strconv.Itoa(t.ID) {
			return t
		}
	}
	return nil
}

func (c *Call) showTicketKeys() {
	all := c.tls().Tickets
	switch name := c.Arg(0); name {
	case "":
		c.Printf("# id (file)\n")
		for _, t := range all {
			c.Printf("%d (%s)\n", t.ID, t.File)
		}
		return
	case "*":
	default:
		t := c.tickets(name)
		if t == nil {
			c.Fail("'show tls-keys' unable to locate referenced filename\n")
			return
		}
		all = []*ssl.Tickets{t}
	}
	c.Printf("# id secret\n")
	for _, t := range all {
		c.Printf("# %d (%s)\n", t.ID, t.File)
		for i, k := range t.Keys() {
			c.Printf("%d.%d %s\n", t.ID, i, base64.StdEncoding.EncodeToString(k))
		}
	}
}

func (c *Call) setTicketKey() {
	if c.Arg(0) == "" || c.Arg(1) == "" {
		c.Fail("'set ssl tls-key' expects a filename and the new TLS key in base64 encoding.\n")
		return
	}
	t := c.tickets(c.Arg(0))
	if t == nil {
		c.Fail("'set ssl tls-key' unable to locate referenced filename\n")
		return
	}
	key, err := base64.StdEncoding.DecodeString(c.Arg(1))
	if err != nil || !t.Rotate(key) {
		c.Fail("'set ssl tls-key' received invalid base64 encoded TLS key.\n")
		return
	}
	c.Info("TLS ticket key updated!\n")
}

func (c *Call) setOCSP() {
	text := c.Payload
	if text == "" {
		text = c.Arg(0)
	}
	if text == "" {
		c.Fail("'set ssl ocsp-response' expects response in base64 encoding.\n")
		return
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		c.Fail("'set ssl ocsp-response' received invalid base64 encoded response.\n")
		return
	}
	store, done := c.change()
	defer done()
	if err := certs.ParseOCSP(data); err != nil {
		c.Fail(err.Error() + ".\n")
		return
	}
	for _, slot := range store.Slots() {
		p := slot.Pair()
		if p == nil || p.OCSP == nil || certs.CheckOCSP(p, data) != nil {
			continue
		}
		slot.Set(p.WithOCSP(data))
		c.binds(func(b *ssl.Bind) {
			if b.Uses(slot) {
				b.Rebuild()
			}
		})
		c.Info("OCSP Response updated!\n")
		return
	}
	c.Fail("OCSP single response: Certificate ID does not match any certificate or issuer.\n")
}
