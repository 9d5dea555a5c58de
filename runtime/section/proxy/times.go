package proxy

import (
	"errors"
	"fmt"
	"time"

	"gohap/parser/value"
)

// argumentTo words an error of a time in the way of the directives that say
// "argument to" something.
func argumentTo(err error, what string) string {
	var e *value.TimeError
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.Fault == value.TimeUnexpected {
		return fmt.Sprintf("unexpected character '%s' in argument to %s.", e.Char, what)
	}
	limit := "2147483647 ms (~24.8 days)"
	if e.Unit == time.Second {
		limit = "2147483647 s (~68 years)"
	}
	return fmt.Sprintf("timer overflow in argument <%s> to %s, maximum value is %s.", e.Text, what, limit)
}
