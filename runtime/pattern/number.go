package pattern

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// numbers finds numbers: those that stand for themselves in a tree, ranges in a
// list.
type numbers struct {
	single tree
	ranges []numberRange
}

type numberRange struct {
	span
	entry *Entry
}

// span is a range of numbers, both ends included.
type span struct{ min, max int64 }

func (s span) key() string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(s.min)))
}

func (x numbers) with(p *parsed, e *Entry, ed *edit) index {
	if p.span.min == p.span.max {
		x.single = x.single.with(p.span.key(), e, ed)
	} else {
		x.ranges = append(x.ranges, numberRange{p.span, e})
	}
	return x
}

func (x numbers) without(p *parsed, e *Entry, ed *edit) index {
	if p.span.min == p.span.max {
		x.single = x.single.without(p.span.key(), e, ed)
		return x
	}
	rest := make([]numberRange, 0, len(x.ranges))
	for _, r := range x.ranges {
		if r.entry != e {
			rest = append(rest, r)
		}
	}
	x.ranges = rest
	return x
}

func (x numbers) find(in Input) (best *Entry) {
	if x.single.root != nil {
		var key [8]byte
		binary.BigEndian.PutUint64(key[:], uint64(in.Int))
		best = x.single.exact(key[:])
	}
	for i := range x.ranges {
		if r := &x.ranges[i]; in.Int >= r.min && in.Int <= r.max {
			return older(best, r.entry)
		}
	}
	return best
}

// notation is a way to write numbers.
type notation struct {
	read func(text string) (int64, error)
	// name and span are how messages call a number and a range.
	name, span string
}

var (
	integers = notation{func(t string) (int64, error) { return strconv.ParseInt(t, 10, 64) }, "number", "number range"}
	versions = notation{parseDotted, "dotted number", "dotted number range"}
)

// RangeSigns stand between the ends of a range. So a number with a minus sign is
// a range without a lower end, as in HAProxy.
const RangeSigns = ":-"

// parse reads a number, or a range of which either end may be missing.
func (n notation) parse(t string) (s span, err error) {
	at := strings.IndexAny(t, RangeSigns)
	if at < 0 {
		s.min, err = n.read(t)
		s.max = s.min
		if err != nil || t[0] == '+' {
			err = fmt.Errorf("'%s' is not a %s", t, n.name)
		}
		return s, err
	}
	s = span{math.MinInt64, math.MaxInt64}
	lo, hi := t[:at], t[at+1:]
	if lo != "" {
		s.min, err = n.read(lo)
	}
	if hi != "" && err == nil {
		s.max, err = n.read(hi)
	}
	if err != nil || lo == "" && hi == "" || s.min > s.max || t[0] == '+' {
		return s, fmt.Errorf("'%s' is not a valid %s", t, n.span)
	}
	return s, nil
}

// parseDotted reads a version such as 3.1 or 3.
func parseDotted(t string) (int64, error) {
	major, minor, isDotted := strings.Cut(t, ".")
	high, err := strconv.ParseUint(major, 10, 16)
	if err != nil || !isDotted {
		return int64(high << 16), err
	}
	low, err := strconv.ParseUint(minor, 10, 16)
	return int64(high<<16 | low), err
}

// Step returns the text of the number next to the one in t; by is 1 or -1. What is
// no number of the kind stays as it is.
func (k Kind) Step(t string, by int64) string {
	if k == Dotted {
		n, err := parseDotted(t)
		if err != nil {
			return t
		}
		n += by
		return fmt.Sprintf("%d.%d", n>>16, n&0xffff)
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		return t
	}
	return strconv.FormatInt(n+by, 10)
}
