package httpclient

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/http"
	"gohap/runtime/http/errorpage"
	"gohap/runtime/http1"
	"gohap/runtime/logs"
)

// exchange is one request and what came of it.
type exchange struct {
	client  *Client
	request *Request
	out     io.Writer
	res     http.Response
	buf     []byte
	n       int // bytes of buf that were read

	begun, connected, answered time.Time
	ready                      time.Time // the address is known
	status                     int
	size                       int64
	retries                    int
	cause, state               byte
}

// headSize is what a head counts in log lines beside its reason and fields.
const headSize = 20 + int64(len("HTTP/1.1")+len("200")) + 1

// Why an attempt failed.
var (
	errConnect = errors.New("no connection")
	errEmpty   = errors.New("no response")
	errJunk    = errors.New("no HTTP")
	errSlow    = errors.New("no response in time")
)

func (e *exchange) run() {
	k := e.client
	at, ok := k.address(e.request)
	if !ok {
		e.cause, e.state = 'L', 'R'
		e.status, e.size = 503, headSize+int64(len("Service Unavailable")+len("content-length")+1)
		e.say("HTTP/1.1 503 Service Unavailable\ncontent-length: 0\r\n\r\n")
		return
	}
	e.ready = time.Now()
	for {
		err := e.attempt(at)
		if err == nil {
			return
		}
		if again := err == errConnect || err == errEmpty; !again || e.retries >= k.Retries {
			e.failed(err)
			return
		}
		e.retries++
		if err == errConnect {
			var gone conn.Event
			conn.Sleep(min(pause, k.Connect), &gone)
		}
	}
}

// attempt makes one attempt. An error is that nothing was written yet.
func (e *exchange) attempt(at netip.AddrPort) error {
	c, err := conn.Dial(&conn.DialOptions{Addr: at, Timeout: e.client.Connect})
	if err != nil {
		return errConnect
	}
	defer c.Close()
	c.SetReadTimeout(idle)
	c.SetWriteTimeout(idle)
	if e.request.https {
		s := e.client.server()
		if s == nil {
			return errConnect
		}
		if _, err := s.Connect(c, e.request.name, "http/1.1"); err != nil {
			return errConnect
		}
	}
	e.connected = time.Now()
	head := e.request.head()
	var req http.Request
	if n, err := http1.ParseRequest(head, &req, nil); n == 0 || err != nil {
		return errJunk
	}
	if _, err := c.Write(head); err != nil {
		return errEmpty
	}
	if e.buf == nil {
		e.buf = make([]byte, bufSize)
	}
	body, err := e.readHead(c, &req)
	if err != nil {
		return err
	}
	e.answered = time.Now()
	e.writeHead()
	if err := e.copyBody(c, body); err != nil {
		e.cause, e.state = 'S', 'D'
	}
	return nil
}

// readHead reads up to the final response's head, and returns what has come of its
// body.
func (e *exchange) readHead(c *conn.Conn, req *http.Request) ([]byte, error) {
	e.n = 0
	for {
		e.res.Reset()
		n, err := http1.ParseResponse(e.buf[:e.n], &e.res, req, nil)
		switch {
		case err != nil:
			return nil, errJunk
		case n > 0 && e.res.Interim():
			e.n = copy(e.buf, e.buf[n:e.n])
			continue
		case n > 0:
			return e.buf[n:e.n], nil
		case e.n == len(e.buf):
			return nil, errJunk
		}
		m, err := c.Read(e.buf[e.n:])
		e.n += m
		switch {
		case err == nil:
		case conn.Cause(err) == conn.ErrTimeout:
			return nil, errSlow
		case e.n == 0:
			return nil, errEmpty
		default:
			return nil, errJunk
		}
	}
}

func (e *exchange) say(text string) { io.WriteString(e.out, text) }

// writeHead writes the response's head. What concerns the connection is no part of it.
func (e *exchange) writeHead() {
	r := &e.res
	e.status = r.Status
	e.say(fmt.Sprintf("%s %d %s\n", http1.AppendVersion(nil, &r.Message), r.Status, r.Reason))
	e.size = headSize + int64(len(r.Reason))
	for i := range r.Len() {
		f := r.At(i)
		if string(f.Name) == "connection" {
			if f.Value = http1.ConnectionRest(&r.Fields, f.Value); len(f.Value) == 0 {
				continue
			}
		}
		e.size += int64(len(f.Name) + len(f.Value))
		e.say(string(f.Name) + ": " + string(f.Value) + "\r\n")
	}
	e.say("\r\n")
}

// copyBody writes the body, of which some has come.
func (e *exchange) copyBody(c *conn.Conn, have []byte) error {
	r := &e.res
	left := int64(-1)
	switch r.Framing {
	case http.Length:
		left = r.ContentLength
	case http.Chunked:
		return e.copyChunks(c, have)
	case http.UntilClose:
	default:
		return nil
	}
	for left != 0 {
		if left >= 0 {
			have = have[:min(int64(len(have)), left)]
			left -= int64(len(have))
		}
		if err := e.write(have); err != nil || left == 0 {
			return err
		}
		n, err := c.Read(e.buf)
		if have = e.buf[:n]; err != nil {
			if left < 0 && err == io.EOF {
				return nil
			}
			return err
		}
	}
	return nil
}

func (e *exchange) copyChunks(c *conn.Conn, have []byte) error {
	var chunks http1.ChunkReader
	chunks.Reset()
	for {
		for {
			n, data, err := chunks.Next(have)
			if err != nil {
				return err
			}
			if err := e.write(data); err != nil {
				return err
			}
			if chunks.Done() {
				e.size++ // the end is a part of its own
				return nil
			}
			if have = have[n:]; n == 0 {
				break
			}
		}
		kept := copy(e.buf, have)
		if kept == len(e.buf) {
			return errJunk
		}
		n, err := c.Read(e.buf[kept:])
		if have = e.buf[:kept+n]; err != nil {
			return err
		}
	}
}

func (e *exchange) write(p []byte) error {
	e.size += int64(len(p))
	_, err := e.out.Write(p)
	return err
}

// failed writes the page for a response that did not come.
func (e *exchange) failed(err error) {
	switch err {
	case errConnect:
		e.status, e.cause, e.state = 503, 'S', 'C'
	case errSlow:
		e.status, e.cause, e.state = 504, 's', 'H'
	case errJunk:
		e.status, e.cause, e.state = 502, 'P', 'H'
	default:
		e.status, e.cause, e.state = 502, 'S', 'H'
	}
	page := errorpage.Builtin(e.status)
	e.res.Reset()
	page.Fill(&e.res)
	e.writeHead()
	if e.request.Method != "HEAD" {
		e.write(page.Body)
	}
}

// line is the log line of the exchange, in the form of "option httplog".
func (e *exchange) line() []byte {
	ms := func(from, to time.Time) int64 {
		if from.IsZero() || to.IsZero() {
			return -1
		}
		return to.Sub(from).Milliseconds()
	}
	b := append([]byte("-:- ["), logs.AppendDate(nil, e.begun)...)
	name := "HTTPCLIENT"
	if e.request.https {
		name = "HTTPSCLIENT"
	}
	queue := int64(-1)
	if !e.ready.IsZero() {
		queue = 0
	}
	if e.cause == 0 {
		e.cause, e.state = '-', '-'
	}
	return fmt.Appendf(b, "] <HTTPCLIENT> <HTTPCLIENT>/<%s> %d/%d/%d/%d/%d %d %d - - %c%c-- 0/0/0/0/%d 0/0 {} \"%s %s HTTP/1.1\"",
		name, max(ms(e.begun, e.ready), 0), queue, ms(e.ready, e.connected), ms(e.connected, e.answered),
		time.Since(e.begun).Milliseconds(), e.status, e.size, e.cause, e.state, e.retries, e.request.Method, e.request.URI)
}
