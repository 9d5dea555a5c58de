package health

import (
	"strconv"
	"strings"
)

// agentAnswer is what an agent has said.
type agentAnswer struct {
	admin   string // ready, drain or maint
	percent int    // weight, -1 for none
	maxconn int    // -1 for none
	result  Result
}

// parseAnswer reads an agent's line: words between blanks and commas, in any
// order. What follows the word for a state and is none of the others, usually
// begun with a #, is its description.
func parseAnswer(line string) agentAnswer {
	a := agentAnswer{percent: -1, maxconn: -1, result: Result{Status: Checked}}
	if i := strings.IndexAny(line, "\r\n"); i >= 0 {
		line = line[:i]
	}
	state, about, complaint := "", "", ""
	for {
		line = strings.TrimLeft(line, " \t,")
		word, rest := line, ""
		if i := strings.IndexAny(line, " \t,"); i >= 0 {
			word, rest = line[:i], line[i:]
		}
		if word == "" {
			break
		}
		l := strings.ToLower(word)
		switch {
		case l == "ready" || l == "drain" || l == "maint":
			a.admin = l
		case l == "up" || l == "down" || l == "stopped" || l == "fail":
			state = word
			a.result.Status = L7Status
			if l == "up" {
				a.result.Status = L7OK
			}
		case strings.HasPrefix(l, "maxconn:"):
			if n, ok := digitsOf(l[len("maxconn:"):]); ok {
				a.maxconn = n
			} else {
				complaint = "agent warns : maxconn string empty or preceded by garbage"
			}
		case l[0] >= '0' && l[0] <= '9' && strings.HasSuffix(l, "%"):
			if n, ok := digitsOf(l[:len(l)-1]); ok {
				a.percent = n
			} else {
				complaint = "agent warns : Trailing garbage in weight string"
			}
		case state != "" || l[0] == '#':
			about, rest = strings.TrimLeft(line, "# \t"), ""
		default:
			complaint = "agent reports an error : " + word
		}
		line = rest
	}
	switch {
	case state != "":
		a.result.Info = "via agent : " + state
		if about != "" {
			a.result.Info += " (" + about + ")"
		}
	default:
		a.result.Info = complaint
	}
	return a
}

// digitsOf is the number that s consists of.
func digitsOf(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil && s[0] != '+'
}

// obey carries out what the agent has said. Weights and orders are ignored
// while the administrator has stopped the agent.
func (c *checker) obey(a agentAnswer) {
	s := c.server
	if !c.enabled {
		return
	}
	switch a.admin {
	case "ready":
		s.order(0, ForcedMaint|ForcedDrain)
	case "drain":
		s.order(ForcedDrain, ForcedMaint)
	case "maint":
		s.order(ForcedMaint, ForcedDrain)
	}
	if a.percent >= 0 {
		s.setWeight(s.config.Weight * a.percent / 100)
	}
	if a.maxconn >= 0 {
		s.hooks.LimitSessions(a.maxconn)
	}
	c.report(a.result)
}
