package health

// Send sends bytes (`tcp-check send`, `send-binary`). What was received before
// is forgotten.
type Send struct {
	Data []byte
	// Build, unless nil, makes the bytes anew each time (`send-lf`).
	Build  func(a *Attempt) []byte
	Remark string
}

func (s *Send) run(a *Attempt, at position) (Result, bool) {
	data := s.Data
	if s.Build != nil {
		data = s.Build(a)
	}
	a.input = a.input[:0]
	if err := a.write(data); err != nil && isTimeout(err) {
		return Result{Status: L7TOut, Info: at.where(s)}, true
	}
	return Result{Status: L7OK}, false
}

func (s *Send) describe() string { return "send" }
func (s *Send) remark() string   { return s.Remark }
