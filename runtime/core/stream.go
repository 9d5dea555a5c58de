package core

import (
	"net/netip"
	"sync/atomic"
	"time"

	"gohap/runtime/compress"
	"gohap/runtime/http"
	"gohap/runtime/http/errorpage"
)

// Stream is one request and its response, or one TCP relay. It is pooled: no
// reference to it or to what it holds may outlive it.
type Stream struct {
	Session  *Session
	Frontend *Proxy
	// Backend is the frontend itself until the switching rules ran, as in
	// HAProxy's logs.
	Backend *Proxy
	// Server is nil until one was picked.
	Server *Server

	*Exchange
	// Payload is what has been received of a TCP stream, or of an HTTP
	// message's body, and not yet forwarded.
	Payload                       []byte
	RequestParsed, ResponseParsed bool
	// Response says that a response rule is running, so that Payload and
	// samples such as "hdr" mean the response.
	Response bool
	// Complete says that no more data will come for the rules that run now:
	// the message is whole, the buffer full, or the delay over.
	Complete bool

	// Log is what the log line says of the stream.
	Log LogRecord
	// Vars of the scopes txn, req and res.
	Txn, Request, ResponseVars Vars
	// Check holds the variables of the scope check, in the stream that stands for
	// a run of a check; other streams have none.
	Check *Vars
	// Captures hold the captured headers, in the order declared.
	RequestCaptures, ResponseCaptures [][]byte
	// Control reaches what runs the stream; nil in rules of connections.
	Control Control
	// Timeout holds the timeouts in force; rules may change them.
	Timeout Timeouts

	scratch, text []byte
	filters       atomic.Pointer[filterState]

	passing
}

// Exchange is the part of a stream that has to do with messages, and large. A stream
// that runs rules has one; one that only relays bytes any more need not.
type Exchange struct {
	// Req is the request; valid in HTTP mode once RequestParsed.
	Req http.Request
	// Res is the response; valid once ResponseParsed.
	Res http.Response
	// Cached is what the response comes from in a server's place, nil for none.
	Cached *Cache
	// Reply is the answer left by a rule that returned [Reply].
	Reply Answer
	// Applet is what answers in a server's place once an action has returned [Serve].
	Applet Applet

	script *ScriptState

	memos   memos
	samples samples
	fields  []http.Field
}

// NoExchange is what streams without one have in its place: an exchange in which
// nothing was said. Nobody may write to it.
var NoExchange Exchange

// Reset makes x as new, keeping the memory of its messages.
func (x *Exchange) Reset() {
	x.Req.Reset()
	x.Res.Reset()
	x.Reply, x.Cached, x.Applet, x.script = Answer{}, nil, nil, nil
	x.samples.n = 0
	clear(x.fields)
	x.fields = x.fields[:0]
}

// passing are the fields of a stream that a new one starts without, as a whole.
type passing struct {
	// ServerHTTP2 says that the server is spoken to in HTTP/2.
	ServerHTTP2 bool
	more        bool
	// ServerTLS is what the handshake with the server came to, nil without TLS.
	ServerTLS *TLSState
	// KeepServerTimeout and KeepTunnelTimeout say that a rule has set them, so
	// that the backend's do not replace them.
	KeepServerTimeout, KeepTunnelTimeout bool
	// LogLevel overrides the level of the log line: 0 leaves it, LogSilent
	// suppresses the line, else it is a syslog level plus one.
	LogLevel uint8
	// PriorityClass and PriorityOffset, in milliseconds, order streams in queues.
	PriorityClass, PriorityOffset int32
	// Tracked are the entries that the stream's own rules track.
	Tracked Tracked
	// LastRule is the rule that ended a ruleset last, nil for none.
	LastRule *Rule
	// Compression is how the response's body is encoded on its way to the client.
	Compression compress.Algorithm
	// ForcePersist sends the stream to its cookie's server even when down.
	ForcePersist, IgnorePersist bool

	// src and dst are the session's addresses while rules have replaced them.
	moved    bool
	src, dst netip.AddrPort
}

// LogSilent suppresses a stream's log line.
const LogSilent = 255

// NeedMore tells the rule engine that a condition could not be decided for
// lack of data.
func (s *Stream) NeedMore() { s.more = true }

// Scratch returns n bytes that stay valid until the stream ends. The bytes
// come from the stream's arena, which grows by doubling and is kept with the
// pooled stream up to a bound.
func (s *Stream) Scratch(n int) []byte {
	if len(s.scratch)+n > cap(s.scratch) {
		s.scratch = make([]byte, 0, max(2*cap(s.scratch), n, 512))
	}
	at := len(s.scratch)
	s.scratch = s.scratch[:at+n]
	return s.scratch[at : at+n : at+n]
}

// maxScratch bounds what a pooled stream keeps.
const maxScratch = 64 << 10

// ResetScratch frees all bytes given by Scratch.
func (s *Stream) ResetScratch() {
	s.scratch = s.scratch[:0]
	if cap(s.scratch) > maxScratch {
		s.scratch = nil
	}
}

// SetAddresses replaces the client's and the local address as rules, logs and
// servers see them, up to the end of the stream.
func (s *Stream) SetAddresses(src, dst netip.AddrPort) {
	if !s.moved {
		s.src, s.dst, s.moved = s.Session.Src, s.Session.Dst, true
	}
	s.Session.Src, s.Session.Dst = src, dst
}

// Text returns what f makes of the stream. The bytes are valid until the next
// call of Text.
func (s *Stream) Text(f Format) []byte {
	s.text = f.Append(s.text[:0], s)
	if cap(s.text) > maxScratch {
		long := s.text
		s.text = nil
		return long
	}
	return s.text
}

// Keep returns a copy of b that lives as long as the stream.
func (s *Stream) Keep(b []byte) []byte { return append(s.Scratch(len(b))[:0], b...) }

// AddReplyField adds a header to the custom answer in Reply. Name and value must
// stay as they are until it is sent.
func (s *Stream) AddReplyField(name, value []byte) {
	if s.Reply.Fields == nil {
		s.Reply.Fields = s.fields[:0]
	}
	s.Reply.Fields = append(s.Reply.Fields, http.Field{Name: name, Value: value})
	s.fields = s.Reply.Fields
}

// AddReplyExtra adds a header to the page that Reply answers with. Name and value
// must stay as they are until it is sent.
func (s *Stream) AddReplyExtra(name, value []byte) {
	s.fields = append(s.fields[:0], http.Field{Name: name, Value: value})
	s.Reply.Extra = s.fields
}

// AsksProxy reports whether the request is one for a proxy, with a header field of
// its own for credentials.
func (s *Stream) AsksProxy() bool {
	t := s.Req.Target
	return s.Frontend.Is(OptUseProxyHeader) && len(t) > 0 && t[0] != '/'
}

// Answer is a response made by the proxy.
type Answer struct {
	// Status selects the error page when Page is nil and Custom is not set.
	Status int
	// Reason is the text behind the status of a custom answer, nil for the
	// usual one.
	Reason []byte
	// Page is a ready answer.
	Page *errorpage.Page
	// Custom builds the answer from Body and Fields, which must stay as they
	// are until it is sent. Bare leaves the content-length out when there is
	// no body.
	Custom, Bare bool
	Body         []byte
	Fields       []http.Field
	// Extra are fields added to those of a page.
	Extra []http.Field
	// Denied says that a rule refused the request; other answers count as
	// served by the proxy itself.
	Denied bool
	// Tarpit delays the answer by the tarpit timeout.
	Tarpit bool
	// Unread has logs know no time at which the request was complete.
	Unread bool
	// Close closes the client's connection after the answer.
	Close bool
	// Silent sends nothing at all.
	Silent bool
}

// LogRecord is what log formats read of a stream. Times are durations since
// the session's or stream's start; -1 is "did not happen".
type LogRecord struct {
	Start                                             time.Time // accept date, or start of the stream
	RequestAt                                         time.Time // first byte of the request
	Handshake, Idle                                   time.Duration
	RequestTime, QueueTime, ConnectTime, ResponseTime time.Duration
	DataTime, Total                                   time.Duration
	Status                                            int // -1: none
	BytesIn, BytesOut                                 int64
	// Cause and State are the two letters of %ts; Persist and Operation the
	// two of the cookie part. 0 prints as '-'.
	Cause, State, Persist, Operation byte
	Retries                          int
	Redispatched                     bool
	ServerQueue, BackendQueue        int
	ActConn, FeConn, BeConn, SrvConn int64
	RequestCookie, ResponseCookie    []byte
	UniqueID                         []byte
	URI                              []byte // request line as received, for %r
	// ServerLocal and ServerRemote are the ends of the connection to the
	// server, as far as there was one: invalid without, and for unix sockets.
	ServerLocal, ServerRemote netip.AddrPort
	// ServerError is what went wrong between this process and the server.
	ServerError ConnError
	// Service is what answered in a server's place, such as "<STATS>"; "" for
	// nothing.
	Service string
	// Number counts the streams of the process, from 0.
	Number uint64
	// ASAP says that the line is written before the data: sizes and times that
	// are not final carry a plus sign.
	ASAP bool
}

// Reset makes s as new, keeping the memory of its messages and scratch area.
func (s *Stream) Reset() {
	if s.moved {
		s.Session.Src, s.Session.Dst = s.src, s.dst
	}
	if s.Exchange != &NoExchange {
		s.Exchange.Reset()
	}
	s.ResetScratch()
	clear(s.RequestCaptures)
	clear(s.ResponseCaptures)
	s.RequestCaptures, s.ResponseCaptures = s.RequestCaptures[:0], s.ResponseCaptures[:0]
	s.text = s.text[:0]
	s.Txn.reset()
	s.Request.reset()
	s.ResponseVars.reset()
	s.Session, s.Frontend, s.Backend, s.Server, s.Control = nil, nil, nil, nil, nil
	s.RequestParsed, s.ResponseParsed, s.Check = false, false, nil
	s.Payload, s.Response, s.Complete = nil, false, false
	s.Log.Reset()
	s.Timeout = Timeouts{}
	s.filters.Load().forget()
	s.passing = passing{}
}

// Reset sets every time to "did not happen".
func (r *LogRecord) Reset() {
	*r = LogRecord{
		Handshake: -1, Idle: -1, RequestTime: -1, QueueTime: -1, ConnectTime: -1,
		ResponseTime: -1, DataTime: -1, Total: -1, Status: -1,
	}
}

// Wanting reports whether a fetch has asked for more data since the last
// [Stream.ResetWanting], and whether more may still come.
func (s *Stream) Wanting() bool { return s.more && !s.Complete }

// ResetWanting forgets that more data was asked for.
func (s *Stream) ResetWanting() { s.more = false }
