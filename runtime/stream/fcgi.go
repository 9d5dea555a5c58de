package stream

import (
	"io"
	nethttp "net/http"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/fcgi"
	"gohap/runtime/http"
	"gohap/runtime/logs"
)

// script is a link to a FastCGI application: a connection that carries one request. What
// comes back is read as HTTP/1, its body as far as the application marks its end.
type script struct {
	*conn.Conn
	st   *stream
	in   []byte // records as received, from r to w
	r, w int
	// head is what has come of the response's head, out what is to be read.
	head, out []byte
	more      int  // what the head has that the application did not send, in bytes
	headed    bool // the head is over
	ended     bool // the application has ended the request
}

// beginFCGI goes over to FastCGI on a connection that was just made.
func (st *stream) beginFCGI() {
	st.server.link = &script{Conn: st.server.c, st: st, in: make([]byte, 16<<10)}
}

func (s *script) appendRequest(dst []byte, r *http.Request) []byte {
	r.Out = http.Framed
	dst = fcgi.AppendBegin(dst, s.st.Backend.FCGI.KeepConn)
	dst = fcgi.AppendStream(dst, fcgi.Params, s.st.scriptParams(r))
	return fcgi.AppendEnd(dst, fcgi.Params)
}

func (s *script) appendResponse(dst []byte, _ *http.Response) []byte { return dst }

// Writev sends a head as it is, and content behind it.
func (s *script) Writev(head, data, _ []byte) (int, error) {
	for {
		n := min(len(data), fcgi.MaxContent)
		if n > 0 {
			head = fcgi.AppendHeader(head, fcgi.Stdin, n)
		}
		if _, err := s.Conn.Writev(head, data[:n], nil); err != nil {
			return 0, err
		}
		if data = data[n:]; len(data) == 0 {
			return 0, nil
		}
		head = nil
	}
}

func (s *script) finish(head, body []byte, _ *http.Fields) error {
	if len(body) > 0 {
		if _, err := s.Writev(head, body, nil); err != nil {
			return err
		}
		head = nil
	}
	_, err := s.Conn.Write(fcgi.AppendEnd(head, fcgi.Stdin))
	return err
}

func (s *script) trailers() *http.Fields { return nil }
func (s *script) here() bool             { return len(s.out) > 0 || s.over() }
func (s *script) over() bool             { return s.ended && len(s.out) == 0 }
func (s *script) closeWrite() error      { return s.finish(nil, nil, nil) }
func (s *script) socket() *conn.Conn     { return nil }

// Read reads the response as HTTP/1 has it.
func (s *script) Read(p []byte) (int, error) {
	for len(s.out) == 0 {
		if s.ended {
			return 0, io.EOF
		}
		rec, size, ok := fcgi.Next(s.in[s.r:s.w])
		switch {
		case !ok:
			return 0, conn.ErrReset
		case size == 0:
			if err := s.fill(); err != nil {
				return 0, err
			}
			continue
		}
		s.r += size
		if rec.ID == fcgi.RequestID {
			s.take(&rec)
		}
	}
	n := copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

// fill reads more of a record. An application that goes away in the middle of a
// response has not ended it.
func (s *script) fill() error {
	if s.r > 0 {
		s.w = copy(s.in, s.in[s.r:s.w])
		s.r = 0
	}
	if s.w == len(s.in) {
		s.in = append(s.in, make([]byte, min(len(s.in), fcgi.HeaderSize+fcgi.MaxContent+255-len(s.in)))...)
	}
	n, err := s.Conn.Read(s.in[s.w:])
	s.w += n
	if err == io.EOF && s.headed {
		return conn.ErrReset
	}
	return err
}

// take deals with a record.
func (s *script) take(rec *fcgi.Record) {
	switch rec.Type {
	case fcgi.Stdout:
		if s.headed {
			s.out = rec.Content
			return
		}
		s.head = append(s.head, rec.Content...)
		if n := fcgi.HeadEnd(s.head); n > 0 {
			s.begin(n)
		} else if len(s.head) > s.st.engine.graph.Global.Tune.BufSize {
			s.refuse()
		}
	case fcgi.Stderr:
		if l := s.st.Backend.FCGI.Logger; len(rec.Content) > 0 {
			l.Log(logs.Err, rec.Content)
		}
	case fcgi.End:
		s.ended = true
	}
}

// begin makes the head readable, of which n bytes have come, and what follows it.
func (s *script) begin(n int) {
	s.headed = true
	size := -1
	if s.st.Req.MethodID != http.MethodHead {
		size = s.known(len(s.head) - n)
	}
	head, more, ok := fcgi.AppendHead(nil, s.head[:n], dates.Append(nil, s.st.session.Conn.Wall()), size)
	if !ok {
		s.refuse()
		return
	}
	s.out = append(head, s.head[n:]...)
	s.head, s.more = nil, more
}

// refuse makes readable what is no response.
func (s *script) refuse() { s.headed, s.out, s.head = true, notHTTP, nil }

var notHTTP = []byte("no response\r\n\r\n")

// known is the size of the body, of which have bytes were read, where its end has come
// as well; less than 0 where not.
func (s *script) known(have int) int {
	for at := s.r; ; {
		rec, size, ok := fcgi.Next(s.in[at:s.w])
		if !ok || size == 0 {
			return -1
		}
		at += size
		switch {
		case rec.ID != fcgi.RequestID:
		case rec.Type == fcgi.Stdout:
			have += len(rec.Content)
		case rec.Type == fcgi.End:
			return have
		}
	}
}

// dates are those of responses.
var dates = conn.Date{Format: func(dst []byte, t time.Time) []byte { return t.UTC().AppendFormat(dst, nethttp.TimeFormat) }}

// received adjusts a response whose head was read: the end of its body is marked, and
// logs tell the size that it had when it came.
func (s *script) received(r *http.Response) {
	if r.Framing == http.UntilClose {
		r.Framing, r.ContentLength = http.Framed, -1
	}
	s.st.outSize -= int64(s.more)
}
