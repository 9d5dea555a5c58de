package registry

import (
	"fmt"
	"strconv"
	"strings"
)

// ProcessSet checks a set of processes: "all", "odd", "even", a number or a
// range. There is one process, but configurations that once asked for more, with
// "nbproc", go on to name those.
func ProcessSet(c *Compiler, text string) error {
	switch text {
	case "", "all", "odd", "even":
		return nil
	}
	low, high, isRange := strings.Cut(text, "-")
	if !isRange {
		high = low
	}
	first, err1 := strconv.Atoi(low)
	last, err2 := strconv.Atoi(high)
	if err1 != nil || err2 != nil {
		return fmt.Errorf("'%s' is not a valid number/range.", text)
	}
	most := max(c.Global().NbProc, 1)
	if min(first, last) < 1 || max(first, last) > most {
		return fmt.Errorf("'%s' is not a valid number/range. It supports numbers from 1 to %d.\n", text, most)
	}
	return nil
}
