package api

import (
	"slices"

	"gohap/runtime/resolver"
)

// resolverColumns are the columns of "show stat domain resolvers" behind those of
// the names, as they are spelled and described there.
var resolverColumns = func() (columns [len(resolver.CounterNames)]struct{ name, desc string }) {
	desc := [...]string{"Sent", "Send error", "Valid", "Update", "CNAME", "CNAME error", "Any errors", "NX", "Timeout",
		"Refused", "Other", "Invalid", "Too big", "Truncated", "Outdated"}
	for i, name := range resolver.CounterNames {
		columns[i].name, columns[i].desc = name, desc[i]
		if name == "snd_error" {
			columns[i].name = "send_error"
		}
	}
	return columns
}()

// showResolverStat shows the counters of name servers in the forms that "show
// stat" has.
func (c *Call) showResolverStat(words []string) {
	typed, json, desc := slices.Contains(words, "typed"), slices.Contains(words, "json"), slices.Contains(words, "desc")
	switch {
	case json:
		c.Printf("[")
	case !typed:
		c.Printf("# id,pid,")
		for _, col := range resolverColumns {
			c.Printf("%s,", col.name)
		}
		c.Printf("\n")
	}
	first := true
	for _, r := range c.process.Graph().Resolvers {
		for _, n := range r.Stats() {
			values := n.Counters.Values()
			switch {
			case json:
				c.resolverJSON(first, n.Name, r.Name, values[:])
			case typed:
				c.resolverTyped(desc, n.Name, r.Name, values[:])
			default:
				c.Printf("%s,%s,", n.Name, r.Name)
				for _, v := range values {
					c.Printf("%d,", v)
				}
				c.Printf("\n")
			}
			first = false
		}
	}
	if json {
		c.Printf("]\n")
	}
}

func (c *Call) resolverTyped(desc bool, name, section string, values []uint64) {
	end := func(text string) string {
		if desc {
			return ":\"" + text + "\"\n"
		}
		return "\n"
	}
	c.Printf("N.0.id:CGP:str:%s%sN.1.pid:CGP:str:%s%s", name, end("ID"), section, end("Parent ID"))
	for i, v := range values {
		c.Printf("N.%d.%s:MGP:u64:%d%s", i+2, resolverColumns[i].name, v, end(resolverColumns[i].desc))
	}
}

func (c *Call) resolverJSON(first bool, name, section string, values []uint64) {
	const field = `{"field":{"pos":%d,"name":"%s"},"tags":{"origin":"%s","nature":"Gauge","scope":"Process"},"value":{"type":"%s","value":`
	if !first {
		c.Printf(",")
	}
	c.Printf("[")
	c.Printf(field+`"%s"}},`, 0, "id", "Config", "str", name)
	c.Printf(field+`"%s"}}`, 1, "pid", "Config", "str", section)
	for i, v := range values {
		c.Printf(","+field+"%d}}", i+2, resolverColumns[i].name, "Metric", "u64", v)
	}
	c.Printf("]")
}
