package logforward

import (
	"bytes"
	"testing"
)

func TestNext(t *testing.T) {
	for _, c := range []struct {
		in, m, rest string
		found, ok   bool
	}{
		{"", "", "", false, true}, {"<1>a\nb", "<1>a", "b", true, true}, {"<1>a\r\n", "<1>a", "", true, true}, {"<1>a", "", "<1>a", false, true},
		{"3 abcd", "abc", "d", true, true}, {"3 ab", "", "3 ab", false, true}, {"3", "", "3", false, true}, {"03 abc", "", "", false, false},
		{"x", "", "", false, false}, {"3x", "", "", false, false}, {"99 ", "", "", false, false}, {"99999999999999999999 x", "", "", false, false},
		{"<23456789012345678901", "", "", false, false},
	} {
		m, rest, ok := next([]byte(c.in), 20)
		if ok != c.ok || (m != nil) != c.found || string(m) != c.m || ok && string(rest) != c.rest {
			t.Errorf("%q: %q, %q, %v", c.in, m, rest, ok)
		}
	}
}

// FuzzNext finds messages in whatever comes.
func FuzzNext(f *testing.F) {
	f.Add([]byte("<1>a\n5 hello<2>b\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for {
			m, rest, ok := next(b, 100)
			if !ok || m == nil {
				return
			}
			if len(rest) >= len(b) || !bytes.HasSuffix(b, rest) {
				t.Fatalf("%q leaves %q", b, rest)
			}
			b = rest
		}
	})
}
