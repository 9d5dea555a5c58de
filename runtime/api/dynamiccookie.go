package api

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "enable dynamic-cookie backend", Usage: "<bk>", Manual: "9.3",
				Doc: "give the servers of a backend cookies made of their addresses"},
			Level: core.Admin, Run: func(c *Call) { c.dynamicCookies(true) },
		},
		&Command{
			Keyword: registry.Keyword{Name: "disable dynamic-cookie backend", Usage: "<bk>", Manual: "9.3",
				Doc: "take the cookies made of addresses from the servers of a backend"},
			Level: core.Admin, Run: func(c *Call) { c.dynamicCookies(false) },
		},
		&Command{
			Keyword: registry.Keyword{Name: "set dynamic-cookie-key backend", Usage: "<bk> <k>", Manual: "9.3",
				Doc: "change the key of the cookies made of addresses"},
			Level: core.Admin, Run: (*Call).setCookieKey,
		},
	)
}

// backend is the backend that the first argument names; nil after an answer that
// there is none.
func (c *Call) backend() *core.Proxy {
	if c.Arg(0) == "" {
		c.Fail("A backend name is expected.\n")
		return nil
	}
	p := c.proxy(c.Arg(0), core.Backend)
	if p == nil {
		c.Fail("No such backend.\n")
	}
	return p
}

func (c *Call) dynamicCookies(on bool) {
	if p := c.backend(); p != nil {
		p.UseDynamicCookies(on)
	}
}

func (c *Call) setCookieKey() {
	p := c.backend()
	switch {
	case p == nil:
	case c.Arg(1) == "":
		c.Fail("String value expected.\n")
	default:
		p.SetCookieKey(c.Arg(1))
	}
}
