package health

import (
	"iter"
	"strings"
)

// values yields a header's value, or the elements of the list that it is.
func values(v []byte, split bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !split {
			yield(string(v))
			return
		}
		for part := range strings.SplitSeq(string(v), ",") {
			if !yield(strings.TrimSpace(part)) {
				return
			}
		}
	}
}
