package logs

import (
	"testing"
	"time"
)

// inZone runs f with that local time zone.
func inZone(t *testing.T, name string, offset int) {
	t.Helper()
	before := time.Local
	forget := func() {
		for i := range recent {
			recent[i].Store(nil)
		}
	}
	time.Local = time.FixedZone(name, offset)
	forget()
	t.Cleanup(func() { time.Local = before; forget() })
}

func TestDates(t *testing.T) {
	inZone(t, "EST", -(5*3600 + 30*60))
	at := time.Date(2026, 11, 2, 3, 4, 5, 6_007_999, time.UTC)
	for _, c := range []struct {
		name, want string
		append     func([]byte, time.Time) []byte
	}{
		{"%t", "01/Nov/2026:21:34:05.006", AppendDate},
		{"%T", "02/Nov/2026:03:04:05 +0000", AppendGMT},
		{"%Tl", "01/Nov/2026:21:34:05 -0530", AppendLocal},
		{"%ms", "006", AppendMillis},
		{"RFC 3164", "Nov  1 21:34:05", AppendSyslog},
		{"RFC 5424", "2026-11-01T21:34:05.006007-05:30", AppendISO},
	} {
		if got := string(c.append(nil, at)); got != c.want {
			t.Errorf("%s is %q, not %q", c.name, got, c.want)
		}
	}
}

// TestDatesOfOtherSeconds goes forth and back over the slots of the cache.
func TestDatesOfOtherSeconds(t *testing.T) {
	inZone(t, "UTC", 0)
	base := time.Date(2027, 1, 31, 23, 59, 50, 0, time.UTC)
	for _, offset := range []int{0, 1, 64, 0, 65, 128, 1, -64, 0, 40 * 86400} {
		at := base.Add(time.Duration(offset) * time.Second)
		if got, want := string(AppendSyslog(nil, at)), at.Format(time.Stamp); got != want {
			t.Errorf("%q, not %q", got, want)
		}
		if got, want := string(AppendGMT(nil, at)), at.Format("02/Jan/2006:15:04:05 -0700"); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestDatesDoNotAllocate(t *testing.T) {
	now := time.Now()
	old := now.Add(-64 * 1000 * time.Second)
	buf := AppendDate(make([]byte, 0, 64), now)
	for _, at := range []time.Time{now, old} {
		if n := testing.AllocsPerRun(100, func() { buf = AppendISO(AppendDate(buf[:0], at), at) }); n != 0 {
			t.Errorf("%v allocations for a date", n)
		}
	}
}

func BenchmarkAppendDate(b *testing.B) {
	now, buf := time.Now(), make([]byte, 0, 64)
	for b.Loop() {
		buf = AppendDate(buf[:0], now)
	}
}
