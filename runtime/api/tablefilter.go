package api

import (
	"fmt"
	"strconv"

	"gohap/runtime/sticktable"
)

// maxFilters is how many values one command can look at.
const maxFilters = 4

// filter selects entries by their data; a nil one lets all through.
type filter []comparison

// comparison compares the first value of a data type.
type comparison struct {
	data  sticktable.DataType
	is    func(a, b int64) bool
	value int64
}

// comparisons are the operators.
var comparisons = map[string]func(a, b int64) bool{
	"eq": func(a, b int64) bool { return a == b },
	"ne": func(a, b int64) bool { return a != b },
	"le": func(a, b int64) bool { return a <= b },
	"ge": func(a, b int64) bool { return a >= b },
	"lt": func(a, b int64) bool { return a < b },
	"gt": func(a, b int64) bool { return a > b },
}

func (f filter) match(e sticktable.Entry) bool {
	for _, x := range f {
		n := int64(0)
		if x.data.Kind() != sticktable.Name {
			n = int64(e.Value(x.data, 0))
		}
		if !x.is(n, x.value) {
			return false
		}
	}
	return true
}

// filter reads the words behind the table's name. When they are wrong, the
// command has answered.
func (c *Call) filter(t *sticktable.Table) (f filter, ok bool) {
	words := c.Args[1:]
	for i := 0; i < len(words) && words[i] != ""; i += 3 {
		if len(f) == maxFilters {
			// Counted as HAProxy does: with the command's own words.
			c.Fail(fmt.Sprintf("Detected extra data in filter, %dth word of input, after '%s'\n", i+4, words[i-1]))
			return nil, false
		}
		fail := func(text string) (filter, bool) {
			c.Fail(fmt.Sprintf("Filter entry #%d: %s\n", len(f)+1, text))
			return nil, false
		}
		at := func(k int) string { return c.Arg(1 + i + k) }
		d, stored, problem := dataType(t, at(0))
		is, known := comparisons[at(1)]
		n, err := strconv.ParseInt(at(2), 10, 64)
		switch {
		case problem == "Unknown data type\n":
			return fail("Unknown data type")
		case problem == "" && !stored:
			return fail("Data type not stored in this table")
		case problem != "" || !known:
			return fail(`Require and operator among "eq", "ne", "le", "ge", "lt", "gt"`)
		case err != nil:
			return fail("Require a valid integer value to compare against")
		}
		f = append(f, comparison{d, is, n})
	}
	return f, true
}
