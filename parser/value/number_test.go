package value

import (
	"math"
	"testing"
)

func TestAtol(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "5": 5, " \t-5x": -5, "+7": 7, "x": 0, "0x10": 0, "5k": 5, "-": 0,
		"9223372036854775807": math.MaxInt64, "9223372036854775808": math.MaxInt64, "-99999999999999999999": math.MinInt64,
	} {
		if got := Atol(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestInt(t *testing.T) {
	tests := []struct {
		text string
		want int64
		err  string
		off  int
	}{
		{"0", 0, "", 0}, {"-12", -12, "", 0}, {"+3", 3, "", 0},
		{"5x", 0, "unexpected character 'x' in integer value '5x'", 1},
		{" 5", 0, "unexpected character ' ' in integer value ' 5'", 0},
		{"", 0, "missing integer value in ''", 0},
		{"-", 0, "missing integer value in '-'", 0},
		{"99999999999999999999", 0, "integer value '99999999999999999999' is out of range", 0},
	}
	for _, tt := range tests {
		got, err := Int(tt.text)
		if err == nil {
			if got != tt.want || tt.err != "" {
				t.Errorf("%q: %d, want %d %s", tt.text, got, tt.want, tt.err)
			}
			continue
		}
		if e := err.(*Error); e.Msg != tt.err || e.Off != tt.off {
			t.Errorf("%q: %q at %d, want %q at %d", tt.text, e.Msg, e.Off, tt.err, tt.off)
		}
	}
}

func TestPercent(t *testing.T) {
	if n, rel, err := Percent("50%"); n != 50 || !rel || err != nil {
		t.Error(n, rel, err)
	}
	if n, rel, err := Percent("50"); n != 50 || rel || err != nil {
		t.Error(n, rel, err)
	}
	if _, _, err := Percent("50%%"); err == nil {
		t.Error("50%% accepted")
	}
}

func TestSize(t *testing.T) {
	tests := []struct {
		text string
		want int64
		err  string
	}{
		{"0", 0, ""}, {"10", 10, ""}, {"5k", 5 << 10, ""}, {"5K", 5 << 10, ""}, {"1m", 1 << 20, ""}, {"3g", 3 << 30, ""},
		{"4294967295", math.MaxUint32, ""},
		// The characters that haproxy names for 'stick-table … size'.
		{"4294967296", 0, "unexpected character '6'"},
		{"4g", 0, "unexpected character 'g'"},
		{"5G", 0, "unexpected character 'G'"},
		{"100000000000g", 0, "unexpected character '0'"},
		{"1x", 0, "unexpected character 'x'"},
		{"-5", 0, "unexpected character '-'"},
		{"k", 0, "unexpected character 'k'"},
		{"1kk", 0, "unexpected character 'k'"},
		{"", 0, "missing size"},
	}
	for _, tt := range tests {
		got, err := Size(tt.text)
		msg := ""
		if err != nil {
			msg = err.Error()
		}
		if got != tt.want || msg != tt.err {
			t.Errorf("%q: %d %q, want %d %q", tt.text, got, msg, tt.want, tt.err)
		}
	}
}
