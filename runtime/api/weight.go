package api

import (
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "get weight", Usage: "<bk>/<srv>", Manual: "9.3",
				Doc: "show a server's weight, and the configured one"},
			Level: lowest, Run: (*Call).getWeight,
		},
		&Command{
			Keyword: registry.Keyword{Name: "set weight", Usage: "<bk>/<srv>  (DEPRECATED)", Manual: "9.3",
				Doc: "change a server's weight as 'set server' does"},
			Level: core.Admin,
			Run: func(c *Call) {
				if s := c.server(); s != nil {
					c.setWeight(s, c.Arg(1))
				}
			},
		},
	)
}

func (c *Call) getWeight() {
	if s := c.server(); s != nil {
		c.Printf("%d (initial %d)\n", s.Health.UserWeight(), s.Weight)
	}
}

// maxWeight is the highest weight of a server.
const maxWeight = 256

// setWeight gives a server a weight: a number, or a percentage of the
// configured one. A static algorithm takes only all or nothing.
func (c *Call) setWeight(s *core.Server, text string) {
	if text == "" {
		c.Fail("Require <weight> or <weight%>.\n")
		return
	}
	end := strings.IndexFunc(text[1:], func(r rune) bool { return r < '0' || r > '9' }) + 1
	if end == 0 {
		end = len(text)
	}
	n, err := strconv.Atoi(text[:end])
	rest := text[end:]
	switch {
	case err != nil:
		c.Fail("Empty weight string empty or preceded by garbage")
		return
	case rest == "%" && n < 0:
		c.Fail("Relative weight must be positive.\n")
		return
	case rest == "%":
		n = min(s.Weight*min(n, 100*maxWeight)/100, maxWeight)
	case rest != "":
		c.Fail("Trailing garbage in weight string")
		return
	case n < 0 || n > maxWeight:
		c.Fail("Absolute weight can only be between 0 and 256 inclusive.\n")
		return
	}
	if n != 0 && n != s.Weight && !s.Proxy.Balance.Dynamic() {
		c.Fail("Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n")
		return
	}
	s.Health.SetWeight(n)
}
