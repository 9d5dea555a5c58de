package converter

import (
	"fmt"
	"strconv"
	"time"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		formatted("ltime", "The seconds since 1970 as strftime prints them in local time.", time.Local),
		formatted("utime", "The seconds since 1970 as strftime prints them in UTC.", time.FixedZone("GMT", 0)),
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "http_date", Manual: "7.3.1", Usage: "([<offset>[,<unit>]])", Doc: "A time since 1970, plus an offset, as HTTP headers write dates.",
				OK: []string{"date,http_date", "date,http_date(3600)", "date(0,ms),http_date(0,ms)"}, Bad: []string{"date,http_date(0,days)"},
			},
			In: core.Sint, Out: core.Str, Args: []registry.ArgSpec{argument(registry.ArgInt, "offset"), argument(registry.ArgString, "unit")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				offset, unit := a[0].Int, int64(1)
				switch a[1].Text {
				case "", "s":
				case "ms":
					unit = 1e3
				case "us":
					unit = 1e6
				default:
					return nil, fmt.Errorf("expects 's', 'ms' or 'us', got '%s'", a[1].Text)
				}
				return func(s *core.Stream, p *core.Sample) bool {
					n := p.Int + offset
					b := time.Unix(n/unit&timeBits, 0).UTC().AppendFormat(s.Scratch(64)[:0], "Mon, 02 Jan 2006 15:04:05")
					if unit > 1 { // without leading zeros, as HAProxy has it
						b = strconv.AppendInt(append(b, '.'), n%unit, 10)
					}
					p.SetStr(append(b, " GMT"...))
					return true
				}, nil
			},
		},
	)
}

// timeBits are the bits of a time that HAProxy uses, so that its year fits an int.
const timeBits = 1<<55 - 1

func formatted(name, doc string, zone *time.Location) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<format>[,<offset>])", Doc: doc,
			OK: []string{"date," + name + "(%Y-%m-%d)", "date," + name + "(%s,60)"},
		},
		In: core.Sint, Out: core.Str, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "format"), argument(registry.ArgInt, "offset")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			format, offset := a[0].Text, a[1].Int
			return func(s *core.Stream, p *core.Sample) bool {
				b := appendTime(s.Scratch(4*len(format) + 64)[:0], format, time.Unix(p.Int&timeBits+offset, 0).In(zone))
				p.SetStr(b)
				return true
			}, nil
		},
	}
}

// layouts are what strftime's letters stand for, in Go's way.
var layouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan", 'c': "Mon Jan _2 15:04:05 2006", 'D': "01/02/06",
	'd': "02", 'e': "_2", 'F': "2006-01-02", 'H': "15", 'I': "03", 'j': "002", 'M': "04", 'm': "01", 'n': "\n", 'p': "PM",
	'P': "pm", 'R': "15:04", 'r': "03:04:05 PM", 'S': "05", 'T': "15:04:05", 't': "\t", 'X': "15:04:05", 'x': "01/02/06",
	'Y': "2006", 'y': "06", 'Z': "MST", 'z': "-0700",
}

// appendTime appends t as C's strftime does in the C locale.
func appendTime(dst []byte, format string, t time.Time) []byte {
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c != '%' || i+1 == len(format) {
			dst = append(dst, c)
			continue
		}
		i++
		for (format[i] == 'E' || format[i] == 'O') && i+1 < len(format) {
			i++ // other locales' forms
		}
		dst = appendTimePart(dst, format[i], t)
	}
	return dst
}

func appendTimePart(dst []byte, c byte, t time.Time) []byte {
	year, week := t.ISOWeek()
	switch c {
	case '%':
		return append(dst, '%')
	case 's':
		return strconv.AppendInt(dst, t.Unix(), 10)
	case 'C':
		return appendPadded(dst, t.Year()/100, 2, '0')
	case 'G':
		return appendPadded(dst, year, 4, '0')
	case 'g':
		return appendPadded(dst, year%100, 2, '0')
	case 'k':
		return appendPadded(dst, t.Hour(), 2, ' ')
	case 'l':
		return appendPadded(dst, (t.Hour()+11)%12+1, 2, ' ')
	case 'u':
		return appendPadded(dst, (int(t.Weekday())+6)%7+1, 1, '0')
	case 'U':
		return appendPadded(dst, (t.YearDay()+6-int(t.Weekday()))/7, 2, '0')
	case 'V':
		return appendPadded(dst, week, 2, '0')
	case 'w':
		return appendPadded(dst, int(t.Weekday()), 1, '0')
	case 'W':
		return appendPadded(dst, (t.YearDay()+6-(int(t.Weekday())+6)%7)/7, 2, '0')
	}
	if layout, ok := layouts[c]; ok {
		return t.AppendFormat(dst, layout)
	}
	return append(dst, '%', c)
}

func appendPadded(dst []byte, n, width int, pad byte) []byte {
	digits := 1
	for v := n; v >= 10; v /= 10 {
		digits++
	}
	for ; digits < width; digits++ {
		dst = append(dst, pad)
	}
	return strconv.AppendInt(dst, int64(n), 10)
}
