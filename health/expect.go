package health

import (
	"strconv"
	"strings"
	"time"
)

// Outcome is what a matcher makes of the input.
type Outcome uint8

// The outcomes.
const (
	NoMatch Outcome = iota // not, or not yet
	Match
)

// Expect waits for an answer (`tcp-check expect`). A match, or its absence with
// Negate, is looked for in all input since the last Send.
type Expect struct {
	Match  Matcher
	Negate bool
	// MinRecv is `min-recv`: Match is asked once there are that many bytes, and
	// its answer is final. Negative, as in a rule without it, for asking each
	// time and until no more can come.
	MinRecv int
	// Parse, unless nil, replaces Match and all that follows: it returns the
	// result once there is enough input, and for certain if final.
	Parse func(input []byte, final bool) (r Result, ok bool)

	// OK, Error and Timeout are the statuses that the step ends with; Unknown
	// for L7OK, L7Rsp and L7TOut.
	OK, Error, Timeout Status
	// Succeed and Fail word the result and find its code, nil for the default
	// words. They are not called on timeouts.
	Succeed, Fail func(input []byte) (info string, code int)
	// Bind, unless nil, gives the rule as it is for one run, where that depends on
	// what the run has come to.
	Bind   func(a *Attempt) *Expect
	Remark string
}

// Matcher looks for something in the input of a check.
type Matcher struct {
	Find func(input []byte) Outcome
	// Missing and Unwanted word the failures, Name the step.
	Missing, Unwanted, Name string
	// Least is how many bytes a match has at least.
	Least int
}

func (e *Expect) run(a *Attempt, at position) (Result, bool) {
	if e.Bind != nil {
		e = e.Bind(a)
	}
	deadline := a.deadline()
	for {
		out := NoMatch
		final := a.closed || len(a.input) >= maxInput
		if len(a.input) == 0 && final {
			return e.failure(a, at, "TCPCHK got an empty response"), true
		}
		if e.Parse != nil && len(a.input) > 0 {
			if r, ok := e.Parse(a.input, final); ok {
				return r, r.Status.Verdict() == Failed
			}
		}
		if e.Parse == nil && len(a.input) > 0 && (final || len(a.input) >= e.enough()) {
			out = e.Match.Find(a.input)
			final = final || e.MinRecv >= 0
		}
		switch {
		case out == Match && e.Negate:
			return e.failure(a, at, "TCPCHK matched unwanted content "+e.Match.Unwanted), true
		case out == Match:
			return e.success(a), false
		case final && e.Negate:
			return e.success(a), false
		case final:
			return e.failure(a, at, "TCPCHK did not match content "+e.Match.Missing), true
		}
		if r, done := e.wait(a, at, deadline); done {
			return r, true
		}
	}
}

func (e *Expect) wait(a *Attempt, at position, deadline time.Time) (Result, bool) {
	if _, timeout := a.read(deadline); timeout {
		return Result{Status: or(e.Timeout, L7TOut), Info: at.where(e)}, true
	}
	return Result{}, false
}

// enough is how much input there must be for a final answer.
func (e *Expect) enough() int { return max(e.MinRecv, e.Match.Least) }

func (e *Expect) success(a *Attempt) Result {
	r := Result{Status: or(e.OK, L7OK)}
	if e.Succeed != nil {
		r.Info, r.Code = e.Succeed(a.input)
	}
	return r
}

func (e *Expect) failure(a *Attempt, at position, words string) Result {
	r := Result{Status: or(e.Error, L7Rsp)}
	if e.Fail != nil && len(a.input) > 0 {
		r.Info, r.Code = e.Fail(a.input)
		return r
	}
	r.Info = strings.TrimRight(words, " ") + " at step " + strconv.Itoa(at.number)
	if e.Remark != "" {
		r.Info += " comment: " + e.Remark
	}
	return r
}

func (e *Expect) describe() string { return "expect " + e.Match.Name }
func (e *Expect) remark() string   { return e.Remark }

func or(s, other Status) Status {
	if s == Unknown {
		return other
	}
	return s
}
