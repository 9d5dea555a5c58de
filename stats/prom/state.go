package prom

import (
	"strings"

	"gohap/stats"
)

var (
	proxyStates    = []string{"DOWN", "UP"}
	listenerStates = []string{"WAITING", "OPEN", "FULL"}
	serverStates   = []string{"DOWN", "UP", "MAINT", "DRAIN", "NOLB"}
	checkResults   = []string{
		"HANA", "SOCKERR", "L4OK", "L4TOUT", "L4CON", "L6OK", "L6TOUT", "L6RSP",
		"L7TOUT", "L7RSP", "L7OK", "L7OKC", "L7STS", "PROCERR", "PROCTOUT", "PROCOK",
	}
)

func statesOf(k stats.Kind) []string {
	switch k {
	case stats.KindListener:
		return listenerStates
	case stats.KindServer:
		return serverStates
	}
	return proxyStates
}

// stateOf reduces a row's status to one of its kind's states.
func stateOf(r *stats.Row) string {
	word, _, _ := strings.Cut(r.Status, " ")
	switch {
	case r.Kind == stats.KindFrontend && word == "STOP":
		return "DOWN"
	case r.Kind == stats.KindFrontend, r.Status == "no check":
		return "UP"
	}
	return word
}

// result returns the latest result of a row's check, without the mark of a
// running one.
func result(r *stats.Row) string { return strings.TrimPrefix(r.Check.Status, "* ") }
