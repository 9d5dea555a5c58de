package page

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gohap/stats/internal/example"
)

func TestParseOptions(t *testing.T) {
	for in, want := range map[string]Options{
		"":                                  {},
		";up;norefresh?scope=be":            {Up: true, NoRefresh: true, Scope: "be"},
		"?scope=be;up":                      {Up: true, Scope: "be"},
		"?a=1&scope=B.e-1_:&x":              {Scope: "B.e-1_:"},
		"XYZ;no-maint;up":                   {NoMaint: true, Up: true},
		";UP":                               {},
		"/;norefreshx":                      {NoRefresh: true},
		"?scope=b%65":                       {},
		"?scope=be\"><b>":                   {},
		"?scope=abcdefghijklmnopqrstuvwxyz": {Scope: "abcdefghijklmnopqrst"},
		";csv":                              {Format: CSV},
		";csv;json":                         {Format: JSON},
		";json-schema;csv":                  {Format: Schema},
		";typed":                            {Format: Typed},
		";st=DONE":                          {Result: Done},
		";st=DONExyz;up":                    {Result: Done, Up: true},
		";st=XXXX":                          {Result: Unknown},
		";st=DON":                           {},
		"?st=DONE":                          {},
	} {
		if got := ParseOptions(in); got != want {
			t.Errorf("%q gives %+v, want %+v", in, got, want)
		}
	}
}

// shownProxies are the fragments of the proxies' headings, in either markup.
var shownProxies = regexp.MustCompile(`<a name="(\w+)">|<h2 id="(\w+)">`)

func TestOptionsAreHAProxys(t *testing.T) {
	_, snap, a := example.Start(t)
	for _, rest := range []string{"", ";up", ";csv", ";csv;up", ";json;csv", ";typed", ";json-schema", ";csv;no-maint", "?scope=RA", ";scope=web;up", "?scope=w%65b", ";csv?scope=nope", ";norefresh;csv;scope=raw"} {
		body, media := fetch(t, "http://"+a.Page+"/stats"+rest)
		v := View{Settings: Settings{URI: "/stats", Refresh: time.Minute, ShowLegends: true}, Options: ParseOptions(rest), Source: snap, Admin: true}
		var out strings.Builder
		if err := v.Write(&out); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := strings.Cut(v.ContentType(), ";"); got != media {
			t.Errorf("%q: type %s, haproxy says %s", rest, got, media)
		}
		if media == "text/plain" {
			g, w := names(out.String()), names(body)
			if !slices.Equal(g, w) {
				t.Errorf("%q shows %v, haproxy %v", rest, g, w)
			}
		}
		if media == "text/html" {
			g, w := shown(out.String()), shown(body)
			if !slices.Equal(g, w) {
				t.Errorf("%q shows %v, haproxy %v", rest, g, w)
			}
			g, w = links(out.String()), links(body)
			for _, l := range w {
				if !slices.Contains(g, l) {
					t.Errorf("%q: no link to %s, as haproxy has; only %v", rest, l, g)
				}
			}
		}
	}
}

func shown(body string) (ids []string) {
	for _, m := range shownProxies.FindAllStringSubmatch(body, -1) {
		ids = append(ids, m[1]+m[2])
	}
	return ids
}

// names returns the first two columns of CSV, or the names in typed output.
func names(body string) (list []string) {
	for line := range strings.Lines(body) {
		if strings.Contains(line, ".svname.") || !strings.Contains(line, ".1:") {
			f := strings.SplitN(line, ",", 3)
			list = append(list, strings.Join(f[:min(2, len(f))], ","))
		}
	}
	return list
}

var href = regexp.MustCompile(`href="(/[^"]*)"`)

func links(body string) (list []string) {
	for _, m := range href.FindAllStringSubmatch(body, -1) {
		list = append(list, m[1])
	}
	return list
}

func fetch(t *testing.T, url string) (body, media string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), r.Header.Get("Content-Type")
}
