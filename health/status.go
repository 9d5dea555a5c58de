package health

// Status is what a check, or the traffic, has found out about a server.
type Status uint8

// The outcomes, in HAProxy's order.
const (
	Unknown  Status = iota
	Init            // no check has ended yet
	Checked         // an agent answered, and said nothing of the health
	HANA            // errors observed on traffic
	SockErr         // the check could not be started, or broke off
	L4OK            // connected
	L4TOut          // connecting took too long
	L4Con           // the connection failed
	L6OK            // the TLS handshake succeeded
	L6TOut          // the handshake took too long
	L6Rsp           // the handshake failed
	L7TOut          // the answer took too long
	L7Rsp           // the answer could not be understood
	L7OK            // the answer was the expected one
	L7OKCond        // disable-on-404: healthy, but wants no new sessions
	L7Status        // the answer was an error, or not the expected one
	ProcErr         // external-check: the program could not be run
	ProcTOut        // external-check: the program took too long
	ProcOK          // external-check: the program exited 0
)

// Verdict is what a status says about the server.
type Verdict uint8

// The verdicts, in HAProxy's order.
const (
	NoVerdict Verdict = iota
	Neutral           // says nothing about the health
	Failed
	Passed
	CondPassed
)

var statuses = [...]struct {
	verdict Verdict
	word    string
	text    string
}{
	Unknown:  {NoVerdict, "UNK", "Unknown"},
	Init:     {NoVerdict, "INI", "Initializing"},
	Checked:  {Neutral, "CHECKED", "No status change"},
	HANA:     {Failed, "HANA", "Health analyze"},
	SockErr:  {Failed, "SOCKERR", "Socket error"},
	L4OK:     {Passed, "L4OK", "Layer4 check passed"},
	L4TOut:   {Failed, "L4TOUT", "Layer4 timeout"},
	L4Con:    {Failed, "L4CON", "Layer4 connection problem"},
	L6OK:     {Passed, "L6OK", "Layer6 check passed"},
	L6TOut:   {Failed, "L6TOUT", "Layer6 timeout"},
	L6Rsp:    {Failed, "L6RSP", "Layer6 invalid response"},
	L7TOut:   {Failed, "L7TOUT", "Layer7 timeout"},
	L7Rsp:    {Failed, "L7RSP", "Layer7 invalid response"},
	L7OK:     {Passed, "L7OK", "Layer7 check passed"},
	L7OKCond: {CondPassed, "L7OKC", "Layer7 check conditionally passed"},
	L7Status: {Failed, "L7STS", "Layer7 wrong status"},
	ProcErr:  {Failed, "PROCERR", "External check error"},
	ProcTOut: {Failed, "PROCTOUT", "External check timeout"},
	ProcOK:   {Passed, "PROCOK", "External check passed"},
}

// String is the short word of the statistics, such as L4TOUT.
func (s Status) String() string { return statuses[s].word }

// Text is the description used in messages, such as "Layer4 timeout".
func (s Status) Text() string { return statuses[s].text }

// Verdict is what the status says about the server.
func (s Status) Verdict() Verdict { return statuses[s].verdict }

// coded says whether messages tell the code that came with the status.
func (s Status) coded() bool { return s >= L7OK }
