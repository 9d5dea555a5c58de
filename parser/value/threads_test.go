package value

import "testing"

func TestThreadSet(t *testing.T) {
	const long = "' is not a valid number/range. It supports numbers from 1 to "
	for _, c := range []struct {
		text string
		most int
		want uint64
		err  string
	}{
		{"1", 64, 1, ""},
		{"64", 64, 1 << 63, ""},
		{"2-4", 64, 0b1110, ""},
		{"4-2", 64, 0b1110, ""},
		{"63-", 64, 3 << 62, ""},
		{"1-", 64, 1<<64 - 1, ""},
		{"all", 64, 1<<64 - 1, ""},
		{"all", 1, 1, ""},
		{"odd", 4, 0b0101, ""},
		{"even", 4, 0b1010, ""},
		{"1", 1, 1, ""},
		{"x", 64, 0, "'x' is not a valid number/range."},
		{"1x", 64, 0, "'1x' is not a valid number/range."},
		{"1-2-3", 64, 0, "'1-2-3' is not a valid number/range."},
		{"1,2", 64, 0, "'1,2' is not a valid number/range."},
		{"", 64, 0, "'" + long + "64."},
		{"0", 64, 0, "'0" + long + "64."},
		{"-2", 64, 0, "'-2" + long + "64."},
		{"65", 64, 0, "'65" + long + "64."},
		{"1-65", 64, 0, "'1-65" + long + "64."},
		{"99999999999999999999", 64, 0, "'99999999999999999999" + long + "64."},
		{"2", 1, 0, "'2" + long + "1."},
	} {
		got, err := ThreadSet(c.text, c.most)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%q of %d: %b, %v; want %b, %s", c.text, c.most, got, err, c.want, c.err)
		}
	}
}

func TestCPURange(t *testing.T) {
	for _, c := range []struct {
		text      string
		low, high int
		rest, err string
	}{
		{"0", 0, 0, "", ""},
		{"1-3", 1, 3, "", ""},
		{"3-1", 1, 3, "", ""},
		{"5-", 5, 1023, "", ""},
		{"0,1", 0, 0, ",1", ""},
		{"0-1-2", 0, 1, "-2", ""},
		{"0-x", 0, 0, "x", ""},
		{"x", 0, 0, "", "'x' is not a CPU range."},
		{"-1", 0, 0, "", "'-1' is not a CPU range."},
		{"", 0, 0, "", "'' is not a CPU range."},
		{"1024", 0, 0, "", "supports CPU numbers from 0 to 1023."},
		{"0-99999999999999999999", 0, 0, "", "supports CPU numbers from 0 to 1023."},
	} {
		low, high, rest, err := CPURange(c.text)
		if low != c.low || high != c.high || rest != c.rest || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%q: %d, %d, %q, %v", c.text, low, high, rest, err)
		}
	}
}
