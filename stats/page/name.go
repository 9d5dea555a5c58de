package page

import (
	"strconv"

	"gohap/stats"
)

// name renders the row's name and, where legends are shown, what there is to
// know about its configuration.
func (v *View) name(r *stats.Row) string {
	var link html
	link.raw(`<a href="#`)
	link.text(anchor(r))
	link.raw(`">`)
	switch r.Kind {
	case stats.KindFrontend:
		link.raw("Frontend")
	case stats.KindBackend:
		link.raw("Backend")
	default:
		link.text(r.Name)
	}
	link.raw("</a>")
	if !v.Settings.ShowLegends {
		return string(link)
	}
	switch r.Kind {
	case stats.KindFrontend:
		return string(link)
	case stats.KindBackend:
		text := "balancing: " + r.Algo
		if r.Cookie != "" {
			text += ", cookie: '" + r.Cookie + "'"
		}
		return note(string(link), text)
	}
	text := "id: " + strconv.FormatUint(r.SID, 10)
	if r.Addr != "" {
		text = family(r.Addr) + ": " + r.Addr + ", " + text
	}
	if r.Cookie != "" {
		text += ", cookie: '" + r.Cookie + "'"
	}
	return note(string(link), text)
}

// family names the kind of an address.
func family(addr string) string {
	switch {
	case addr[0] == '[':
		return "IPv6"
	case addr[0] >= '0' && addr[0] <= '9', addr[0] == '*':
		return "IPv4"
	}
	return "address"
}
