package health

import "strconv"

// Response waits for an HTTP response and judges it (`http-check expect`).
// Without a rule of the administrator's, 2xx and 3xx are good.
type Response struct {
	// Judge says whether the response is as expected, nil for 2xx and 3xx.
	Judge func(*Answer) bool
	// Content says that Judge looks at the body: then no match is final only
	// once the body has ended, or MinRecv bytes of it are there.
	Content bool
	Negate  bool
	MinRecv int // negative for the whole body

	// OK, Error and Timeout are the statuses that the step ends with; Unknown
	// for L7OK, L7Status (L7Rsp for a rule about content) and L7TOut.
	OK, Error, Timeout Status
	// Succeed and Fail word the result, nil for the default words.
	Succeed, Fail func(*Answer) string
	// Code computes the code to report, nil for the status of the response.
	Code func(*Answer) int
	// DisableOn404 is `http-check disable-on-404`.
	DisableOn404 bool
	// Bind, unless nil, gives the rule as it is for one run, where that depends on
	// what the run has come to.
	Bind   func(a *Attempt) *Response
	Remark string
}

func (e *Response) run(a *Attempt, at position) (Result, bool) {
	if e.Bind != nil {
		bound := e.Bind(a)
		bound.DisableOn404 = e.DisableOn404
		e = bound
	}
	deadline := a.deadline()
	for {
		final := a.closed || len(a.input) >= maxInput
		if len(a.input) > 0 || final {
			answer, more, bad := parseHTTP(a.input, final)
			switch {
			case bad && a.http2 != nil && a.http2.broken:
				return Result{Status: SockErr}, true
			case bad && a.http2 != nil && len(a.input) == 0:
				return Result{Status: L7Rsp, Info: "TCPCHK got an empty response at step " + strconv.Itoa(at.number)}, true
			case bad:
				return e.garbled(), true
			case more:
			case e.DisableOn404 && answer.Code == 404 && a.server.State().up():
				return Result{Status: L7OKCond, Code: 404}, true
			default:
				if r, ok := e.judge(answer); ok {
					return r, r.Status.Verdict() == Failed
				}
			}
		}
		if _, timeout := a.read(deadline); timeout {
			return Result{Status: or(e.Timeout, L7TOut)}, true
		}
	}
}

// judge returns a result, unless more of the body may change it.
func (e *Response) judge(a *Answer) (Result, bool) {
	good := false
	if e.Judge != nil {
		good = e.Judge(a)
	} else {
		good = a.Code >= 200 && a.Code < 400
	}
	if e.Content && !good && !a.ended && (e.MinRecv < 0 || len(a.body) < e.MinRecv) {
		return Result{}, false
	}
	r := Result{Code: a.Code}
	if e.Code != nil {
		r.Code = e.Code(a)
	}
	if good != e.Negate {
		r.Status = or(e.OK, L7OK)
		if e.Succeed != nil {
			r.Info = e.Succeed(a)
		}
		return r, true
	}
	switch {
	case e.Fail != nil:
		r.Status, r.Info = or(e.Error, L7Status), e.Fail(a)
		if e.Content {
			r.Status = or(e.Error, L7Rsp)
		}
		return r, true
	case !e.Content:
		r.Status, r.Info = or(e.Error, L7Status), a.Reason
	case e.Negate:
		r.Status, r.Info = or(e.Error, L7Rsp), "HTTP check matched unwanted content"
	default:
		r.Status, r.Info = or(e.Error, L7Rsp), "HTTP content check did not match"
	}
	r.Info += e.afterthought()
	return r, true
}

// garbled is the result of what is no HTTP response.
func (e *Response) garbled() Result {
	return Result{Status: L7Rsp, Info: e.afterthought()}
}

func (e *Response) afterthought() string {
	if e.Remark == "" {
		return ""
	}
	return " comment: " + e.Remark
}

func (e *Response) describe() string { return "expect" }
func (e *Response) remark() string   { return e.Remark }

// HTTPStatuses judges by the status: good if in is true for it.
func HTTPStatuses(in func(code int) bool) func(*Answer) bool {
	return func(a *Answer) bool { return in(a.Code) }
}

// HTTPContent judges by the body.
func HTTPContent(m Matcher) func(*Answer) bool {
	return func(a *Answer) bool { return m.Find(a.body) == Match }
}

// HTTPHeader judges by headers: good if one of the name has a value that is
// wanted, or is there at all if wanted is nil. split looks at each element of a
// list (`hdr`) rather than at whole values (`fhdr`).
func HTTPHeader(name string, split bool, wanted func(value string) bool) func(*Answer) bool {
	return func(a *Answer) bool {
		good := false
		a.eachHeader(name, func(v []byte) bool {
			for v := range values(v, split) {
				good = good || wanted == nil || wanted(v)
			}
			return !good
		})
		return good
	}
}
