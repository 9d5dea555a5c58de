package page

import (
	"strings"

	"gohap/stats"
)

// Format is what a request asks for.
type Format uint8

const (
	HTML Format = iota
	CSV
	Typed
	JSON
	Schema // of the JSON
)

// Options are what a request's URI asks of the page.
type Options struct {
	Format    Format
	Up        bool   // ";up": hide servers that are down
	NoMaint   bool   // ";no-maint": hide servers in maintenance
	NoRefresh bool   // ";norefresh": do not load again by itself
	Scope     string // "scope=": only proxies whose name contains this
	Result    Result // ";st=": what became of an action
}

// maxScope is the length at which a scope is cut.
const maxScope = 20

// ParseOptions reads what follows "stats uri" in a request's target. As in
// HAProxy, the words may stand anywhere in it. (HAProxy overlooks a scope of one
// character at the very end; here it counts.)
func ParseOptions(rest string) Options {
	has := func(word string) bool { return strings.Contains(rest, word) }
	o := Options{Up: has(";up"), NoMaint: has(";no-maint"), NoRefresh: has(";norefresh")}
	switch {
	case has(";json-schema"):
		o.Format = Schema
	case has(";json"):
		o.Format = JSON
	case has(";typed"):
		o.Format = Typed
	case has(";csv"):
		o.Format = CSV
	}
	if _, word, ok := strings.Cut(rest, ";st="); ok && len(word) >= 4 {
		o.Result = resultOf(word[:4])
	}
	if _, scope, ok := strings.Cut(rest, "scope="); ok {
		o.Scope = cleanScope(scope)
	}
	return o
}

// cleanScope returns the scope at the start of s. One with a character that no
// proxy name has is no scope at all.
func cleanScope(s string) string {
	if i := strings.IndexAny(s, ";&"); i >= 0 {
		s = s[:i]
	}
	if len(s) > maxScope {
		s = s[:maxScope]
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-.:", c) >= 0) {
			return ""
		}
	}
	return s
}

// Filter returns the rows that the options ask for; scope is the names given by
// "stats scope".
func (o Options) Filter(scope []string) *stats.Filter {
	return &stats.Filter{Scope: scope, Match: o.Scope, Up: o.Up, NoMaint: o.NoMaint}
}

// link returns the address of the page with these options.
func (o Options) link(uri string) string {
	switch o.Format {
	case CSV:
		uri += ";csv"
	case JSON:
		uri += ";json"
	case Schema:
		return uri + ";json-schema"
	}
	uri += o.words()
	if o.NoMaint {
		uri += ";no-maint"
	}
	if o.Scope != "" {
		uri += "?scope=" + o.Scope
	}
	return uri
}

// words returns the options that outlive an action.
func (o Options) words() (s string) {
	if o.Up {
		s += ";up"
	}
	if o.NoRefresh {
		s += ";norefresh"
	}
	return s
}
