package api

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/stats"
	"gohap/stats/csv"
	"gohap/stats/json"
	"gohap/stats/typed"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show stat", Usage: "[desc|json|no-maint|typed|up]*", Manual: "9.3",
			Doc: "show the counters of proxies, servers and listeners"},
		Level: lowest, Run: (*Call).showStat,
	})
}

func (c *Call) showStat() {
	words := c.Args
	if len(words) > 0 && words[0] == "domain" {
		switch c.Arg(1) {
		case "proxy":
		case "resolvers":
			c.showResolverStat(words[2:])
			return
		default:
			c.Fail("Invalid statistics domain.\n")
			return
		}
		words = words[2:]
	}
	var f stats.Filter
	if len(words) >= 3 {
		if !c.narrow(&f, words[0], words[1], words[2]) {
			c.Fail("No such proxy.\n")
			return
		}
		words = words[3:]
	}
	form, desc := plain, false
	for _, word := range words {
		switch word {
		case "typed":
			form = asTyped
		case "json":
			form = asJSON
		case "desc":
			desc = true
		case "up":
			f.Up = true
		case "no-maint":
			f.NoMaint = true
		}
	}
	legends := allows(c.level, core.Operator)
	switch form {
	case asTyped:
		typed.Stat(c, c.process, &f, typed.Options{Desc: desc, Legends: legends})
	case asJSON:
		json.Stat(c, c.process, &f, json.Options{Legends: legends})
		c.out.WriteByte('\n')
	default:
		csv.Write(c, c.process, &f, csv.Options{Legends: legends})
	}
}

// narrow limits f to a proxy by name or id, to kinds and to a server's id; -1
// stands for any. It reports false without such a proxy.
func (c *Call) narrow(f *stats.Filter, proxy, kinds, sid string) bool {
	if p := c.proxy(proxy, 0); p != nil {
		f.IID = uint64(p.ID)
	} else if id := atoi(proxy); id > 0 {
		f.IID = uint64(id)
	} else if id == 0 {
		return false
	}
	if k := atoi(kinds); k >= 0 {
		f.Kinds = stats.Kinds(k)&stats.AllKinds | noKind
	}
	if id := atoi(sid); id >= 0 {
		f.OneID, f.SID = true, uint64(id)
	}
	return true
}

// noKind is in no row; with it a set without kinds is not the set of all.
const noKind = stats.AllKinds + 1
