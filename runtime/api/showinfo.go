package api

import (
	"gohap/runtime/registry"
	"gohap/stats/json"
	"gohap/stats/typed"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show info", Usage: "[desc|json|typed|float]*", Manual: "9.3",
			Doc: "describe the process"},
		Level: lowest, Run: (*Call).showInfo,
	})
}

// The forms of "show info" and "show stat"; the word that comes last counts.
const (
	plain = iota
	asTyped
	asJSON
)

func (c *Call) showInfo() {
	form, o := plain, typed.Options{}
	for _, word := range c.Args {
		switch word {
		case "typed":
			form = asTyped
		case "json":
			form = asJSON
		case "desc":
			o.Desc = true
		case "float":
			o.Float = true
		}
	}
	info := c.process.Info()
	switch form {
	case asTyped:
		c.Write(typed.AppendInfo(nil, info, o))
	case asJSON:
		c.Write(append(json.AppendInfo(nil, info, json.Options{Float: o.Float}), '\n'))
	default:
		c.Write(typed.AppendPlainInfo(nil, info, o))
	}
}
