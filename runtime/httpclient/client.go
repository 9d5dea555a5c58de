package httpclient

import (
	"bytes"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/runtime/resolver"
	"gohap/runtime/ssl"
)

// HAProxy's defaults.
const (
	DefaultRetries = 3
	DefaultConnect = 5 * time.Second
)

// idle bounds how long a server may be silent, pause the time between two attempts.
const (
	idle  = 30 * time.Second
	pause = time.Second
)

// bufSize is the size of the buffer that responses come in; a head has to fit.
const bufSize = 16384

// Client sends requests. It is safe for concurrent use once its fields are set.
type Client struct {
	// Resolver looks names up, preferably as IPv4 addresses where IPv4 is set; nil
	// can use addresses only.
	Resolver *resolver.Section
	IPv4     bool
	// TLS makes what https needs, once; an error is that there is no https.
	TLS func() (*ssl.Server, error)
	// Retries is how often a request is sent again that got no answer at all, Connect
	// bounds the wait for a connection.
	Retries int
	Connect time.Duration
	// Log takes a line for each request, nil for nobody.
	Log func(line []byte)

	once   sync.Once
	secure *ssl.Server
	broken error
}

// Request is what to send.
type Request struct {
	Method, URI string
	// Body is sent in chunks unless it is empty.
	Body []byte

	https bool
	host  string // with the port, if that was given
	name  string // without
	port  uint16
	path  string
}

// parse takes the URI apart. It reports false for one that no request can be made of.
func (r *Request) parse() bool {
	if m := http.LookupMethod([]byte(r.Method)); m == http.MethodOther || m == http.MethodConnect {
		return false
	}
	rest, ok := strings.CutPrefix(r.URI, "http://")
	if r.port = 80; !ok {
		if rest, r.https = strings.CutPrefix(r.URI, "https://"); !r.https {
			return false
		}
		r.port = 443
	}
	r.host, r.path = rest, "/"
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		r.host = rest[:i]
		if r.path, _, _ = strings.Cut(rest[i:], "#"); r.path == "" || r.path[0] != '/' {
			r.path = "/" + r.path
		}
	}
	if strings.ContainsFunc(r.URI, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return false
	}
	r.name = r.host[strings.LastIndexByte(r.host, '@')+1:]
	r.host = r.name
	if i := strings.LastIndexByte(r.name, ':'); i > strings.LastIndexByte(r.name, ']') {
		port, err := strconv.ParseUint(r.name[i+1:], 10, 16)
		if err != nil || port == 0 {
			return false
		}
		r.name, r.port = r.name[:i], uint16(port)
	}
	r.name = strings.TrimSuffix(strings.TrimPrefix(r.name, "["), "]")
	return r.name != ""
}

// head is the request as it is sent.
func (r *Request) head() []byte {
	var b bytes.Buffer
	b.WriteString(r.Method + " " + r.path + " HTTP/1.1\r\nhost: " + r.host + "\r\naccept: */*\r\nuser-agent: HAProxy\r\n")
	if len(r.Body) > 0 {
		b.WriteString("transfer-encoding: chunked\r\n\r\n" + strconv.FormatInt(int64(len(r.Body)), 16) + "\r\n")
		b.Write(r.Body)
		b.WriteString("\r\n0\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// Do sends a request and writes the response to out: its head, then the body without
// the framing of chunks. Where there is none it writes the page that says so. It
// reports false for a request that cannot be sent. The caller is a task.
func (k *Client) Do(r *Request, out io.Writer) bool {
	if !r.parse() {
		return false
	}
	e := &exchange{client: k, request: r, out: out, begun: time.Now()}
	e.run()
	if k.Log != nil {
		k.Log(e.line())
	}
	return true
}

// address looks the request's host up.
func (k *Client) address(r *Request) (netip.AddrPort, bool) {
	if ip, err := netip.ParseAddr(r.name); err == nil {
		return netip.AddrPortFrom(ip, r.port), true
	}
	if k.Resolver == nil {
		return netip.AddrPort{}, false
	}
	var done conn.Event
	ask := resolver.Ask{Done: done.Signal}
	if ask.Start(k.Resolver, r.name, k.IPv4) {
		done.Wait(0) // the section's times bound it
	}
	ip, ok := ask.Result()
	return netip.AddrPortFrom(ip, r.port), ok
}

// server is what https needs, nil where there is no https.
func (k *Client) server() *ssl.Server {
	k.once.Do(func() {
		if k.TLS != nil {
			k.secure, k.broken = k.TLS()
		}
	})
	if k.broken != nil {
		return nil
	}
	return k.secure
}
