package pattern

import (
	"bytes"

	"gohap/runtime/regex"
)

// Lists are looked through in order. Appending leaves what others see as it is.
type (
	substrings []substring
	regexps    []expression
)

type substring struct {
	text  []byte
	entry *Entry
}

type expression struct {
	re    *regex.Regexp
	entry *Entry
}

func (x substrings) with(p *parsed, e *Entry, _ *edit) index {
	return append(x, substring{[]byte(p.text), e})
}

func (x substrings) without(_ *parsed, e *Entry, _ *edit) index {
	rest := make(substrings, 0, len(x))
	for _, s := range x {
		if s.entry != e {
			rest = append(rest, s)
		}
	}
	return rest
}

func (x substrings) find(in Input) *Entry {
	for i := range x {
		if bytes.Contains(in.Bytes, x[i].text) {
			return x[i].entry
		}
	}
	return nil
}

func (x regexps) with(p *parsed, e *Entry, _ *edit) index {
	return append(x, expression{p.re, e})
}

func (x regexps) without(_ *parsed, e *Entry, _ *edit) index {
	rest := make(regexps, 0, len(x))
	for _, r := range x {
		if r.entry != e {
			rest = append(rest, r)
		}
	}
	return rest
}

func (x regexps) find(in Input) *Entry {
	for i := range x {
		if x[i].re.Match(in.Bytes) {
			return x[i].entry
		}
	}
	return nil
}
