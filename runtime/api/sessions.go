package api

import (
	"time"

	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// lowest is the level of commands that everybody may use.
const lowest = core.User

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "prompt", Manual: "9.3",
				Doc: "show a prompt and wait for more commands, or no longer"},
			Level: lowest, Last: true,
			Run: func(c *Call) { c.prompt = !c.prompt },
		},
		&Command{
			Keyword: registry.Keyword{Name: "quit", Manual: "9.3", Doc: "end this connection"},
			Level:   lowest, Last: true,
			Run: func(c *Call) { c.over = true },
		},
		&Command{
			Keyword: registry.Keyword{Name: "operator", Manual: "9.3",
				Doc: "give up the rights of an administrator on this connection"},
			Level: core.Operator,
			Run: func(c *Call) {
				c.level = core.Operator
				c.silent = c.Arg(0) == "-"
			},
		},
		&Command{
			Keyword: registry.Keyword{Name: "user", Manual: "9.3",
				Doc: "give up all rights but those to look on this connection"},
			Level: lowest,
			Run: func(c *Call) {
				c.level = core.User
				c.silent = c.Arg(0) == "-"
			},
		},
		&Command{
			Keyword: registry.Keyword{Name: "show cli level", Manual: "9.3",
				Doc: "show the rights of this connection"},
			Level: lowest,
			Run:   func(c *Call) { c.Info(levelName(c.level) + "\n") },
		},
		&Command{
			Keyword: registry.Keyword{Name: "set timeout", Usage: "[cli] <delay>", Manual: "9.3",
				Doc: "change how long this connection may be idle, in seconds without a unit"},
			Level: lowest, Run: (*Call).setTimeoutCLI,
		},
		&Command{
			Keyword: registry.Keyword{Name: "set severity-output", Usage: "[none|number|string]", Manual: "9.3",
				Doc: "show before each message how important it is, or no longer"},
			Level: lowest, Run: (*Call).setSeverity,
		},
		mode("experimental-mode", "allow commands that are experimental on this connection",
			func(s *Session) *bool { return &s.experimental }),
		mode("expert-mode", "allow commands for experts on this connection",
			func(s *Session) *bool { return &s.expert }),
	)
}

// mode is a switch of the connection: shown without an argument, set with "on"
// or anything else.
func mode(name, doc string, of func(*Session) *bool) *Command {
	return &Command{
		Keyword: registry.Keyword{Name: name, Usage: "[on|off]", Manual: "9.3", Doc: doc},
		Level:   core.Admin, Hidden: true,
		Run: func(c *Call) {
			on := of(c.Session)
			if c.Arg(0) == "" {
				word := "OFF"
				if *on {
					word = "ON"
				}
				c.Info(name + " is " + word + "\n")
				return
			}
			*on = c.Arg(0) == "on"
			c.silent = c.Arg(1) == "-"
		},
	}
}

func levelName(l core.Level) string {
	switch l {
	case core.Admin:
		return "admin"
	case core.User:
		return "user"
	}
	return "operator"
}

func (c *Call) setTimeoutCLI() {
	switch {
	case c.Arg(0) != "cli":
		c.Fail("'set timeout' only supports 'cli'.\n")
	case c.Arg(1) == "":
		c.Fail("Expects an integer value.\n")
	default:
		d, _, err := value.Time(c.Arg(1), time.Second)
		if err != nil || d < time.Millisecond {
			c.Fail("Invalid timeout value.\n")
			return
		}
		c.setTimeout(d)
	}
}

func (c *Call) setSeverity() {
	switch c.Arg(0) {
	case "none", "number", "string":
		c.Session.severity = c.Arg(0)
	default:
		c.Fail("one of 'none', 'number', 'string' is a required argument\n")
	}
}
