package page

import "strconv"

// actionForm ends the form around a backend's table.
func actionForm(h *html, id uint64) {
	n := strconv.FormatUint(id, 10)
	h.raw(`<p class="actions"><label>Choose the action to perform on the checked servers: <select name="action">`, "\n<option value=\"\"></option>\n")
	for _, a := range actions {
		h.raw(`<option value="`, string(a.action), `">`, a.label, "</option>\n")
	}
	h.raw(`</select></label> <input type="hidden" name="b" value="#`, n, "\"> <button type=\"submit\">Apply</button></p>\n</form>\n")
}
