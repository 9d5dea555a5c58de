package page

import (
	"strconv"
	"strings"
)

// html is a document under construction.
type html []byte

// raw appends markup.
func (h *html) raw(parts ...string) {
	for _, s := range parts {
		*h = append(*h, s...)
	}
}

// text appends text from anywhere, escaped.
func (h *html) text(s string) { *h = append(*h, escape(s)...) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// escape makes a text fit for an element or a quoted attribute. Control
// characters and bytes that are no UTF-8, which a server may have sent, become
// replacement characters.
func escape(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 {
			return '\ufffd'
		}
		return r
	}, s)
	return escaper.Replace(clean)
}

// num renders a number with a gap before every three digits that does not end
// up in copied text.
func num(n uint64) string {
	s := strconv.FormatUint(n, 10)
	if len(s) < 4 {
		return s
	}
	var b strings.Builder
	first := (len(s)-1)%3 + 1
	b.WriteString(s[:first])
	for i := first; i < len(s); i += 3 {
		b.WriteString("<i>")
		b.WriteString(s[i : i+3])
		b.WriteString("</i>")
	}
	return b.String()
}

// limit renders a limit, of which 0 is none.
func limit(n uint64) string {
	if n == 0 {
		return "-"
	}
	return num(n)
}

// percent renders the share of part in whole.
func percent(part, whole uint64) string {
	if whole == 0 {
		return "(0%)"
	}
	return "(" + strconv.FormatUint(uint64(float64(part)*100/float64(whole)), 10) + "%)"
}

// span renders a number of seconds in its two highest units, as in "1d2h".
func span(s uint64) string {
	units := []struct {
		name string
		secs uint64
	}{{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}}
	for i, u := range units {
		if s < u.secs {
			continue
		}
		out := strconv.FormatUint(s/u.secs, 10) + u.name
		if i+1 < len(units) {
			if n := s % u.secs / units[i+1].secs; n > 0 {
				out += strconv.FormatUint(n, 10) + units[i+1].name
			}
		}
		return out
	}
	return "0s"
}
