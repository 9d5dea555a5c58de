package logs

import (
	"errors"
	"fmt"
	"strings"
)

// Sample picks some of each run of lines, to spread the load over several
// servers ("sample <ranges>:<size>"). The zero value picks every line.
type Sample struct {
	size   uint32
	ranges []span
}

// span is a range of positions in a run, from 1, both ends included.
type span struct{ low, high uint32 }

func (s span) has(n uint32) bool { return s.low <= n && n <= s.high }

// All reports whether every line is picked because nothing is sampled.
func (s Sample) All() bool { return s.size == 0 }

// Picks reports whether the n-th line is to be sent, counting from 0.
func (s Sample) Picks(n uint64) bool {
	if s.All() {
		return true
	}
	position := uint32(n%uint64(s.size)) + 1
	for _, r := range s.ranges {
		if r.has(position) {
			return true
		}
	}
	return false
}

// ParseSample reads "<ranges>:<size>", such as "1,3-4:5". Errors are worded as
// HAProxy does.
func ParseSample(text string) (Sample, error) {
	list, sizeText, found := strings.Cut(text, ":")
	if !found {
		return Sample{}, errors.New("Missing sample size")
	}
	var s Sample
	highest := uint32(0)
	for rest := list; rest != ""; {
		// HAProxy's message shows all that it has not read yet; a comma is
		// only a separator behind a range.
		item, after, _ := strings.Cut(rest, ",")
		r, ok := parseSpan(item)
		if !ok {
			return Sample{}, fmt.Errorf("wrong sample range '%s'", rest)
		}
		for _, other := range s.ranges {
			if other.has(r.low) || other.has(r.high) {
				return Sample{}, errors.New("ranges are overlapping")
			}
		}
		s.ranges = append(s.ranges, r)
		highest = max(highest, r.high)
		rest = after
	}
	if len(s.ranges) == 0 {
		return Sample{}, errors.New("no sampling ranges given")
	}
	size, ok := digits(sizeText)
	if !ok || size == 0 {
		return Sample{}, fmt.Errorf("wrong sample size '%s' for sample range '%s'", sizeText, list)
	}
	if size < highest {
		return Sample{}, fmt.Errorf("sample size %d should be greater or equal to %d the maximum of the high ranges limits",
			size, highest)
	}
	s.size = size
	return s, nil
}

// parseSpan reads "n" or "low-high" with 0 < low < high.
func parseSpan(text string) (span, bool) {
	lowText, highText, isRange := strings.Cut(text, "-")
	low, ok := digits(lowText)
	if !ok || low == 0 {
		return span{}, false
	}
	if !isRange {
		return span{low, low}, true
	}
	high, ok := digits(highText)
	return span{low, high}, ok && low < high
}

// digits reads a decimal number, wrapping around at 32 bits.
func digits(text string) (uint32, bool) {
	var n uint32
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint32(c-'0')
	}
	return n, text != ""
}
