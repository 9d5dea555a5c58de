package page

import (
	"strconv"

	"gohap/stats"
)

// shown returns the number of columns that the settings call for.
func (v *View) shown() int {
	if v.Settings.ShowModules {
		return columns
	}
	return modules
}

// proxy writes one proxy: its name and its table, in a form where the client
// may change servers. The id is its fragment in the page's address.
func (v *View) proxy(h *html, p *stats.Proxy, id string, f *stats.Filter) {
	admin := v.Admin && p.Backend != nil && len(p.Servers) > 0
	h.raw(`<section class="proxy" aria-labelledby="`)
	h.text(id)
	h.raw("\">\n")
	if admin {
		h.raw("<form method=\"post\">\n")
	}
	h.raw(`<h2 id="`)
	h.text(id)
	h.raw(`"><a href="#`)
	h.text(id)
	h.raw(`">`)
	h.text(p.Name)
	h.raw("</a>")
	if v.Settings.ShowLegends {
		h.raw(` <small>cap: `, capability(p), `, mode: `)
		h.text(p.Mode)
		h.raw(`, id: `, strconv.FormatUint(p.ID, 10), `</small>`)
	}
	if v.Settings.ShowDesc && p.Desc != "" {
		h.raw(` <small class="desc">`)
		h.text(p.Desc)
		h.raw("</small>")
	}
	h.raw("</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"")
	h.text(id)
	h.raw("\">\n<table class=\"stats\">\n")
	v.tableHead(h, admin)
	h.raw("<tbody>\n")
	for r := range p.Rows(f) {
		v.row(h, r, p, admin)
	}
	h.raw("</tbody>\n</table>\n</div>\n")
	if admin {
		actionForm(h, p.ID)
	}
	h.raw("</section>\n")
}

func capability(p *stats.Proxy) string {
	switch {
	case p.Backend == nil:
		return "frontend"
	case p.Frontend == nil:
		return "backend"
	}
	return "proxy"
}

func (v *View) tableHead(h *html, admin bool) {
	h.raw("<thead>\n<tr>")
	if admin {
		// The one convenience that takes a script; where there is none it hides.
		h.raw(`<td class="pick" rowspan="2"><input type="checkbox" class="all" aria-label="all servers" onclick="for(const s of this.form.querySelectorAll('[name=s]'))s.checked=this.checked"></td>`)
	}
	h.raw(`<td class="name" rowspan="2"></td>`)
	for _, g := range groups {
		if g.first >= v.shown() {
			continue
		}
		if len(g.names) == 1 {
			h.raw(`<th class="g" scope="col" rowspan="2">`, g.name, "</th>")
			continue
		}
		h.raw(`<th class="g" scope="colgroup" colspan="`, strconv.Itoa(len(g.names)), `">`, g.name, "</th>")
	}
	h.raw("</tr>\n<tr>")
	for _, g := range groups {
		if len(g.names) == 1 {
			continue
		}
		for i, name := range g.names {
			switch {
			case g.first+i == srvStatus:
				h.raw(`<th class="g status" scope="col">`, name, "</th>")
			case i == 0:
				h.raw(`<th class="g" scope="col">`, name, "</th>")
			default:
				h.raw(`<th scope="col">`, name, "</th>")
			}
		}
	}
	h.raw("</tr>\n</thead>\n")
}

// row writes one line of the table.
func (v *View) row(h *html, r *stats.Row, p *stats.Proxy, admin bool) {
	h.raw(`<tr class="`, class(r), `">`)
	if admin {
		h.raw(`<td class="pick">`)
		if r.Kind == stats.KindServer {
			h.raw(`<input type="checkbox" name="s" value="`)
			h.text(r.Name)
			h.raw(`" aria-label="`)
			h.text(r.Name)
			h.raw(`">`)
		}
		h.raw("</td>")
	}
	h.raw(`<th class="name" scope="row" id="`)
	h.text(anchor(r))
	h.raw(`">`, v.name(r))
	if r.Kind == stats.KindServer || r.Kind == stats.KindBackend { // for screens on which the status is out of sight
		h.raw(`<span class="brief" aria-hidden="true">`)
		h.text(r.Status)
		h.raw("</span>")
	}
	h.raw("</th>")
	c := v.cells(r, p)
	for i, s := range c[:v.shown()] {
		switch {
		case i == srvChkFail && r.Tracked != "": // the checks are another server's
			h.raw(`<td class="via" colspan="3">`)
		case (i == srvDowns || i == srvDowntime) && r.Tracked != "":
			continue
		case i == srvStatus:
			h.raw(`<td class="g status">`)
		case opensGroup[i]:
			h.raw(`<td class="g">`)
		default:
			h.raw("<td>")
		}
		h.raw(s, "</td>")
	}
	h.raw("</tr>\n")
}

// anchor returns the row's fragment in the page's address.
func anchor(r *stats.Row) string {
	switch r.Kind {
	case stats.KindFrontend:
		return r.Proxy + "/Frontend"
	case stats.KindBackend:
		return r.Proxy + "/Backend"
	case stats.KindListener:
		return r.Proxy + "/+" + r.Name
	}
	return r.Proxy + "/" + r.Name
}

// class returns the classes that give the row its colour.
func class(r *stats.Row) string {
	switch r.Kind {
	case stats.KindFrontend:
		return "frontend"
	case stats.KindBackend:
		return "backend"
	case stats.KindListener:
		return "listener"
	}
	s := stateClass(r.State())
	if r.Backup > 0 {
		s += " backup"
	}
	return s
}

func stateClass(s stats.State) string {
	switch s {
	case stats.StateDown:
		return "down"
	case stats.StateGoingUp:
		return "going-up"
	case stats.StateGoingDown:
		return "going-down"
	case stats.StateUp:
		return "up"
	case stats.StateNoLB:
		return "drain nolb"
	case stats.StateDrain:
		return "drain"
	case stats.StateMaint:
		return "maint"
	}
	return "no-check"
}
