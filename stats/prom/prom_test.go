package prom_test

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gohap/stats"
	"gohap/stats/internal/example"
	"gohap/stats/prom"
)

// volatile is what depends on when one looks, and on the requests that look.
var volatile = regexp.MustCompile(`(?m)^((?:haproxy_process_[^ ]*|[^ ]*proxy="page"[^ ]*|haproxy_\w+_(?:last_change|downtime|duration)[^ ]*)) [\d.]+$`)

func TestMetricsAreHAProxys(t *testing.T) {
	_, snap, addrs := example.Start(t)
	for _, query := range []string{"", "scope=server", "scope=global&scope=frontend", "scope=server&no-maint", "scope=", "scope=backend&scope=*&other"} {
		o, err := prom.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := prom.Write(&got, snap, o); err != nil {
			t.Fatal(err)
		}
		want, status, media := get(t, "http://"+addrs.Page+"/metrics?"+query)
		if status != 200 || media != prom.ContentType {
			t.Errorf("%q: status %d, type %q", query, status, media)
		}
		// The installed haproxy may be another build of the same release.
		build := regexp.MustCompile(`version="[^"]*"`)
		plain := func(s string) []string {
			return strings.Split(build.ReplaceAllString(volatile.ReplaceAllString(s, "$1 0"), `version=""`), "\n")
		}
		g, w := plain(got.String()), plain(want)
		for i := range max(len(g), len(w)) {
			a, b := "(none)", "(none)"
			if i < len(g) {
				a = g[i]
			}
			if i < len(w) {
				b = w[i]
			}
			if a != b {
				t.Fatalf("%q: line %d:\n gohap   %s\n haproxy %s", query, i+1, a, b)
			}
		}
	}
}

func TestUnknownScopeIsRefused(t *testing.T) {
	if _, err := prom.ParseQuery("scope=serverz"); err == nil {
		t.Error("an unknown scope is accepted")
	}
}

func TestLabelsAreEscaped(t *testing.T) {
	snap := &stats.Snapshot{List: []stats.Proxy{{Name: "a\"b\\c\nd", Mode: "http", Frontend: &stats.Row{Status: "OPEN"}}}}
	var out bytes.Buffer
	if err := prom.Write(&out, snap, prom.Options{Scopes: prom.Frontends}); err != nil {
		t.Fatal(err)
	}
	if want := `haproxy_frontend_current_sessions{proxy="a\"b\\c\nd"} 0`; !strings.Contains(out.String(), want) {
		t.Errorf("no line %s in\n%.300s", want, out.String())
	}
}

func get(t *testing.T, url string) (body string, status int, media string) {
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
	return string(b), r.StatusCode, r.Header.Get("Content-Type")
}
