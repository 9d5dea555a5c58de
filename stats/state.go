package stats

import "strings"

// State is what a status means, for colours and filters.
type State uint8

const (
	StateNoCheck   State = iota // not checked, taken for up
	StateDown                   // fails its checks
	StateGoingUp                // down, the latest checks passed
	StateGoingDown              // up, the latest checks failed
	StateUp                     // passes its checks
	StateNoLB                   // up, asks for no new traffic
	StateDrain                  // up, gets persistent traffic only
	StateMaint                  // taken out by an operator
	StateOpen                   // a frontend or listener that accepts
	StateFull                   // one at its limit
	StateStop                   // one that accepts no more
)

// Down reports whether a server in this state gets no traffic because it failed
// or was taken out.
func (s State) Down() bool { return s == StateDown || s == StateGoingUp || s == StateMaint }

// State reads the row's Status.
func (r *Row) State() State {
	word, detail, _ := strings.Cut(r.Status, " ")
	part := strings.Contains(detail, "/") && !strings.HasPrefix(detail, "(")
	switch {
	case word == "MAINT":
		return StateMaint
	case word == "DOWN" && part:
		return StateGoingUp
	case word == "DOWN":
		return StateDown
	case word == "NOLB":
		return StateNoLB
	case word == "DRAIN", word == "UP" && r.Kind == KindServer && r.UserWeight == 0 && !part:
		return StateDrain
	case word == "UP" && part:
		return StateGoingDown
	case word == "UP":
		return StateUp
	case word == "OPEN":
		return StateOpen
	case word == "FULL", word == "WAITING":
		return StateFull
	case word == "STOP", word == "PAUSED":
		return StateStop
	}
	return StateNoCheck
}
