// Package value reads the small values that stand in a configuration: times
// and sizes with their units, percentages, integers and addresses, in the
// forms that configuration.txt describes in sections 2.5 and 11. It knows no
// keyword; messages are worded as HAProxy words them.
package value

import "fmt"

// Error is why a value was refused. Off and Len tell which bytes of the text
// are to blame, for a caret.
type Error struct {
	Msg string
	Off int
	Len int
}

// Error returns the message.
func (e *Error) Error() string { return e.Msg }

// refuse makes an Error about n bytes from off on.
func refuse(off, n int, format string, args ...any) *Error {
	return &Error{Msg: fmt.Sprintf(format, args...), Off: off, Len: max(n, 1)}
}
