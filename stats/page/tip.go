package page

// A line is one line of the details behind a value: a label, a value and a
// remark, of which only the label is text; the others are markup.
type line struct{ label, value, note string }

// tip renders a value whose details show when it is pointed at or focused.
func tip(value string, lines []line) string {
	var h html
	h.raw(`<div class="tip" tabindex="0">`, value, `<div class="box" role="tooltip"><table>`)
	for _, l := range lines {
		if l.value == "" && l.note == "" {
			h.raw(`<tr><th colspan="3" scope="colgroup">`)
			h.text(l.label)
			h.raw("</th></tr>")
			continue
		}
		h.raw(`<tr><th scope="row">`)
		h.text(l.label)
		h.raw("</th><td>", l.value, "</td>")
		if l.note != "" {
			h.raw("<td>", l.note, "</td>")
		}
		h.raw("</tr>")
	}
	h.raw("</table></div></div>")
	return string(h)
}

// note renders a value behind which a sentence shows.
func note(value, text string) string {
	var h html
	h.raw(`<div class="tip" tabindex="0">`, value, `<div class="box" role="tooltip">`)
	h.text(text)
	h.raw("</div></div>")
	return string(h)
}
