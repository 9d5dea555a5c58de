// Package errorpage holds the responses that a proxy makes itself: the built-in
// ones for each status, and those read from files (errorfile, http-errors,
// http-error). All are parsed when the configuration is read, so that sending
// one cannot fail.
package errorpage

import (
	"strconv"

	"gohap/runtime/http"
)

// Page is a response ready to be sent. It is never changed once made; any number
// of streams may use it at a time.
type Page struct {
	// Status, Reason and Version make its status line.
	Status  int
	Reason  []byte
	Version http.Version
	// Body is what follows the head.
	Body []byte

	fields []http.Field
	length bool // the fields tell the length of the body
	closes bool // the connection is to be closed after it
	raw    []byte
}

// Empty reports whether the page has nothing at all to send: an errorfile such
// as /dev/null. The connection is closed then without a word.
func (p *Page) Empty() bool { return p.Status == 0 }

// Closes reports whether the connection must be closed after the page, because
// only that ends its body or because no request can follow the error.
func (p *Page) Closes() bool { return p.closes || !p.length }

// Raw returns the page as it goes out while there is no stream yet, when a
// request cannot be parsed: a fixed text that no rule sees and no errorfile
// replaces. It is nil for pages read from files. An [Page.Empty] page configured
// for the status silences it.
func (p *Page) Raw() []byte { return p.raw }

// Fill puts status line and fields into r, which must be reset, and sets its
// framing. The body is p.Body, to be left out when the request was HEAD.
func (p *Page) Fill(r *http.Response) {
	r.Version = p.Version
	r.Status = p.Status
	r.Reason = p.Reason
	for i := range p.fields {
		r.AddRef(p.fields[i].Name, p.fields[i].Value)
	}
	r.Framing, r.ContentLength = http.UntilClose, -1
	if p.length {
		r.Framing, r.ContentLength = http.Length, int64(len(p.Body))
	}
	if p.Closes() {
		r.Flags |= http.FlagClose
	}
}

// field makes a field from constant text.
func field(name, value string) http.Field {
	return http.Field{Name: []byte(name), Value: []byte(value)}
}

// builtin makes one of HAProxy's own pages. Their titles repeat the status and
// reason.
func builtin(status int, reason, text string, closes bool) *Page {
	title := strconv.Itoa(status) + " " + reason
	body := "<html><body><h1>" + title + "</h1>\n" + text + "\n</body></html>\n"
	length := strconv.Itoa(len(body))
	raw := "HTTP/1.1 " + title + "\r\nContent-length: " + length + "\r\nCache-Control: no-cache\r\n"
	if closes {
		raw += "Connection: close\r\n"
	}
	return &Page{
		Status:  status,
		Reason:  []byte(reason),
		Version: http.Version11,
		Body:    []byte(body),
		fields: []http.Field{
			field("content-length", length),
			field("cache-control", "no-cache"),
			field("content-type", "text/html"),
		},
		length: true,
		closes: closes,
		raw:    []byte(raw + "Content-Type: text/html\r\n\r\n" + body),
	}
}
