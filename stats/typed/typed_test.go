package typed_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"gohap/stats"
	"gohap/stats/internal/example"
	"gohap/stats/typed"
)

// volatile are the values that depend on when one looks.
var volatile = regexp.MustCompile(`(?m)^(\w\.\d+\.\d+\.\d+\.(?:lastchg|downtime|check_duration|agent_duration)\.1:...:u\d\d:)\d+`)

func TestStatIsHAProxys(t *testing.T) {
	h, snap, _ := example.Start(t)
	for _, words := range []string{"", " desc"} {
		want := h.Steady(t, "show stat typed"+words)
		var got bytes.Buffer
		if err := typed.Stat(&got, snap, nil, typed.Options{Legends: true, Desc: words != ""}); err != nil {
			t.Fatal(err)
		}
		compare(t, volatile.ReplaceAllString(got.String(), "${1}0"), volatile.ReplaceAllString(want, "${1}0"))
	}
}

func TestFiltersAreHAProxys(t *testing.T) {
	h, snap, _ := example.Start(t)
	for args, f := range map[string]stats.Filter{
		"typed up":          {Up: true},
		"typed no-maint":    {NoMaint: true},
		"web 4 -1 typed":    {Proxy: "web", Kinds: stats.Servers},
		"-1 3 -1 typed":     {Kinds: stats.Frontends | stats.Backends},
		"-1 -1 2 typed":     {OneID: true, SID: 2},
		"3 -1 -1 typed":     {IID: 3},
		"web 4 4 typed up":  {Proxy: "web", Kinds: stats.Servers, OneID: true, SID: 4, Up: true},
		"web 6 -1 typed up": {Proxy: "web", Kinds: stats.Servers | stats.Backends, Up: true},
	} {
		want := h.Steady(t, "show stat "+args)
		var got bytes.Buffer
		if err := typed.Stat(&got, snap, &f, typed.Options{Legends: true}); err != nil {
			t.Fatal(err)
		}
		t.Run(args, func(t *testing.T) {
			compare(t, volatile.ReplaceAllString(got.String(), "${1}0"), volatile.ReplaceAllString(want, "${1}0"))
		})
	}
}

// infoValue is the value of a line of "show info" in any of its forms.
var infoValue = regexp.MustCompile(`^(\d+\.[^:]+:...:\w+:|[^:]+: )("(?:[^"]|"")*"|[^:]*)`)

func TestInfoIsHAProxys(t *testing.T) {
	h, snap, _ := example.Start(t)
	for _, c := range []struct {
		words string
		got   []byte
	}{
		{"", typed.AppendPlainInfo(nil, snap.Info(), typed.Options{})},
		{" desc", typed.AppendPlainInfo(nil, snap.Info(), typed.Options{Desc: true})},
		{" typed", typed.AppendInfo(nil, snap.Info(), typed.Options{})},
		{" typed desc", typed.AppendInfo(nil, snap.Info(), typed.Options{Desc: true})},
		{" typed float", typed.AppendInfo(nil, snap.Info(), typed.Options{Float: true})},
	} {
		want := h.Command(t, "show info"+c.words)
		blank := func(s string) string {
			var b strings.Builder
			for line := range strings.Lines(s) {
				switch { // these are the same on both sides
				case strings.Contains(line, "node"), strings.Contains(line, "description"), strings.HasPrefix(line, "Maxconn"), strings.Contains(line, "Name"):
				default:
					line = infoValue.ReplaceAllString(line, "${1}")
				}
				b.WriteString(strings.TrimSuffix(line, "\n") + "\n")
			}
			return b.String()
		}
		t.Run("info"+c.words, func(t *testing.T) { compare(t, blank(string(c.got)), blank(want)) })
	}
}

func TestInfoValues(t *testing.T) {
	snap := example.Snapshot(example.Addrs{})
	plain := string(typed.AppendPlainInfo(nil, snap.Info(), typed.Options{}))
	for _, want := range []string{"Uptime: 1d 1h01m01s\n", "Uptime_sec: 90061\n", "ConnRate: 1\n", "description: \"one, \"\"two\"\"\"\n", "Start_time_sec: 1700000000\n", "Tainted: 0\n"} {
		if !strings.Contains(plain, want) {
			t.Errorf("show info lacks %q", want)
		}
	}
	float := string(typed.AppendPlainInfo(nil, snap.Info(), typed.Options{Float: true}))
	for _, want := range []string{"Uptime_sec: 90061.5\n", "ConnRate: 1.25\n", "SslRate: 0\n", "Start_time_sec: 1700000000.123456\n"} {
		if !strings.Contains(float, want) {
			t.Errorf("show info float lacks %q", want)
		}
	}
}

// compare reports the lines in which two texts differ.
func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(none)", "(none)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d:\n gohap   %s\n haproxy %s", i+1, a, b)
		}
	}
}
