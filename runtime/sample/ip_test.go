package sample

import (
	"net/netip"
	"testing"
)

// TestParseIPv6 compares with the library.
func TestParseIPv6(t *testing.T) {
	for _, text := range []string{
		"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8", "fe80::1", "FFFF::abcd",
		"::1.2.3.4", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1::1.2.3.4",
		"", ":", ":::", "1", "1:", ":1", "1:2", "1::2::3", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:", "::12345", "::g",
		"::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "1:2:3:4:5:6:7:8::", "::1%lo", "::1 ", " ::1", "1.2.3.4", "::1:", "1:::2",
		"0:0:0:0:0:0:0:0", "1:2:3:4::5:6:7:8",
	} {
		want, err := netip.ParseAddr(text)
		got, ok := ParseIPv6([]byte(text))
		if ok != (err == nil && want.Is6() && want.Zone() == "") {
			t.Errorf("%q: %v %v, the library says %v %v", text, got, ok, want, err)
		} else if ok && got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
