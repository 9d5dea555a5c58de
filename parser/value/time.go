package value

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// TimeFault tells what is wrong with a time.
type TimeFault uint8

const (
	// TimeUnexpected is a character that is neither a digit nor starts a unit.
	TimeUnexpected TimeFault = iota
	// TimeOverflow is a time above the greatest that HAProxy can hold:
	// 2147483647 of the default unit.
	TimeOverflow
)

// TimeError is why a time was refused. Directives word it in different ways,
// so it carries the facts; see [TimeMessage] for the usual wording.
type TimeError struct {
	Fault TimeFault
	// Text is the whole argument.
	Text string
	// Char is the unexpected character (one byte), Off its offset in Text.
	Char string
	Off  int
	// Unit is the unit that numbers without one were read in.
	Unit time.Duration
}

// Error returns a message that names no directive.
func (e *TimeError) Error() string {
	if e.Fault == TimeOverflow {
		return fmt.Sprintf("timer overflow in argument '%s' %s", e.Text, e.limit())
	}
	return fmt.Sprintf("unexpected character '%s'", e.Char)
}

// limit words the greatest value that the unit allows.
func (e *TimeError) limit() string {
	switch e.Unit {
	case time.Second:
		return "(maximum value is 2147483647 s or ~68 years)"
	case time.Microsecond:
		return "(maximum value is 2147483647 us or ~35 minutes)"
	default:
		return "(maximum value is 2147483647 ms or ~24.8 days)"
	}
}

// TimeMessage words an error of [Time] as most directives do, for example
// "unexpected character 'x' in 'timeout client'". Other errors keep their
// wording.
func TimeMessage(err error, directive string) string {
	var e *TimeError
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.Fault == TimeOverflow {
		return fmt.Sprintf("timer overflow in argument '%s' to '%s' %s", e.Text, directive, e.limit())
	}
	return fmt.Sprintf("unexpected character '%s' in '%s'", e.Char, directive)
}

// units in the order in which they are tried: the longer ones first.
var units = [...]struct {
	name string
	is   time.Duration
}{
	{"us", time.Microsecond},
	{"ms", time.Millisecond},
	{"s", time.Second},
	{"m", time.Minute},
	{"h", time.Hour},
	{"d", 24 * time.Hour},
}

// Time reads a time: digits and an optional unit of us, ms, s, m, h, d. A
// number without unit is in unit, and so is the resolution: a part of a unit
// counts as a whole one, so that "1us" is 1 ms where milliseconds are meant
// (HAProxy's way, which keeps a short time from becoming none).
//
// What follows the unit is ignored, but not silently: warning is then HAProxy's
// complaint about it, ready to print, and "" otherwise. The error is a
// [*TimeError]. See configuration.txt, section 2.5.
func Time(text string, unit time.Duration) (d time.Duration, warning string, err error) {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	scale, rest := unit, text[n:]
	if rest != "" {
		if n == 0 {
			return 0, "", &TimeError{Fault: TimeUnexpected, Text: text, Char: rest[:1], Unit: unit}
		}
		scale = 0
		for _, u := range units {
			if r, ok := strings.CutPrefix(rest, u.name); ok {
				scale, rest = u.is, r
				break
			}
		}
		if scale == 0 {
			return 0, "", &TimeError{Fault: TimeUnexpected, Text: text, Char: rest[:1], Off: n, Unit: unit}
		}
	}

	count, fits := digits(text[:n], math.MaxInt64)
	if fits && scale > unit {
		ratio := int64(scale / unit)
		fits = count <= math.MaxInt32/ratio
		count *= ratio
	} else if fits && scale < unit {
		ratio := int64(unit / scale)
		count = count/ratio + min(count%ratio, 1)
	}
	if !fits || count > math.MaxInt32 {
		return 0, "", &TimeError{Fault: TimeOverflow, Text: text, Unit: unit}
	}
	if rest != "" {
		warning = fmt.Sprintf("unexpected character '%s' after the timer value '%s', only "+
			"(us=microseconds,ms=milliseconds,s=seconds,m=minutes,h=hours,d=days) are supported. "+
			"This will be reported as an error in next versions.", rest[:1], text)
	}
	return time.Duration(count) * unit, warning, nil
}
