package api

import (
	"fmt"
	"strconv"
	"time"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show errors", Usage: "[<px>] [request|response]", Manual: "9.3",
			Doc: "show the last bad request and the last bad response of each proxy"},
		Level: core.Operator, Run: (*Call).showErrors,
	})
}

func (c *Call) showErrors() {
	requests, responses := c.Arg(1) != "response", c.Arg(1) != "request"
	name := c.Arg(0)
	var only *core.Proxy
	if name != "" && name != "-1" {
		if only = c.anyProxy(name); only == nil {
			c.Fail("No such proxy.\n")
			return
		}
	}
	c.Printf("Total events captured on [%s] : %d\n", stamp(time.Now()), c.process.Captured())
	for _, p := range c.process.Graph().Proxies {
		if only != nil && p != only {
			continue
		}
		if m := p.State.BadRequest.Load(); m != nil && requests {
			c.Printf(" \n[%s] frontend %s (#%d): invalid request\n  backend %s (#%d), server %s (#%d), ",
				stamp(m.At), p.Name, p.ID, proxyName(m.Backend), -1, "<NONE>", -1)
			c.dump(m)
		}
		if m := p.State.BadResponse.Load(); m != nil && responses {
			c.Printf(" \n[%s] backend %s (#%d): invalid response\n  frontend %s (#%d), server %s (#%d), ",
				stamp(m.At), p.Name, p.ID, m.Frontend.Name, m.Frontend.ID, m.Server.Name, m.Server.ID)
			c.dump(m)
		}
	}
}

// anyProxy finds a proxy by its name or its id.
func (c *Call) anyProxy(name string) *core.Proxy {
	for _, p := range c.process.Graph().Proxies {
		if p.Name == name || strconv.Itoa(p.ID) == name {
			return p
		}
	}
	return nil
}

func stamp(t time.Time) string { return t.Format("02/Jan/2006:15:04:05.000") }

// headroom is what HAProxy's buffers have less than their size for messages.
const headroom = 48

// dump shows what was captured. The flags are those of HAProxy's own parser, and
// stand at zero.
func (c *Call) dump(m *core.BadMessage) {
	src := "unix:1"
	if m.Client.IsValid() {
		src = addrText(m.Client)
	}
	state := m.State
	if state == "" {
		state = "MSG_HDR_VAL(22)"
	}
	c.Printf("event #%d, src %s\n"+
		"  buffer starts at 0 (including 0 out), %d free,\n"+
		"  len %d, wraps at %d, error at position %d\n"+
		"  H1 connection flags 0x00000000, H1 stream flags 0x00000000\n"+
		"  H1 msg state %s, H1 msg flags 0x00000000\n"+
		"  H1 chunk len 0 bytes, H1 body len 0 bytes :\n  \n",
		m.Number, src, max(m.Size-len(m.Bytes), 0), len(m.Bytes), m.Size-headroom, m.Pos, state)
	for at := 0; at < len(m.Bytes); {
		at = c.dumpLine(m.Bytes, at)
	}
}

// dumpWidth is how much text a line of a dump holds.
const dumpWidth = 70

// dumpLine shows the bytes of a line from at on, as far as they fit, and returns
// where the next one starts. A plus sign marks what goes on with a line.
func (c *Call) dumpLine(b []byte, at int) int {
	mark := byte(' ')
	if at > 0 && b[at-1] != '\n' {
		mark = '+'
	}
	var text []byte
	i := at
	for ; i < len(b); i++ {
		n := len(text)
		if text = appendEscaped(text, b[i]); len(text) > dumpWidth {
			text = text[:n]
			break
		}
		if b[i] == '\n' {
			i++
			break
		}
	}
	c.Printf("  %05d%c %s\n", at, mark, text)
	return i
}

func appendEscaped(dst []byte, b byte) []byte {
	switch b {
	case '\r':
		return append(dst, `\r`...)
	case '\n':
		return append(dst, `\n`...)
	case '\t':
		return append(dst, `\t`...)
	case 0x1b:
		return append(dst, `\e`...)
	case '\\':
		return append(dst, `\\`...)
	}
	if b < ' ' || b > '~' {
		return fmt.Appendf(dst, `\x%02X`, b)
	}
	return append(dst, b)
}
