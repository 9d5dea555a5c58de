package page

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// An Action is what the page's form asks to be done to servers.
type Action string

const (
	Ready         Action = "ready"    // set state to READY
	Drain         Action = "drain"    // set state to DRAIN
	Maint         Action = "maint"    // set state to MAINT
	DisableHealth Action = "dhlth"    // stop health checks
	EnableHealth  Action = "ehlth"    // run them again
	HealthUp      Action = "hrunn"    // take the server for up
	HealthNoLB    Action = "hnolb"    // take it for up, for persistent traffic only
	HealthDown    Action = "hdown"    // take it for down
	DisableAgent  Action = "dagent"   // stop agent checks
	EnableAgent   Action = "eagent"   // run them again
	AgentUp       Action = "arunn"    // as if the agent had said up
	AgentDown     Action = "adown"    // as if the agent had said down
	Shutdown      Action = "shutdown" // end the server's sessions

	// These have no place in the form any more, but scripts use them.
	Enable  Action = "enable"  // out of maintenance
	Disable Action = "disable" // into maintenance
	Start   Action = "start"   // the same as READY
	Stop    Action = "stop"    // the same as DRAIN
)

// actions are those in the form, in its order, and what they are called there.
var actions = []struct {
	action Action
	label  string
}{
	{Ready, "Set state to READY"},
	{Drain, "Set state to DRAIN"},
	{Maint, "Set state to MAINT"},
	{DisableHealth, "Health: disable checks"},
	{EnableHealth, "Health: enable checks"},
	{HealthUp, "Health: force UP"},
	{HealthNoLB, "Health: force NOLB"},
	{HealthDown, "Health: force DOWN"},
	{DisableAgent, "Agent: disable checks"},
	{EnableAgent, "Agent: enable checks"},
	{AgentUp, "Agent: force UP"},
	{AgentDown, "Agent: force DOWN"},
	{Shutdown, "Kill Sessions"},
}

// A Request is what the form posts.
type Request struct {
	Action    Action
	Backend   string   // by name, or
	BackendID uint64   // by id, if not 0
	Servers   []string // by name
}

// maxParameter is the length at which a parameter of the form is refused.
const maxParameter = 2048

// ParseAdmin reads the body of a POST to the page. A result other than "" is
// the answer already: nothing is to be done.
func ParseAdmin(body []byte) (Request, Result) {
	var q Request
	backend, action := "", ""
	var hasBackend, hasAction bool
	// The last parameter comes first, and nothing before one that cannot be
	// decoded counts: scripts may rely on which of two actions wins.
	for rest := body; len(rest) > 0; {
		i := bytes.LastIndexByte(rest, '&')
		pair := rest[i+1:]
		rest = rest[:max(i, 0)]
		if len(pair) > maxParameter {
			return Request{}, Invalid
		}
		key, value, _ := strings.Cut(string(pair), "=")
		key, err := url.QueryUnescape(key)
		if err != nil {
			break
		}
		if value, err = url.QueryUnescape(value); err != nil {
			break
		}
		switch {
		case key == "b" && !hasBackend:
			backend, hasBackend = value, true
		case key == "action" && !hasAction:
			action, hasAction = value, true
		case key == "s":
			q.Servers = append(q.Servers, value)
		}
	}
	if !hasBackend || !hasAction || len(q.Servers) == 0 {
		return Request{}, None
	}
	q.Action = Action(action)
	if !q.Action.known() {
		return Request{}, Invalid
	}
	q.Backend = backend
	if id, ok := strings.CutPrefix(backend, "#"); ok {
		n, err := strconv.ParseUint(id, 10, 32)
		if err != nil || n == 0 {
			return Request{}, Invalid
		}
		q.Backend, q.BackendID = "", n
	}
	slices.Reverse(q.Servers)
	return q, ""
}

func (a Action) known() bool {
	for i := range actions {
		if actions[i].action == a {
			return true
		}
	}
	return a == Enable || a == Disable || a == Start || a == Stop
}
