package page

import (
	_ "embed"
	"fmt"
	"strconv"

	"gohap/stats"
)

//go:embed style.css
var style string

// node returns the name to show, if any.
func (v *View) node(info *stats.Info) string {
	switch {
	case !v.Settings.ShowNode:
		return ""
	case v.Settings.Node != "":
		return v.Settings.Node
	}
	return info.Node
}

// desc returns the description to show, if any.
func (v *View) desc(info *stats.Info) string {
	switch {
	case !v.Settings.ShowDesc:
		return ""
	case v.Settings.Desc != "":
		return v.Settings.Desc
	}
	return info.Description
}

// head writes everything up to the general information.
func (v *View) head(h *html, info *stats.Info) {
	node := v.node(info)
	h.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Statistics Report for HAProxy")
	if node != "" {
		h.raw(" on ")
		h.text(node)
	}
	h.raw("</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	if s := v.Refresh(); s > 0 {
		h.raw(`<meta http-equiv="refresh" content="`, strconv.Itoa(s), "\">\n")
	}
	h.raw("<link rel=\"icon\" href=\"data:,\">\n<style>\n", style, "</style>\n</head>\n<body>\n<header>\n<p class=\"version\">HAProxy")
	if !v.Settings.HideVersion {
		h.raw(" version ")
		h.text(info.Version + ", released " + info.ReleaseDate)
	}
	h.raw("</p>\n<h1>Statistics Report for pid ", strconv.FormatUint(info.PID, 10))
	if node != "" {
		h.raw(" on ")
		h.text(node)
	}
	if desc := v.desc(info); desc != "" {
		h.raw(": ")
		h.text(desc)
	}
	h.raw("</h1>\n</header>\n")
}

// overview writes the process's figures, the colours' meaning and the links.
func (v *View) overview(h *html, info *stats.Info) {
	h.raw("<section class=\"overview\" aria-labelledby=\"/general\">\n<h2 id=\"/general\">General process information</h2>\n<div class=\"cards\">\n<dl class=\"facts\">\n")
	for _, f := range facts(info) {
		h.raw("<dt>", f[0], "</dt><dd>")
		h.text(f[1])
		h.raw("</dd>\n")
	}
	h.raw("</dl>\n")
	colours(h)
	v.displayOptions(h)
	h.raw("</div>\n</section>\n")
}

// facts returns names and values of what is to know about the process.
func facts(i *stats.Info) [][2]string {
	memmax := "unlimited"
	if i.MemMaxMB > 0 {
		memmax = strconv.FormatUint(i.MemMaxMB, 10) + " MB"
	}
	return [][2]string{
		{"pid", fmt.Sprintf("%d (process #1, nbproc = 1, nbthread = %d)", i.PID, i.Threads)},
		{"uptime", i.UptimeText()},
		{"system limits", fmt.Sprintf("memmax = %s; ulimit-n = %d", memmax, i.UlimitN)},
		{"maxsock", fmt.Sprintf("%d; maxconn = %d; maxpipes = %d", i.MaxSock, i.MaxConn, i.MaxPipes)},
		{"current conns", fmt.Sprintf("%d; current pipes = %d/%d", i.CurrConns, i.PipesUsed, i.PipesUsed+i.PipesFree)},
		{"conn rate", fmt.Sprintf("%d/sec; bit rate = %s", uint64(i.ConnRate), bits(i.BytesOutRate*8))},
		{"Running tasks", fmt.Sprintf("%d/%d; idle = %d %%", i.RunQueue, i.Tasks, i.IdlePct)},
	}
}

// bits renders a bit rate in its highest unit.
func bits(n uint64) string {
	switch v := float64(n); {
	case v >= 1e9:
		return fmt.Sprintf("%.3f Gbps", v/1e9)
	case v >= 1e6:
		return fmt.Sprintf("%.3f Mbps", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%.3f kbps", v/1e3)
	}
	return fmt.Sprintf("%d bps", n)
}

// colours writes the legend of the rows.
func colours(h *html) {
	h.raw("<div class=\"legend\">\n<h3>Servers</h3>\n<ul>\n")
	for _, c := range [...][2]string{
		{"up", "active UP"},
		{"up backup", "backup UP"},
		{"going-down", "active UP, going down"},
		{"going-down backup", "backup UP, going down"},
		{"going-up", "active DOWN, going up"},
		{"going-up backup", "backup DOWN, going up"},
		{"down", "active or backup DOWN"},
		{"no-check", "not checked"},
		{"maint", "DOWN for maintenance (MAINT)"},
		{"drain", "SOFT STOPPED for maintenance"},
	} {
		h.raw(`<li class="`, c[0], `">`, c[1], "</li>\n")
	}
	h.raw("</ul>\n<p>Note: \"NOLB\"/\"DRAIN\" = UP with load-balancing disabled.</p>\n</div>\n")
}

// displayOptions writes the links that change what the page shows.
func (v *View) displayOptions(h *html) {
	o := v.options()
	uri := v.Settings.URI
	item := func(to Options, label string) {
		h.raw(`<li><a href="`)
		h.text(to.link(uri))
		h.raw(`">`, label, "</a></li>\n")
	}
	h.raw("<nav class=\"options\" aria-label=\"Display options\">\n<div>\n<h3>Display option:</h3>\n<form method=\"get\"><label>Scope: <input name=\"scope\" size=\"8\" maxlength=\"20\" value=\"")
	h.text(o.Scope)
	h.raw("\"></label></form>\n<ul>\n")

	up, refresh, export, json := o, o, o, o
	up.Up = !o.Up
	refresh.NoRefresh = !o.NoRefresh
	export.Up, export.NoMaint, export.NoRefresh, export.Format = false, false, v.Settings.Refresh > 0, CSV
	json = export
	json.Format = JSON
	if o.Up {
		item(up, "Show all servers")
	} else {
		item(up, "Hide 'DOWN' servers")
	}
	if v.Settings.Refresh > 0 {
		if o.NoRefresh {
			item(refresh, "Enable refresh")
		} else {
			item(refresh, "Disable refresh")
		}
	}
	item(o, "Refresh now")
	item(export, "CSV export")
	item(json, "JSON export")
	item(Options{Format: Schema}, "JSON schema")
	h.raw("</ul>\n</div>\n<div>\n<h3>External resources:</h3>\n<ul>\n<li><a href=\"http://www.haproxy.org/\">Primary site</a></li>\n<li><a href=\"http://www.haproxy.org/#docs\">Online manual</a></li>\n</ul>\n</div>\n</nav>\n")
}
