package page

// A Result says what became of an action, by the word that stands in the
// address to which the answer to the POST sends the browser.
type Result string

const (
	None     Result = "NONE" // nothing was chosen, or nothing had to change
	Done     Result = "DONE"
	Partial  Result = "PART" // some of the servers are unknown
	Invalid  Result = "ERRP" // the action, the backend or all servers are unknown
	Exceeded Result = "EXCD" // the request was too long
	Denied   Result = "DENY" // no "stats admin" rule allows it
	Unknown  Result = "UNKN" // anything else
)

// resultOf returns the result that a word names.
func resultOf(word string) Result {
	switch r := Result(word); r {
	case None, Done, Partial, Invalid, Exceeded, Denied:
		return r
	}
	return Unknown
}

// Location returns the address to which to send a browser after its POST, whose
// target the view's options are from: 303 See Other.
func (v *View) Location(r Result) string {
	return v.Settings.URI + ";st=" + string(r) + v.options().words()
}

// Outcome returns the result of an action that found some of the servers that
// were named, or none, and changed some of these.
func Outcome(named, found, changed int) Result {
	switch {
	case named == 0:
		return None
	case found == 0:
		return Invalid
	case found < named:
		return Partial
	case changed == 0:
		return None
	}
	return Done
}

// message returns the state whose colour the result has, and its text.
func (r Result) message() (state, text string) {
	switch r {
	case Done:
		return "up", "Action processed successfully."
	case None:
		return "going-down", "Nothing has changed."
	case Partial:
		return "going-down", "Action partially processed: some of the servers are unknown, or their names are not unique in the backend."
	case Invalid:
		return "down", "Action not processed: the action, the backend or the servers are unknown, or a parameter is invalid."
	case Exceeded:
		return "down", "Action not processed: the request is too long. Choose fewer servers at a time."
	case Denied:
		return "down", "Action denied."
	}
	return "no-check", "Unexpected result."
}
