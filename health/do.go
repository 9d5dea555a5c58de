package health

// Do is a step that exchanges nothing with the server (`set-var`).
type Do func(a *Attempt)

func (d Do) run(a *Attempt, _ position) (Result, bool) {
	d(a)
	return Result{}, false
}

func (Do) describe() string { return "action" }
func (Do) remark() string   { return "" }
