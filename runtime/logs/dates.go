package logs

import (
	"sync/atomic"
	"time"
)

// Dates in log lines have second resolution in all but their last digits, and
// nearly all dates of a moment lie within the last few seconds. So the text of
// a second is made once, kept in a slot chosen by the second, and copied.

// second is the text of one second in every form.
type second struct {
	unix   int64
	local  [26]byte // 20/Nov/2026:17:41:36 +0000, in local time
	gmt    [26]byte // the same in UTC
	syslog [15]byte // Nov 20 17:41:36
	iso    [19]byte // 2026-11-20T17:41:36
	zone   [6]byte  // +00:00
}

// recent holds the seconds last used. Entries never change once stored.
var recent [64]atomic.Pointer[second]

// at returns the texts of t's second, from the cache where they are, else in
// scratch. Only newer seconds enter the cache, so that a burst of old dates
// neither allocates nor pushes out the present.
func at(t time.Time, scratch *second) *second {
	unix := t.Unix()
	slot := &recent[uint64(unix)%uint64(len(recent))]
	cached := slot.Load()
	if cached != nil && cached.unix == unix {
		return cached
	}
	if cached == nil || cached.unix < unix {
		fresh := new(second)
		fresh.set(unix)
		slot.Store(fresh)
		return fresh
	}
	scratch.set(unix)
	return scratch
}

func (s *second) set(unix int64) {
	s.unix = unix
	local := time.Unix(unix, 0)
	_, offset := local.Zone()
	setDate(&s.local, local, offset)
	setDate(&s.gmt, local.UTC(), 0)

	year, month, day := local.Date()
	put4(s.iso[0:], year)
	s.iso[4] = '-'
	put2(s.iso[5:], int(month))
	s.iso[7] = '-'
	put2(s.iso[8:], day)
	s.iso[10] = 'T'
	copy(s.iso[11:], s.local[12:20])
	copy(s.zone[:], s.local[21:24])
	s.zone[3] = ':'
	copy(s.zone[4:], s.local[24:26])

	// RFC 3164 section 4.1.2 pads the day with a space.
	copy(s.syslog[:], s.local[3:6])
	s.syslog[3] = ' '
	copy(s.syslog[4:], s.local[0:2])
	if day < 10 {
		s.syslog[4] = ' '
	}
	s.syslog[6] = ' '
	copy(s.syslog[7:], s.local[12:20])
}

const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"

// setDate writes 20/Nov/2026:17:41:36 +0000.
func setDate(d *[26]byte, t time.Time, offset int) {
	year, month, day := t.Date()
	hour, minute, sec := t.Clock()
	put2(d[0:], day)
	d[2] = '/'
	copy(d[3:], monthNames[3*int(month)-3:3*int(month)])
	d[6] = '/'
	put4(d[7:], year)
	d[11] = ':'
	put2(d[12:], hour)
	d[14] = ':'
	put2(d[15:], minute)
	d[17] = ':'
	put2(d[18:], sec)
	d[20] = ' '
	d[21] = '+'
	if offset < 0 {
		d[21] = '-'
		offset = -offset
	}
	put2(d[22:], offset/3600)
	put2(d[24:], offset/60%60)
}

// put2 writes the last two decimal digits of n.
func put2(b []byte, n int) {
	b[0] = '0' + byte(n/10%10)
	b[1] = '0' + byte(n%10)
}

// put4 writes the last four decimal digits of n.
func put4(b []byte, n int) {
	put2(b, n/100)
	put2(b[2:], n)
}

// AppendDate appends a date in local time with milliseconds, as log-format
// tags %t and %tr write it: 20/Nov/2026:17:41:36.236.
func AppendDate(dst []byte, t time.Time) []byte {
	var scratch second
	dst = append(dst, at(t, &scratch).local[:20]...)
	return AppendMillis(append(dst, '.'), t)
}

// AppendGMT appends a date in UTC, as %T and %trg do: 20/Nov/2026:17:41:36
// +0000.
func AppendGMT(dst []byte, t time.Time) []byte {
	var scratch second
	return append(dst, at(t, &scratch).gmt[:]...)
}

// AppendLocal appends a date in local time with its offset from UTC, as %Tl
// and %trl do: 20/Nov/2026:12:41:36 -0500.
func AppendLocal(dst []byte, t time.Time) []byte {
	var scratch second
	return append(dst, at(t, &scratch).local[:]...)
}

// AppendMillis appends the milliseconds within the second in three digits, as
// %ms does.
func AppendMillis(dst []byte, t time.Time) []byte {
	ms := t.Nanosecond() / 1e6
	return append(dst, '0'+byte(ms/100), '0'+byte(ms/10%10), '0'+byte(ms%10))
}

// AppendSyslog appends the date of RFC 3164, in local time: Nov 20 17:41:36.
func AppendSyslog(dst []byte, t time.Time) []byte {
	var scratch second
	return append(dst, at(t, &scratch).syslog[:]...)
}

// AppendISO appends the date of RFC 5424 with microseconds, in local time:
// 2026-11-20T17:41:36.236000+00:00.
func AppendISO(dst []byte, t time.Time) []byte {
	var scratch second
	s := at(t, &scratch)
	dst = append(dst, s.iso[:]...)
	dst = AppendMillis(append(dst, '.'), t)
	us := t.Nanosecond() / 1e3 % 1e3
	dst = append(dst, '0'+byte(us/100), '0'+byte(us/10%10), '0'+byte(us%10))
	return append(dst, s.zone[:]...)
}
