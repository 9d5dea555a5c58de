package api

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestInUnits(t *testing.T) {
	// As HAProxy writes these times.
	for d, want := range map[time.Duration]string{
		920: "920.0ns", 4206: "4.206us", 67310: "67.31us", 111300: "111.3us", 1464: "1.464us", 12 * time.Millisecond: "12.00ms",
		90 * time.Second: "1.500m", 0: "0.000ns", 26 * time.Hour: "26.00h",
	} {
		if got := inUnits(d); got != want {
			t.Errorf("%d is %s, want %s", d, got, want)
		}
	}
}

func TestMapped(t *testing.T) {
	var all []*object
	for line := range strings.SplitSeq(`00400000-00401000 r--p 00000000 fe:00 1 /bin/a
00401000-00500000 r-xp 00000000 fe:00 1 /bin/a
7f00-7fff r--p 00000000 fe:00 2 /etc/data
c000000000-c000400000 rw-p 00000000 00:00 0
7ffe0000-7fff0000 rw-p 00000000 00:00 0  [stack]
x-y r-xp 0 0 0 /bin/b
`, "\n") {
		all = mapped(all, line)
	}
	got := ""
	for _, o := range all {
		got += fmt.Sprintf("%s %x %x %v ", o.name, o.from, o.to, o.code)
	}
	if want := "/bin/a 400000 500000 true /etc/data 7f00 7fff false "; got != want {
		t.Errorf("%s", got)
	}
}
