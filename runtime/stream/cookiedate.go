package stream

import (
	"bytes"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
)

// Inserted cookies may carry dates behind the server's name, each after a bar:
// when it was sent last (maxidle), and when first (maxlife). A date counts units
// of four seconds, rounded up, in five characters of base64.
const (
	dateUnit   = 4
	dateDigits = 5
	maxDates   = 2 * (1 + dateDigits)
	// dateSlack is how far, in seconds, a date may lie in the future.
	dateSlack = 24 * 60 * 60
)

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// cookieDates returns the server's name in a cookie, nil when its dates forbid to
// use it, and notes the dates.
func (st *stream) cookieDates(c *core.Cookie, value []byte) []byte {
	id, dates, ok := bytes.Cut(value, dateMark)
	if !ok {
		return value
	}
	last, first, _ := bytes.Cut(dates, dateMark)
	st.lastDate, st.firstDate = parseDate(last), parseDate(first)
	now := conn.Wall().Unix()
	switch {
	case c.MaxLife > 0 && st.firstDate != 0 && outdated(now, st.firstDate, c.MaxLife):
		st.Log.Persist = 'O'
	case c.MaxIdle > 0 && st.lastDate != 0 && outdated(now, st.lastDate, c.MaxIdle):
		st.Log.Persist = 'E'
	default:
		return id
	}
	st.lastDate, st.firstDate = 0, 0
	return nil
}

var dateMark = []byte{'|'}

func outdated(now, date int64, limit time.Duration) bool {
	age := now - date
	return age > int64(limit/time.Second) || age < -dateSlack
}

// staleDates reports whether the dates in the client's cookie are to be renewed.
func (st *stream) staleDates(c *core.Cookie) bool {
	switch {
	case c.MaxLife > 0 && st.firstDate == 0, c.MaxLife == 0 && st.firstDate != 0:
		return true
	case c.MaxIdle > 0:
		return dateNow() != st.lastDate/dateUnit
	}
	return false
}

// dateNow is the present date.
func dateNow() int64 { return (conn.Wall().Unix() + dateUnit - 1) / dateUnit & (1<<(6*dateDigits) - 1) }

// appendDates appends the dates that the configuration asks for. The first one
// stays what it was when the cookie is only sent again.
func (st *stream) appendDates(b []byte, c *core.Cookie, again bool) []byte {
	if c.MaxIdle == 0 && c.MaxLife == 0 {
		return b
	}
	now := dateNow()
	b = appendDate(b, now)
	if c.MaxLife > 0 {
		if again && st.firstDate != 0 {
			now = st.firstDate / dateUnit
		}
		b = appendDate(b, now)
	}
	return b
}

func appendDate(b []byte, date int64) []byte {
	b = append(b, '|')
	for shift := 6 * (dateDigits - 1); shift >= 0; shift -= 6 {
		b = append(b, base64Digits[date>>shift&63])
	}
	return b
}

// parseDate returns a date in seconds, 0 for none or a broken one.
func parseDate(b []byte) int64 {
	if len(b) < dateDigits {
		return 0
	}
	var date int64
	for _, c := range b[:dateDigits] {
		i := bytes.IndexByte([]byte(base64Digits), c)
		if i < 0 {
			return 0
		}
		date = date<<6 | int64(i)
	}
	return date * dateUnit
}
