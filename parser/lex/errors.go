package lex

import "fmt"

// MaxWords is how many words a line may have.
const MaxWords = 64

// Fault tells what is wrong with a line.
type Fault uint8

// Faults, in HAProxy's words.
const (
	UnmatchedQuote Fault = iota
	UnmatchedBrace
	ForbiddenFirst
	BadHexadecimal
	BadExpansion
	TooManyWords
)

var faults = [...]string{
	UnmatchedQuote: "unmatched quote",
	UnmatchedBrace: "unmatched brace in environment variable name",
	ForbiddenFirst: "forbidden first char in environment variable name",
	BadHexadecimal: "truncated or invalid hexadecimal sequence",
	BadExpansion:   "truncated or invalid word expansion sequence",
	TooManyWords:   "too many words",
}

// Error is why a line could not be cut into words.
type Error struct {
	Fault Fault
	// Msg is HAProxy's wording, its position included. It ends in a colon
	// where HAProxy shows the line below.
	Msg string
	// Col and Len tell what to underline.
	Col, Len int
}

// Error returns the message.
func (e *Error) Error() string { return e.Msg }

// fail makes an error about n bytes from the i-th on.
func fail(f Fault, i, n int) *Error {
	return &Error{Fault: f, Msg: fmt.Sprintf("%s at position %d:", faults[f], i+1), Col: i + 1, Len: n}
}
