package stream

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"
	"unsafe"

	"gohap/runtime/core"
	"gohap/runtime/http"
)

// traceTo is where filters of the kind "trace" tell what happens.
var traceTo io.Writer = os.Stderr

// traceSteps are the phases by the names of what HAProxy calls analyzers. It has
// none for the others.
var traceSteps = map[string]struct {
	response bool
	name     string
	runs     func(st *stream) bool // nil: always
}{
	"request":             {name: "AN_REQ_WAIT_HTTP"},
	"tcp-request content": {name: "AN_REQ_INSPECT_FE", runs: func(st *stream) bool { return len(st.Frontend.Rules[core.TCPRequestContent]) > 0 }},
	"http-request":        {name: "AN_REQ_HTTP_PROCESS_FE"},
	"switching":           {name: "AN_REQ_SWITCHING_RULES"},
	"backend tcp-request content": {name: "AN_REQ_INSPECT_BE", runs: func(st *stream) bool {
		return st.Backend != st.Frontend && len(st.Backend.Rules[core.TCPRequestContent]) > 0
	}},
	"backend http-request": {name: "AN_REQ_HTTP_PROCESS_BE"},
	"persistence":          {name: "AN_REQ_HTTP_INNER"},
	"stick":                {name: "AN_REQ_STICKING_RULES", runs: func(st *stream) bool { return len(st.Backend.Stick) > 0 }},
	"exchange":             {response: true, name: "AN_RES_WAIT_HTTP"},
	"tcp-response content": {response: true, name: "AN_RES_INSPECT", runs: func(st *stream) bool { return len(st.Backend.Rules[core.TCPResponseContent]) > 0 }},
	"stick store":          {response: true, name: "AN_RES_STORE_RULES", runs: func(st *stream) bool { return len(st.Backend.Stick)+len(st.Backend.StickResponse) > 0 }},
	"http-response":        {response: true, name: "AN_RES_HTTP_PROCESS_FE/BE"},
}

// traces calls f for each filter that has something to tell: those of the frontend,
// and those of the backend once it is known.
func (st *stream) traces(f func(t *core.Trace, p *core.Proxy)) {
	for i := range st.Frontend.Traces {
		f(&st.Frontend.Traces[i], st.Frontend)
	}
	if st.Backend == st.Frontend {
		return
	}
	for i := range st.Backend.Traces {
		f(&st.Backend.Traces[i], st.Backend)
	}
}

// tell writes a line for each filter, and what f adds to it.
func (st *stream) tell(callback, format string, args ...any) {
	st.traces(func(t *core.Trace, p *core.Proxy) { st.tellOne(t, p, callback, format, args...) })
}

func (st *stream) tellOne(t *core.Trace, p *core.Proxy, callback, format string, args ...any) {
	if t.Quiet {
		return
	}
	text := fmt.Sprintf(format, args...)
	if text != "" {
		text = ": " + text
	}
	fmt.Fprintf(traceTo, "%s[strm %p(%d)] %-25s%s\n", traceStart(t, p), unsafe.Pointer(st), st.session.Requests, callback, text)
}

// traceStart is what a filter's lines begin with.
func traceStart(t *core.Trace, p *core.Proxy) string {
	now := time.Now()
	return fmt.Sprintf("%d.%06d [%-20s] ", now.Unix(), now.Nanosecond()/1000, t.Name+"/"+p.Name)
}

// AnnounceTraces tells of the filters of a configuration.
func AnnounceTraces(g *core.Graph) {
	for _, p := range g.Proxies {
		for i := range p.Traces {
			if t := &p.Traces[i]; !p.Disabled && !t.Quiet {
				fmt.Fprintf(traceTo, "%sfilter initialized [quiet=%v - fwd random=%v - hexdump=%v]\n", traceStart(t, p), t.Quiet, t.Random, t.Hexdump)
			}
		}
	}
}

// channel describes one direction of the stream.
func (st *stream) channel(response bool) string {
	name, mode, side := "REQUEST", "TCP", "frontend"
	if response {
		name = "RESPONSE"
	}
	if st.http {
		mode = "HTTP"
	}
	if st.inBackend {
		side = "backend"
	}
	return fmt.Sprintf("channel=%-10s - mode=%-5s (%s)", name, mode, side)
}

func (st *stream) traceBegin() {
	st.tell("trace_attach", "filter-type=frontend")
	st.tell("trace_stream_start", "")
	st.tell("trace_chn_start_analyze", "%s", st.channel(false))
}

// traceBackend has the backend's filters come in.
func (st *stream) traceBackend() {
	be := st.Backend
	if be != st.Frontend {
		st.tracing = true
		for i := range be.Traces {
			st.tellOne(&be.Traces[i], be, "trace_attach", "filter-type=backend")
		}
	}
	st.tell("trace_stream_set_backend", "backend=%s", be.Name)
}

// traceStep tells that a phase begins or has gone well.
func (st *stream) traceStep(phase, when string) {
	s, ok := traceSteps[phase]
	if !ok || s.runs != nil && !s.runs(st) {
		return
	}
	if phase == "exchange" && when == "PRE" {
		st.traceHead(&st.Req.Message, fmt.Sprintf("%s %s %s", st.Req.Method, st.Req.Target, st.Req.Version), false)
		if !st.Req.HasBody() {
			st.tell("trace_http_end", "%s", st.channel(false))
		}
		st.tell("trace_chn_start_analyze", "%s", st.channel(true))
	}
	st.tell("trace_chn_analyze", "%s - analyzer=%s - step=%s", st.channel(s.response), s.name, when)
	if phase == "http-response" && when == "POST" {
		st.traceHead(&st.Res.Message, fmt.Sprintf("%s %d %s", st.Res.Version, st.Res.Status, st.Res.Reason), true)
		if !st.Res.HasBody() {
			st.tell("trace_http_end", "%s", st.channel(true))
		}
	}
}

// traceHead shows a message's head as the rules have left it.
func (st *stream) traceHead(m *http.Message, line string, response bool) {
	st.tell("trace_http_headers", "%s\t%s", st.channel(response), line)
	st.traces(func(t *core.Trace, p *core.Proxy) {
		for i := 0; i < m.Len() && !t.Quiet; i++ {
			f := m.At(i)
			fmt.Fprintf(traceTo, "%s[strm %p(%d)] \t%s: %s\n", traceStart(t, p), unsafe.Pointer(st), st.session.Requests, f.Name, f.Value)
		}
	})
}

// traceEnd tells of what a relay has moved, and that the stream is over.
func (st *stream) traceEnd() {
	if !st.http || st.relay.ToServer.Bytes()+st.relay.ToClient.Bytes() > 0 {
		for response, n := range [...]uint64{st.relay.ToServer.Bytes(), st.relay.ToClient.Bytes()} {
			st.tell("trace_tcp_payload", "%s - offset=0 - len=%d - forward=%d", st.channel(response == 1), n, n)
		}
	}
	st.tell("trace_chn_end_analyze", "%s", st.channel(false))
	st.tell("trace_chn_end_analyze", "%s", st.channel(true))
	st.tell("trace_stream_stop", "")
	st.traces(func(t *core.Trace, p *core.Proxy) {
		side := "frontend"
		if p != st.Frontend {
			side = "backend"
		}
		st.tellOne(t, p, "trace_detach", "filter-type=%s", side)
	})
	st.tracing = false
}

// traced tells of a piece of a body that is to be forwarded behind head, and sends
// parts of it by themselves where a filter wants that. It returns what is left to
// be sent.
func (b *body) traced(head, data []byte, end bool) ([]byte, []byte, fault) {
	st := b.trace
	random := false
	st.traces(func(t *core.Trace, _ *core.Proxy) { random = random || t.Random })
	for len(data) > 0 {
		n := len(data)
		if random {
			n = 1 + rand.IntN(n)
		}
		st.traces(func(t *core.Trace, p *core.Proxy) {
			st.tellOne(t, p, "trace_http_payload", "%s - offset=%d - len=%d - forward=%d", st.channel(!b.fromClient), b.told, len(data), n)
			if t.Hexdump && !t.Quiet {
				traceTo.Write(appendHexdump(nil, data[:n]))
			}
		})
		b.told += int64(n)
		if n == len(data) {
			break
		}
		if f := b.write(head, data[:n], nil); f.err != nil {
			return nil, nil, f
		}
		head, data = nil, data[n:]
	}
	if end {
		st.tell("trace_http_end", "%s", st.channel(!b.fromClient))
	}
	return head, data, fault{}
}

// appendHexdump shows bytes, 16 a line.
func appendHexdump(out, data []byte) []byte {
	for at := 0; at < len(data); at += 16 {
		row := data[at:min(at+16, len(data))]
		out = fmt.Appendf(out, "\t0x%06x: ", at)
		for i := range 16 {
			switch {
			case i < len(row):
				out = fmt.Appendf(out, "%02x ", row[i])
			default:
				out = append(out, "   "...)
			}
			if i == 7 {
				out = append(out, "  "...)
			}
		}
		out = append(out, "  |"...)
		for _, c := range row {
			if c < ' ' || c > '~' {
				c = '.'
			}
			out = append(out, c)
		}
		out = append(out, "|\n"...)
	}
	return out
}
