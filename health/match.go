package health

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
)

// Regexp is the part of a compiled regular expression that checks need.
type Regexp interface {
	Match(b []byte) bool
}

// MatchString looks for a text.
func MatchString(s string) Matcher {
	return Matcher{
		Find:    contains([]byte(s)),
		Missing: "'" + s + "'", Unwanted: "'" + s + "'", Name: "string '" + s + "'",
		Least: len(s),
	}
}

// MatchBinary looks for bytes.
func MatchBinary(b []byte) Matcher {
	return Matcher{
		Find:    contains(b),
		Missing: "(binary)", Unwanted: "(binary)", Name: "binary '" + printable(b) + "'",
		Least: len(b),
	}
}

// MatchRegexp looks for a regular expression.
func MatchRegexp(re Regexp) Matcher {
	return Matcher{Find: matches(re), Missing: "(regex)", Unwanted: "(regex)", Name: "regex"}
}

// MatchHexRegexp looks for a regular expression in the input written as
// hexadecimal digits in upper case (`rbinary`).
func MatchHexRegexp(re Regexp) Matcher {
	return Matcher{
		Find: func(b []byte) Outcome {
			return outcome(re.Match([]byte(strings.ToUpper(hex.EncodeToString(b)))))
		},
		Missing: "(binary regex)", Unwanted: "(binary regex)", Name: "binary regex",
	}
}

func contains(part []byte) func([]byte) Outcome {
	return func(b []byte) Outcome { return outcome(bytes.Contains(b, part)) }
}

func matches(re Regexp) func([]byte) Outcome {
	return func(b []byte) Outcome { return outcome(re.Match(b)) }
}

func outcome(found bool) Outcome {
	if found {
		return Match
	}
	return NoMatch
}

// printable writes bytes as messages do: what is not printable in hexadecimal
// between angle brackets.
func printable(b []byte) string {
	var t strings.Builder
	for _, c := range b {
		if c >= ' ' && c < 0x7f {
			t.WriteByte(c)
		} else {
			fmt.Fprintf(&t, "<%02X>", c)
		}
	}
	return t.String()
}
