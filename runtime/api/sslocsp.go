package api

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"

	"gohap/runtime/certs"
	"gohap/runtime/registry"
	"gohap/runtime/ssl"
)

func init() {
	Commands.Add(&Command{Keyword: registry.Keyword{Name: "show ssl ocsp-response", Usage: "[id]", Manual: "9.3", Doc: "list the OCSP responses, or show one"},
		Run: (*Call).showOCSP})
}

// responses are the certificates with an OCSP response, by its identifier.
func (c *Call) responses() (all []*certs.Pair) {
	for _, slot := range c.tls().Store.Slots() {
		p := slot.Pair()
		if p == nil || p.OCSP == nil {
			continue
		}
		key := certs.OCSPKey(p)
		if !slices.ContainsFunc(all, func(o *certs.Pair) bool { return certs.OCSPKey(o) == key }) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *certs.Pair) int { return strings.Compare(certs.OCSPKey(a), certs.OCSPKey(b)) })
	return all
}

func (c *Call) showOCSP() {
	all := c.responses()
	if c.Arg(0) == "" {
		c.Printf("# Certificate IDs\n")
		for _, p := range all {
			id := certs.OCSPIDOf(p)
			c.Printf("Certificate ID key : %s\n Certificate ID:\n   Issuer Name Hash: %X\n   Issuer Key Hash: %X\n   Serial Number: %X\n",
				certs.OCSPKey(p), id.Name, id.Key, id.Serial.Bytes())
		}
		return
	}
	// Zeros at the end count for nothing: HAProxy compares what it has filled up
	// with them.
	wanted, err := hex.DecodeString(c.Arg(0))
	trim := func(b []byte) []byte { return bytes.TrimRight(b, "\x00") }
	for _, p := range all {
		key, _ := hex.DecodeString(certs.OCSPKey(p))
		if err != nil || !bytes.Equal(trim(key), trim(wanted)) {
			continue
		}
		text, err := ssl.DescribeOCSP(p.OCSP)
		if err != nil {
			break
		}
		// An empty line would end the answer.
		c.Printf("%s", strings.ReplaceAll(text, "\n\n", "\n \n"))
		return
	}
	c.Fail("Certificate ID does not match any certificate.\n")
}
