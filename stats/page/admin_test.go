package page

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"gohap/stats/internal/example"
)

func TestParseAdmin(t *testing.T) {
	for body, want := range map[string]Request{
		"s=s1&b=%234&action=drain":           {Action: Drain, BackendID: 4, Servers: []string{"s1"}},
		"s=s1&s=s2&action=shutdown&b=#4":     {Action: Shutdown, BackendID: 4, Servers: []string{"s1", "s2"}},
		"action=ready&b=be&s=a+b":            {Action: Ready, Backend: "be", Servers: []string{"a b"}},
		"b=x&action=maint&s=a&b=y":           {Action: Maint, Backend: "y", Servers: []string{"a"}},
		"foo&=x&&s=s1&b=be&action=disable&&": {Action: Disable, Backend: "be", Servers: []string{"s1"}},
	} {
		got, r := ParseAdmin([]byte(body))
		if r != "" || !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives %+v, %q; want %+v", body, got, r, want)
		}
	}
}

// TestResultsAreHAProxys posts bodies to haproxy and to the parser, with a
// stand-in for what an action does, and compares where the browser is sent.
func TestResultsAreHAProxys(t *testing.T) {
	_, snap, a := example.Start(t)
	for _, target := range []string{"", ";up;norefresh", ";norefresh;csv?scope=w"} {
		for _, body := range []string{
			"s=up&b=%232&action=drain",
			"s=up&b=web&action=ready",
			"s=up&s=none&b=web&action=ready",
			"s=none&b=web&action=ready",
			"s=up&b=none&action=ready",
			"s=up&b=page&action=ready",
			"s=up&b=%23x&action=ready",
			"s=up&b=%230&action=ready",
			"s=up&b=web&action=",
			"s=up&b=web&action=what",
			"s=up&b=web",
			"b=web&action=ready",
			"action=ready&b=web&s=up",
			"s=up&action=drain",
			"",
			"x=y",
			"s=up&b=web&action=ready&zz=%zz",
			"zz=%zz&s=up&b=web&action=ready",
			"s=&b=web&action=ready",
			"s&b=web&action=ready",
			"s=u%70&b=w%65b&action=r%65ady",
			"s=up&b=web&action=ready&b=raw",
			"pad=" + strings.Repeat("x", 4000) + "&s=up&b=web&action=ready",
		} {
			q, r := ParseAdmin([]byte(body))
			if r == "" {
				r = Invalid
				for _, p := range snap.List {
					if p.Backend == nil || p.Name != q.Backend && p.ID != q.BackendID {
						continue
					}
					found := 0
					for _, name := range q.Servers {
						for _, s := range p.Servers {
							if s.Name == name {
								found++
							}
						}
					}
					r = Outcome(len(q.Servers), found, found)
				}
			}
			v := View{Settings: Settings{URI: "/stats", Refresh: time.Second}, Options: ParseOptions(target)}
			got := v.Location(r)
			if want := post(t, "http://"+a.Page+"/stats"+target, body); got != want {
				t.Errorf("%.60q to %q leads to %s, in haproxy to %s", body, target, got, want)
			}
		}
	}
}

func TestOutcome(t *testing.T) {
	for _, c := range []struct {
		named, found, changed int
		want                  Result
	}{{0, 0, 0, None}, {1, 1, 1, Done}, {2, 2, 0, None}, {2, 1, 1, Partial}, {2, 0, 0, Invalid}} {
		if got := Outcome(c.named, c.found, c.changed); got != c.want {
			t.Errorf("Outcome(%d, %d, %d) is %s, want %s", c.named, c.found, c.changed, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("s=s1&b=%234&action=drain", ";up;st=DONE?scope=x")
	f.Fuzz(func(t *testing.T, body, rest string) {
		if q, r := ParseAdmin([]byte(body)); r == "" && (len(q.Servers) == 0 || !q.Action.known()) {
			t.Errorf("%q passes as %+v", body, q)
		}
		if o := ParseOptions(rest); len(o.Scope) > maxScope || strings.ContainsAny(o.Scope, "<>\"'& ") {
			t.Errorf("%q has scope %q", rest, o.Scope)
		}
	})
}

func post(t *testing.T, url, body string) (location string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Post(url, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("%q: status %d", body, r.StatusCode)
	}
	return r.Header.Get("Location")
}
