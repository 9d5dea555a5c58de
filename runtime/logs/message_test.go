package logs

import (
	"testing"
	"time"
)

func TestParseMessage(t *testing.T) {
	type want struct {
		priority                       int
		time, host, tag, pid, id, data string
		text                           string
	}
	for text, w := range map[string]want{
		"<13>Nov 28 10:11:12 myhost prog[42]: hello\n":                     {13, "Nov 28 10:11:12", "myhost", "prog", "42", "", "", "hello"},
		"<13>Nov  8 10:11:12 myhost prog: hello":                           {13, "Nov  8 10:11:12", "myhost", "prog", "", "", "", "hello"},
		"<13>1 2026-11-28T10:11:12.1+01:00 h a p m [x y=\"\\]\"][z] hello": {13, "2026-11-28T10:11:12.1+01:00", "h", "a", "p", "m", "[x y=\"\\]\"][z]", "hello"},
		"<13>1 - - - - - - hello":                                          {13, "", "", "", "", "", "", "hello"},
		"<13>1 2026-11-28 h a p m - hello":                                 {13, "", "", "", "", "", "", "1 2026-11-28 h a p m - hel"},
		"<13>hello":                                                        {13, "", "", "", "", "", "", "hello"},
		"<13>1 ":                                                           {13, "", "", "", "", "", "", ""},
		"hello":                                                            {-1, "", "", "", "", "", "", "hello"},
		"<>hello":                                                          {-1, "", "", "", "", "", "", "<>hello"},
		"<99999999999999999999>hello":                                      {-1, "", "", "", "", "", "", "<99999999999999999999>hello"},
		"":                                                                 {-1, "", "", "", "", "", "", ""},
	} {
		m := ParseMessage([]byte(text))
		got := want{m.Priority, string(m.Time), string(m.Host), string(m.Tag), string(m.PID), string(m.ID), string(m.Data), string(m.Text)}
		if got != w {
			t.Errorf("%q\ngot  %+v\nwant %+v", text, got, w)
		}
	}
}

// FuzzForward takes whatever comes, and renders it in all formats.
func FuzzForward(f *testing.F) {
	for _, text := range []string{
		"<13>Nov 28 10:11:12 myhost prog[42]: hello\n", "<13>1 2026-11-28T10:11:12.1+01:00 h a p m [x y=\"z\"] hello", "<13>1 - - - - - - x", "<1>x", "x",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m := ParseMessage(b)
		for format := range Raw + 1 {
			for _, formatted := range []bool{false, true} {
				o := output{config: Config{Len: MinLen, Format: format, Formatted: formatted, Max: Debug}}
				if line := o.forward(nil, &m, time.Unix(1795000000, 0)); len(line) > MinLen+1 || line[len(line)-1] != '\n' {
					t.Fatalf("%d bytes, more than allowed: %q", len(line), line)
				}
			}
		}
	})
}
