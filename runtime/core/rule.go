package core

import "gohap/parser/diag"

// Verdict is what a rule's action tells the phase that runs it.
type Verdict uint8

const (
	// Continue goes on with the next rule.
	Continue Verdict = iota
	// Accept ends the ruleset and lets the stream go on.
	Accept
	// Reply ends the stream's processing with the answer that the action
	// left in [Stream.Reply].
	Reply
	// Reject closes the client's connection.
	Reject
	// Drop forgets the client's connection without telling it.
	Drop
	// Upgrade ends the ruleset and makes HTTP of a TCP session.
	Upgrade
	// Serve ends the stream's processing: its Applet answers.
	Serve
	// Wait runs the same rule again once more data or an event is there.
	Wait
)

// Action is a compiled rule action. It runs on the stream's task, may use the
// stream freely, and must not block except through runtime/conn.
type Action func(s *Stream) Verdict

// Rule is one line of a ruleset.
type Rule struct {
	// Cond is nil when the rule always applies.
	Cond Condition
	// Do is the rule's action.
	Do Action
	// Name is the action's keyword, as in "deny".
	Name string
	// Pos is where the rule stands.
	Pos diag.Pos
	// Final says that no rule after an unconditional one of these is met.
	Final bool
}

// Ruleset names a list of rules by the phase that runs it.
type Ruleset uint8

// The rulesets, in the order a stream meets them.
const (
	TCPRequestConnection Ruleset = iota
	TCPRequestSession
	TCPRequestContent
	HTTPRequest
	TCPResponseContent
	HTTPResponse
	HTTPAfterResponse
	Rulesets // number of rulesets
)

var rulesetNames = [Rulesets]string{
	"tcp-request connection", "tcp-request session", "tcp-request content",
	"http-request", "tcp-response content", "http-response", "http-after-response",
}

// String returns the words that start a rule of the set.
func (r Ruleset) String() string { return rulesetNames[r] }

// TCP reports whether the set's rules see connections and bytes, not messages.
func (r Ruleset) TCP() bool {
	return r <= TCPRequestContent || r == TCPResponseContent
}

// RunRules runs rules on s until one ends the ruleset. It returns Accept at
// the end of the list as well. A rule whose condition lacks data returns Wait;
// run the list again from *at then. That is its start: what earlier rules looked
// at may have come meanwhile too. An action that waits is met again itself.
func RunRules(s *Stream, rules []Rule, at *int) Verdict {
	s.memos.forget()
	v := runRules(s, rules, at)
	s.memos.stop()
	return v
}

func runRules(s *Stream, rules []Rule, at *int) Verdict {
	for ; *at < len(rules); *at++ {
		r := &rules[*at]
		if r.Cond != nil {
			s.more = false
			if !r.Cond.Holds(s) {
				if s.Wanting() {
					*at = 0
					return Wait
				}
				continue
			}
		}
		if v := r.Do(s); v != Continue {
			if v != Wait {
				s.LastRule = r
			}
			return v
		}
		s.memos.forget()
	}
	return Accept
}
