// Package regex compiles the regular expressions of configurations. Go's own
// engine runs them in linear time. What only backtracking engines have,
// look-around, back-references, atomic groups, runs on a second engine under a
// time limit, so that no request can stall the proxy.
package regex

import (
	"fmt"
	"regexp"
)

// Regexp is a compiled regular expression. It is safe for concurrent use.
type Regexp struct {
	linear *regexp.Regexp
	// back is set when linear is nil.
	back *backtracker
}

// Compile compiles text; insensitive says that letters match in any case.
func Compile(text string, insensitive bool) (*Regexp, error) {
	flags := ""
	if insensitive {
		flags = "(?i)"
	}
	re, err := regexp.Compile(flags + text)
	if err == nil {
		return &Regexp{linear: re}, nil
	}
	if back := newBacktracker(text, insensitive); back != nil {
		return &Regexp{back: back}, nil
	}
	what, at := explain(err, text)
	return nil, fmt.Errorf("regex '%s' is invalid (error=%s, erroffset=%d)", text, what, at)
}

// Match reports whether b contains a match.
func (r *Regexp) Match(b []byte) bool {
	if r.linear != nil {
		return r.linear.Match(b)
	}
	return r.back.find(b, 0) != nil
}

// FindSubmatchIndex returns where the first match and its groups begin and end,
// nil without one; -1 stands for groups that matched nothing.
func (r *Regexp) FindSubmatchIndex(b []byte) []int {
	if r.linear != nil {
		return r.linear.FindSubmatchIndex(b)
	}
	return r.back.find(b, 0)
}

// FindAllSubmatchIndex returns up to n matches that do not overlap, all for a
// negative n.
func (r *Regexp) FindAllSubmatchIndex(b []byte, n int) [][]int {
	if r.linear != nil {
		return r.linear.FindAllSubmatchIndex(b, n)
	}
	var all [][]int
	for at := 0; at <= len(b) && (n < 0 || len(all) < n); {
		loc := r.back.find(b, at)
		if loc == nil {
			break
		}
		all = append(all, loc)
		if at = loc[1]; loc[1] == loc[0] {
			at++ // an empty match is not found twice
		}
	}
	return all
}
