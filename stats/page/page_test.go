package page

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gohap/stats"
	"gohap/stats/internal/example"
)

// full is a view with everything shown.
func full() *View {
	return &View{
		Settings: Settings{URI: "/haproxy?stats", Refresh: 5 * time.Second, ShowLegends: true, ShowModules: true, ShowNode: true, ShowDesc: true},
		Source:   example.Snapshot(example.Addrs{Web: "192.0.2.1:80", Open: "[2001:db8::1]:80", Shut: "unix"}),
		Admin:    true,
	}
}

func render(t *testing.T, v *View) string {
	t.Helper()
	var b strings.Builder
	if err := v.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// void are the elements without an end.
var void = regexp.MustCompile(`<(meta|link|input)\b([^>]*)>`)

// check parses a page strictly: elements nest and close, attributes are quoted
// and occur once, ids are unique, and what refers to an id finds it.
func check(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(void.ReplaceAllString(page, "<$1$2/>")))
	d.Entity = map[string]string{"darr": "↓", "uarr": "↑", "nbsp": " "}
	ids := map[string]bool{}
	var refs []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		seen := map[string]bool{}
		for _, a := range start.Attr {
			name := a.Name.Local
			if seen[name] {
				t.Errorf("<%s> has %s twice", start.Name.Local, name)
			}
			seen[name] = true
			switch {
			case name == "id" && ids[a.Value]:
				t.Errorf("id %q is not unique", a.Value)
			case name == "id":
				ids[a.Value] = true
			case name == "aria-labelledby":
				refs = append(refs, a.Value)
			case name == "href" && strings.HasPrefix(a.Value, "#"):
				refs = append(refs, a.Value[1:])
			case name == "src":
				t.Errorf("<%s> loads %s", start.Name.Local, a.Value)
			}
		}
	}
	for _, r := range refs {
		if !ids[r] {
			t.Errorf("nothing has the id %q", r)
		}
	}
}

func TestPageIsWellFormed(t *testing.T) {
	for name, change := range map[string]func(*View){
		"everything": func(*View) {},
		"plain":      func(v *View) { v.Settings, v.Admin = Settings{URI: "/"}, false },
		"result":     func(v *View) { v.Options.Result = Partial },
		"filtered":   func(v *View) { v.Options.Up = true; v.Options.Scope = "raw" },
		"same names": func(v *View) {
			s := v.Source.(*stats.Snapshot)
			s.List[1].Backend, s.List[1].Servers = nil, nil
			s.List[1].Name, s.List[1].Frontend.Proxy = "web", "web"
			s.List[0].Frontend, s.List[0].Listeners = nil, nil
		},
		"hostile": hostile,
	} {
		t.Run(name, func(t *testing.T) {
			v := full()
			change(v)
			check(t, render(t, v))
		})
	}
}

const evil = `"'><script>alert(1)</script>&amp; ` + "\x00\x07\xff\u0085"

// hostile puts the worst text wherever text goes.
func hostile(v *View) {
	s := v.Source.(*stats.Snapshot)
	s.Process.Version, s.Process.ReleaseDate, s.Process.Node, s.Process.Description = evil, evil, evil, evil
	v.Settings.URI = "/" + evil
	for i := range s.List {
		p := &s.List[i]
		p.Name, p.Desc, p.Mode = fmt.Sprint(evil, i), evil, "http"
		for r := range p.Rows(nil) {
			r.Proxy, r.Mode, r.Status = p.Name, "http", r.Status+evil
			r.Name = fmt.Sprint(r.Name, evil)
			r.Addr, r.Cookie, r.Algo = evil, evil, evil
			r.Check.Status, r.Check.Desc, r.Check.Last = evil, evil, evil
			r.Agent.Status, r.Agent.Desc, r.Agent.Last = evil, evil, evil
			if r.Tracked != "" {
				r.Tracked = p.Servers[0].Proxy + "/" + p.Servers[0].Name
			}
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	v := full()
	hostile(v)
	page := render(t, v)
	for _, bad := range []string{"<script>", "\x00", "\x07", "\xff"} {
		if i := strings.Index(page, bad); i >= 0 {
			t.Errorf("%q gets through: %q", bad, page[max(0, i-80):i+20])
		}
	}
}

func TestWhatScriptsLookFor(t *testing.T) {
	v := full()
	page := render(t, v)
	for _, want := range []string{
		"<title>Statistics Report for HAProxy on n1</title>",
		"HAProxy version 2.6.12-1+deb12u4, released 2026/10/17",
		"Statistics Report for pid 4242 on n1: one, &#34;two&#34;",
		"General process information",
		`<form method="post">`,
		`<input type="checkbox" name="s" value="up"`,
		`<input type="hidden" name="b" value="#2">`,
		`<select name="action">`,
		`<meta http-equiv="refresh" content="5">`,
		`href="/haproxy?stats;csv;norefresh"`,
		`href="/haproxy?stats;json;norefresh"`,
		`href="/haproxy?stats;up"`,
		`href="/haproxy?stats;norefresh"`,
		"IPv6: [2001:db8::1]:80, id: 1, cookie: &#39;c1,2&#39;",
		"balancing: leastconn, cookie: &#39;SRV&#39;",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	var values []string
	for _, m := range regexp.MustCompile(`<option value="(\w*)">`).FindAllStringSubmatch(page[:strings.Index(page, "</select>")], -1) {
		values = append(values, m[1])
	}
	if want := strings.Split(",ready,drain,maint,dhlth,ehlth,hrunn,hnolb,hdown,dagent,eagent,arunn,adown,shutdown", ","); !slices.Equal(values, want) {
		t.Errorf("actions are %v, want %v", values, want)
	}
}

func TestWhatIsNotShown(t *testing.T) {
	v := full()
	v.Settings = Settings{URI: "/", HideVersion: true}
	v.Admin = false
	page := render(t, v)
	if !strings.Contains(page, "<title>Statistics Report for HAProxy</title>") || !strings.Contains(page, "Statistics Report for pid 4242</h1>") {
		t.Error("node or description shows")
	}
	for _, bad := range []string{"2.6.12", "2001:db8", "c1,2", "leastconn", "Shop", `method="post"`, `name="s"`, "http-equiv", "Extra modules"} {
		if strings.Contains(page, bad) {
			t.Errorf("%q shows", bad)
		}
	}
}

func TestStatesHaveTheirColours(t *testing.T) {
	for _, c := range []struct {
		status string
		backup uint64
		weight uint64
		want   string
	}{
		{"UP", 0, 1, "up"},
		{"UP", 1, 1, "up backup"},
		{"UP", 0, 0, "drain"},
		{"UP 2/3", 0, 1, "going-down"},
		{"DOWN 1/2", 1, 1, "going-up backup"},
		{"DOWN", 0, 1, "down"},
		{"DOWN (agent)", 0, 1, "down"},
		{"MAINT (via a/b)", 0, 1, "maint"},
		{"MAINT (resolution)", 0, 1, "maint"},
		{"NOLB 1/2", 0, 1, "drain nolb"},
		{"DRAIN", 1, 1, "drain backup"},
		{"no check", 0, 0, "no-check"},
	} {
		r := stats.Row{Kind: stats.KindServer, Status: c.status, Backup: c.backup, UserWeight: c.weight}
		if got := class(&r); got != c.want {
			t.Errorf("%s is %q, want %q", c.status, got, c.want)
		}
	}
}

func TestNumbersAndTimes(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1<i>000</i>", 1234567: "1<i>234</i><i>567</i>"} {
		if got := num(n); got != want {
			t.Errorf("%d becomes %s, want %s", n, got, want)
		}
	}
	for s, want := range map[uint64]string{0: "0s", 59: "59s", 60: "1m", 639: "10m39s", 3600: "1h", 3661: "1h1m", 90000: "1d1h", 86401: "1d"} {
		if got := span(s); got != want {
			t.Errorf("%d s becomes %s, want %s", s, got, want)
		}
	}
}

// chunks counts what is written at a time.
type chunks struct{ n, longest int }

func (c *chunks) Write(b []byte) (int, error) {
	c.n++
	c.longest = max(c.longest, len(b))
	return len(b), nil
}

func TestBigPagesStream(t *testing.T) {
	v := full()
	s := v.Source.(*stats.Snapshot)
	for i := range 500 {
		p := s.List[1]
		p.Name = fmt.Sprint("raw", i)
		s.List = append(s.List, p)
	}
	var c chunks
	if err := v.Write(&c); err != nil {
		t.Fatal(err)
	}
	if c.n < 50 || c.longest > 5*flushAt {
		t.Errorf("written in %d pieces of up to %d bytes", c.n, c.longest)
	}
}

// BenchmarkPage writes the statistics page.
//
// To compare two versions, run this in both, and then benchstat
// (golang.org/x/perf/cmd/benchstat) on old.txt and new.txt:
//
//	go test -run '^$' -bench . -count 10 ./stats/page | tee new.txt
func BenchmarkPage(b *testing.B) {
	v := full()
	for b.Loop() {
		if err := v.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
