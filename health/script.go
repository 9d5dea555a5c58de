package health

import "strconv"

// Script is a sequence of steps on one connection or several: what `option
// tcp-check`, `option httpchk` and the protocol checks are made of. It connects
// first unless a Connect step says where.
type Script struct {
	Steps []Step
	// TCP says that these are the administrator's own `tcp-check` rules, which
	// messages refer to by number.
	TCP bool
	// HTTP says that the steps speak HTTP, in the version of the connection.
	HTTP bool
	// Begin makes what the steps keep between them in a run, nil for nothing.
	Begin func() any
}

// Step is one rule of a script: *Connect, *Send, *Expect, *Request, *Response,
// Do or Comment.
type Step interface {
	// run does the step. done ends the script with the result.
	run(a *Attempt, at position) (r Result, done bool)
	// describe is how messages name the step, such as "expect string 'x'".
	describe() string
	// comment is the administrator's remark, "" for none.
	remark() string
}

// position is where in a script a step stands.
type position struct {
	script *Script
	number int  // counted from 1; 0 is the implicit connection
	last   bool // no step follows
}

// Run does the steps.
func (s *Script) Run(a *Attempt) Result {
	if s.Begin != nil {
		a.Memory = s.Begin()
	}
	passed := Result{Status: L4OK}
	if len(s.Steps) == 0 || !connects(s.Steps) {
		r, done := implicitConnect.run(a, position{script: s})
		if done {
			return r
		}
		passed = r
	}
	for i, step := range s.Steps {
		at := position{s, i + 1, i == len(s.Steps)-1}
		r, done := step.run(a, at)
		if done {
			return r
		}
		if r.Status != Unknown {
			passed = r
		}
	}
	if s.TCP && len(s.Steps) > 0 && passed.Info == "" {
		passed.Info = "(tcp-check)"
	}
	return passed
}

var implicitConnect = &Connect{}

// connects says whether the first step that acts is a connection.
func connects(steps []Step) bool {
	for _, s := range steps {
		switch s.(type) {
		case *Connect:
			return true
		case Comment:
			continue
		}
		return false
	}
	return false
}

// where names a step in the result of a failure or a timeout.
func (p position) where(s Step) string {
	if !p.script.TCP {
		return ""
	}
	if p.number == 0 {
		return " at initial connection step of tcp-check"
	}
	t := " at step " + strconv.Itoa(p.number) + " of tcp-check (" + s.describe() + ")"
	if c := s.remark(); c != "" {
		t += " comment: '" + c + "'"
	}
	return t
}

// Comment is a remark between steps (`tcp-check comment`). It counts as a step.
type Comment string

func (Comment) run(*Attempt, position) (Result, bool) { return Result{}, false }
func (c Comment) describe() string                    { return "comment" }
func (c Comment) remark() string                      { return string(c) }
