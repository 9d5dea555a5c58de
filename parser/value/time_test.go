package value

import (
	"strings"
	"testing"
	"time"

	"gohap/parser/internal/peer"
)

func TestTime(t *testing.T) {
	tests := []struct {
		text string
		unit time.Duration
		want time.Duration
		err  string // as of 'timeout client'
		warn string // the character complained about
	}{
		{"5", time.Millisecond, 5 * time.Millisecond, "", ""},
		{"5", time.Second, 5 * time.Second, "", ""},
		{"5s", time.Millisecond, 5 * time.Second, "", ""},
		{"1500ms", time.Second, 2 * time.Second, "", ""},
		{"3m", time.Second, 3 * time.Minute, "", ""},
		{"24d", time.Millisecond, 24 * 24 * time.Hour, "", ""},
		{"1us", time.Millisecond, time.Millisecond, "", ""},
		{"1000us", time.Millisecond, time.Millisecond, "", ""},
		{"1001us", time.Millisecond, 2 * time.Millisecond, "", ""},
		{"0us", time.Millisecond, 0, "", ""},
		{"", time.Millisecond, 0, "", ""},
		{"2147483647", time.Millisecond, 2147483647 * time.Millisecond, "", ""},
		{"2147483648", time.Millisecond, 0, "timer overflow in argument '2147483648' to 'timeout client' (maximum value is 2147483647 ms or ~24.8 days)", ""},
		{"25d", time.Millisecond, 0, "timer overflow in argument '25d' to 'timeout client' (maximum value is 2147483647 ms or ~24.8 days)", ""},
		{"100000000000d", time.Millisecond, 0, "timer overflow in argument '100000000000d' to 'timeout client' (maximum value is 2147483647 ms or ~24.8 days)", ""},
		{"99999999999999999999999", time.Millisecond, 0, "timer overflow in argument '99999999999999999999999' to 'timeout client' (maximum value is 2147483647 ms or ~24.8 days)", ""},
		{"100000d", time.Second, 0, "timer overflow in argument '100000d' to 'timeout client' (maximum value is 2147483647 s or ~68 years)", ""},
		{"5x", time.Millisecond, 0, "unexpected character 'x' in 'timeout client'", ""},
		{"-1", time.Millisecond, 0, "unexpected character '-' in 'timeout client'", ""},
		{"1.5s", time.Millisecond, 0, "unexpected character '.' in 'timeout client'", ""},
		{"5u", time.Millisecond, 0, "unexpected character 'u' in 'timeout client'", ""},
		{"5sx", time.Millisecond, 5 * time.Second, "", "x"},
		{"3m2", time.Millisecond, 3 * time.Minute, "", "2"},
	}
	for _, tt := range tests {
		d, warn, err := Time(tt.text, tt.unit)
		if err != nil {
			if got := TimeMessage(err, "timeout client"); got != tt.err {
				t.Errorf("%q: error %q, want %q", tt.text, got, tt.err)
			}
			continue
		}
		if d != tt.want || tt.err != "" {
			t.Errorf("%q: %v, want %v %s", tt.text, d, tt.want, tt.err)
		}
		if (warn != "") != (tt.warn != "") || !strings.HasPrefix(warn, strings.Repeat("unexpected character '"+tt.warn+"' after", min(len(tt.warn), 1))) {
			t.Errorf("%q: warning %q", tt.text, warn)
		}
	}
}

func TestTimeAsHAProxy(t *testing.T) {
	for _, text := range []string{"5", "5us", "1h", "24d", "25d", "2147483647", "2147483648", "99999999999999999999", "-1",
		"+5", "5sx", "3m2", "1.5s", "5S", "x", "0x10", "5u", "5usx", "5msx", "2147483s", "2147484s", "99999999999x", "3000000000us",
		"2147483648us", "2147483647999us", "0d", "00005"} {
		v := peer.Check(t, "listen l\n bind :8080\n timeout client 1s\n timeout connect 1s\n timeout server "+text+"\n", nil)
		want := ""
		for _, m := range v.Messages {
			want = strings.TrimPrefix(m.Text, "config : parsing [t.cfg:5] : ")
			want = strings.TrimPrefix(want, "config : ")
			break
		}
		_, got, err := Time(text, time.Millisecond)
		if err != nil {
			got = TimeMessage(err, "timeout server")
		}
		if got != want {
			t.Errorf("%q\ngohap   %q\nhaproxy %q", text, got, want)
		}
	}
}
