package health

import (
	"bytes"
	"net"
	"strconv"
	"strings"
)

// Request sends an HTTP request (`option httpchk`, `http-check send`).
type Request struct {
	Method  string // "" for OPTIONS
	URI     string // "" for /
	Version string // "" for HTTP/1.0
	Headers []Header
	Body    string
	// BuildURI, BuildBody and the values' Build make the parts anew each time
	// (`uri-lf`, `body-lf`, log-format in `hdr`); nil for the fixed ones.
	BuildURI, BuildBody func(a *Attempt) string
	// SendState adds the header of `http-check send-state`; Load completes it.
	SendState bool
	Load      func() Load
	Remark    string
}

// Header is a header of a check's request.
type Header struct {
	Name, Value string
	Build       func(a *Attempt) string // nil for the fixed value
}

// Load is what `http-check send-state` tells about the traffic.
type Load struct {
	Sessions, BackendSessions, Queued int
}

func (q *Request) run(a *Attempt, at position) (Result, bool) {
	a.input = a.input[:0]
	if err := a.write(q.bytes(a)); err != nil && isTimeout(err) {
		return Result{Status: L7TOut}, true
	}
	return Result{Status: L7OK}, false
}

// bytes writes the request: header names in lower case; Content-Length and
// Connection are the check's own.
func (q *Request) bytes(a *Attempt) []byte {
	method, uri, body := orString(q.Method, "OPTIONS"), orString(q.URI, "/"), q.Body
	if q.BuildURI != nil {
		uri = q.BuildURI(a)
	}
	if q.BuildBody != nil {
		body = q.BuildBody(a)
	}
	headers := q.headers(a, body)
	if a.http2 != nil {
		return a.http2.request(method, uri, headers, body)
	}
	var b bytes.Buffer
	version := orString(q.Version, "HTTP/1.0")
	b.WriteString(method + " " + uri + " " + version + "\r\n")
	for _, h := range headers {
		b.WriteString(h.Name + ": " + h.Value + "\r\n")
	}
	if version == "HTTP/1.1" {
		b.WriteString("connection: close\r\n")
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// headers are those of the request but Connection.
func (q *Request) headers(a *Attempt, body string) []Header {
	var all []Header
	for _, h := range q.Headers {
		name, value := strings.ToLower(h.Name), h.Value
		if name == "content-length" || name == "connection" || name == "transfer-encoding" {
			continue
		}
		if h.Build != nil {
			value = h.Build(a)
		}
		all = append(all, Header{Name: name, Value: value})
	}
	if q.SendState {
		all = append(all, Header{Name: "x-haproxy-server-state", Value: q.state(a)})
	}
	if body != "" {
		all = append(all, Header{Name: "content-length", Value: strconv.Itoa(len(body))})
	}
	return all
}

// state tells a server how it is seen from here.
func (q *Request) state(a *Attempt) string {
	s := a.server
	s.lock()
	status, weight := s.status(), s.Weight()
	total := s.backend.activeWeight
	if s.backend.active == 0 {
		total = s.backend.backupWeight
	}
	node := s.backend.sched.options.Node
	s.unlock()
	var l Load
	if q.Load != nil {
		l = q.Load()
	}
	host, port, err := net.SplitHostPort(a.check.Target.Address)
	if err != nil {
		host, port = a.check.Target.Address, "0"
	}
	full := func(w int) string { return strconv.Itoa((w + weightScale - 1) / weightScale) }
	return status + "; address=" + host + "; port=" + port + "; name=" + s.path() +
		"; node=" + node + "; weight=" + full(weight) + "/" + full(total) +
		"; scur=" + strconv.Itoa(l.Sessions) + "/" + strconv.Itoa(l.BackendSessions) +
		"; qcur=" + strconv.Itoa(l.Queued)
}

func (q *Request) describe() string { return "send" }
func (q *Request) remark() string   { return q.Remark }

func orString(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
