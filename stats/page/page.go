// Package page renders the statistics page: its HTML, and the exports that its
// links lead to. It also reads what browsers and scripts send to it.
//
// The page has the content of HAProxy's and the meaning of its colours, in
// markup of its own: one HTML document without external resources that needs no
// script, follows the reader's light or dark setting and fits a phone. What
// scripts may look for is the same: the title, "Statistics Report for pid N",
// and the form's fields and values.
package page

import (
	"io"
	"time"

	"gohap/stats"
	"gohap/stats/csv"
	"gohap/stats/json"
	"gohap/stats/typed"
)

// Settings are what the configuration's "stats" keywords say. Section 4.2.
type Settings struct {
	URI         string        // "stats uri", as links and forms use it
	Refresh     time.Duration // "stats refresh"; 0 for none
	HideVersion bool
	ShowLegends bool
	ShowModules bool
	ShowNode    bool
	Node        string // shown under ShowNode; empty for the process's
	ShowDesc    bool
	Desc        string   // shown under ShowDesc; empty for the process's
	Scope       []string // "stats scope": proxy names; "." already replaced
}

// A View is one request for the page.
type View struct {
	Settings Settings
	Options  Options
	Source   stats.Source
	Admin    bool // a "stats admin" rule lets this client change servers
}

// ContentType returns the media type of the answer.
func (v *View) ContentType() string {
	switch v.Options.Format {
	case CSV, Typed:
		return "text/plain"
	case JSON, Schema:
		return "application/json"
	}
	return "text/html; charset=utf-8"
}

// Refresh returns the seconds for a "refresh" header field, or 0 for none.
func (v *View) Refresh() int {
	if v.Options.NoRefresh {
		return 0
	}
	return int(v.Settings.Refresh / time.Second)
}

// Write writes the answer's body. It writes a proxy at a time, so that memory
// stays bounded however many there are.
func (v *View) Write(w io.Writer) error {
	f := v.Options.Filter(v.Settings.Scope)
	legends := v.Settings.ShowLegends
	switch v.Options.Format {
	case CSV:
		return csv.Write(w, v.Source, f, csv.Options{Legends: legends})
	case Typed:
		return typed.Stat(w, v.Source, f, typed.Options{Legends: legends})
	case JSON:
		return json.Stat(w, v.Source, f, json.Options{Legends: legends})
	case Schema:
		_, err := w.Write(json.AppendSchema(nil))
		return err
	}
	return v.html(w, f)
}

// options returns the options for links: without the result of an action, and
// without words that mean nothing here.
func (v *View) options() Options {
	o := v.Options
	o.Result = ""
	o.NoRefresh = o.NoRefresh && v.Settings.Refresh > 0
	return o
}

// flushAt is the size at which rendered text is written.
const flushAt = 16 << 10

func (v *View) html(w io.Writer, f *stats.Filter) error {
	var h html
	info := v.Source.Info()
	v.head(&h, info)
	h.raw("<main>\n")
	v.overview(&h, info)
	if r := v.Options.Result; r != "" {
		v.result(&h, r)
	}
	seen := make(map[string]bool)
	for p := range v.Source.Proxies(f) {
		id := p.Name
		if seen[id] { // a frontend and a backend may share a name
			id += "/" + capability(p)
		}
		seen[id] = true
		v.proxy(&h, p, id, f)
		if len(h) > flushAt {
			if _, err := w.Write(h); err != nil {
				return err
			}
			h = h[:0]
		}
	}
	h.raw("</main>\n</body>\n</html>\n")
	_, err := w.Write(h)
	return err
}

// result shows what became of an action.
func (v *View) result(h *html, r Result) {
	state, text := r.message()
	h.raw(`<p class="result `, state, `" role="status">`)
	h.text(text)
	h.raw(` <a href="`)
	h.text(v.options().link(v.Settings.URI))
	h.raw("\">Dismiss</a></p>\n")
}
