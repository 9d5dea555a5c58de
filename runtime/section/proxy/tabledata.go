package proxy

import (
	"strings"
	"time"

	"gohap/parser/value"
	"gohap/runtime/sticktable"
)

// maxElements is how many values an entry may store of one type.
const maxElements = 100

// storeType adds a data type to those that entries store.
func (l *tableLine) storeType(name, argument string, opened bool) bool {
	d, ok := sticktable.FindDataType(name)
	if !ok {
		return l.fail("unknown store option '%s'", name)
	}
	s := &l.conf.Data[d]
	if s.Elements > 0 {
		l.warnStored(name)
		return true
	}
	rate := d.Kind() == sticktable.Rate
	switch {
	case !rate && !d.Array():
		if opened {
			return l.fail("unexpected argument to store option '%s'", name)
		}
		s.Elements = 1
		return true
	case !opened:
		return l.fail("missing argument to store option '%s'", name)
	}
	s.Elements = 1
	if d.Array() {
		number, period, more := strings.Cut(argument, ",")
		n := value.Atol(number)
		if n < 1 || n > maxElements {
			s.Elements = 0
			return l.fail("array size is out of allowed range (1-%d) for store option '%s'", maxElements, name)
		}
		if s.Elements, argument = int(n), period; rate && !more {
			return l.fail("missing argument to store option '%s'", name)
		}
	}
	if !rate {
		return true
	}
	period, _, err := value.Time(argument, time.Millisecond)
	if err != nil || argument == "" {
		return l.fail("error when processing store option '%s'", name)
	}
	s.Period = uint32(period.Milliseconds())
	return true
}

// warnStored tells of a type that is named twice.
func (l *tableLine) warnStored(name string) {
	warnLine(l.c, &l.words[l.at], "%s: store option '%s' already enabled, ignored.", l.what, name)
}

// compatible refuses arrays beside what they take the place of.
func (l *tableLine) compatible() bool {
	has := func(d sticktable.DataType) bool { return l.conf.Data[d].Elements > 0 }
	clash := func(array, old string) bool {
		return l.fail("simultaneous usage of '%s' and '%s' in a same table is not permitted as '%s' overrides '%s'", array, old, array, old)
	}
	switch {
	case has(sticktable.GPT) && has(sticktable.GPT0):
		return clash("gpt", "gpt0")
	case has(sticktable.GPC) && (has(sticktable.GPC0) || has(sticktable.GPC1)):
		return clash("gpc", "gpc[0/1]")
	case has(sticktable.GPCRate) && (has(sticktable.GPC0Rate) || has(sticktable.GPC1Rate)):
		return clash("gpc_rate", "gpc[0/1]_rate")
	}
	return true
}
