package spop

// Scope is the life time of a variable, as actions name it.
type Scope byte

// The scopes.
const (
	Process Scope = iota
	Session
	Transaction
	Request
	Response
	// Scopes is the number of scopes.
	Scopes
)

// The types of actions, and how many arguments they have.
const (
	setVar, setVarArgs     = 1, 3
	unsetVar, unsetVarArgs = 2, 2
)

// Action is what an agent wants done with a variable.
type Action struct {
	// Unset takes the variable's value away, else it becomes Value.
	Unset bool
	Scope Scope
	Name  []byte
	Value Value
}

// TakeAction reads an action from the start of b, and gives what follows. It reports
// false at the end, and where what follows makes no sense.
func TakeAction(b []byte) (a Action, rest []byte, ok bool) {
	if len(b) < 3 || b[2] >= byte(Scopes) {
		return a, b, false
	}
	switch {
	case b[0] == setVar && b[1] == setVarArgs:
	case b[0] == unsetVar && b[1] == unsetVarArgs:
		a.Unset = true
	default:
		return a, b, false
	}
	a.Scope = Scope(b[2])
	if a.Name, rest, ok = TakeString(b[3:]); !ok || len(a.Name) == 0 {
		return a, b, false
	}
	if a.Unset {
		return a, rest, true
	}
	if a.Value, rest, ok = Take(rest); !ok {
		return a, b, false
	}
	return a, rest, true
}
