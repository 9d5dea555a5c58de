package http1_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"gohap/runtime/internal/peer"
)

var update = flag.Bool("update", false, "rewrite testdata with what the installed haproxy does")

// lab is a haproxy with a recording server behind it.
type lab struct {
	addr  string      // where it waits for clients as long as it takes
	hasty string      // where it gives up on them soon
	cli   string      // its stats socket
	event string      // the last error that "show errors" told of
	seen  chan string // the head of each request that came through
	reply chan string // what to send back
}

// config is what the haproxy of a lab runs on: two frontends' addresses, further
// directives for both, and the server's address are to be filled in.
const config = `
global
	stats socket %[5]s level admin
defaults
	mode http
	option http-server-close
	timeout connect 20s
	timeout client 20s
	timeout server 20s
	retries 0
	%[3]s
frontend patient
	bind %[1]s
	default_backend b
frontend hasty
	bind %[2]s
	timeout http-request 50ms
	timeout client 50ms
	default_backend hasty
backend b
	server s %[4]s
backend hasty
	timeout server 50ms
	server s %[4]s
`

// at returns where to send a request: one that haproxy waits for the rest of, or
// may do so, goes where it does not wait for long. So no test hangs, and none
// fails because the machine is slow.
func (l *lab) at(c *testCase) string {
	if c.peer == "-" || *update {
		return l.hasty
	}
	return l.addr
}

// newLab starts a haproxy that closes its server connections after each
// response, with more directives in its frontend.
func newLab(t *testing.T, directives string) *lab {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	l := &lab{addr: peer.Addr(t), hasty: peer.Addr(t), cli: peer.Dir(t) + "/cli", seen: make(chan string, 1), reply: make(chan string, 1)}
	go l.serve(ln)
	peer.HAProxy(t, fmt.Sprintf(config, l.addr, l.hasty, directives, ln.Addr(), l.cli))
	return l
}

// serve answers one request on each connection.
func (l *lab) serve(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		head := readHead(c)
		if head == "" {
			c.Close()
			continue
		}
		select {
		case l.seen <- head:
		default: // a second request on the client's connection: not looked at
		}
		select {
		case reply := <-l.reply:
			io.WriteString(c, reply)
		default:
		}
		c.Close()
	}
}

// readHead reads up to a blank line, and returns "" when there is none.
func readHead(r io.Reader) string {
	var b []byte
	for !bytes.Contains(b, []byte("\r\n\r\n")) {
		var chunk [4096]byte
		n, err := r.Read(chunk[:])
		b = append(b, chunk[:n]...)
		if err != nil && !bytes.Contains(b, []byte("\r\n\r\n")) {
			return ""
		}
	}
	return string(b[:bytes.Index(b, []byte("\r\n\r\n"))+4])
}

// do sends the case's request and returns the head that came back and the head that the
// server got, "" for none.
func (l *lab) do(t *testing.T, tc *testCase, reply string) (head, seen string) {
	t.Helper()
	l.reply <- reply
	c, err := net.Dial("tcp", l.at(tc))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(peer.Patience))
	io.WriteString(c, tc.in) // it may be answered before it is all sent
	head = readHead(c)
	if head == "" {
		t.Fatalf("no answer to %q", tc.in)
	}
	select {
	case seen = <-l.seen:
	default:
	}
	select {
	case <-l.reply:
	default:
	}
	return head, seen
}

var (
	captureEvent = regexp.MustCompile(`event (#\d+)`)
	captureWhere = regexp.MustCompile(`error at position (\d+)(?s:.*?)H1 msg state (\S+),`)
)

// captured returns where haproxy found the error of the request just refused,
// "" when it captured none.
func (l *lab) captured(t *testing.T) string {
	t.Helper()
	c, err := net.Dial("unix", l.cli)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "show errors\n")
	text, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	// The capture of the frontend that was asked last is the one with a new number.
	for _, capture := range strings.Split(string(text), "frontend ")[1:] {
		event := captureEvent.FindStringSubmatch(capture)
		where := captureWhere.FindStringSubmatch(capture)
		if event == nil || where == nil {
			continue
		}
		var last, this int
		fmt.Sscanf(l.event, "#%d", &last)
		fmt.Sscanf(event[1], "#%d", &this)
		if l.event == "" || this > last {
			l.event = event[1]
			return fmt.Sprintf(" at %s in %s", where[1], where[2])
		}
	}
	return ""
}

// answered returns the status of a response's head.
func answered(head string) string {
	_, rest, _ := strings.Cut(head, " ")
	code, _, _ := strings.Cut(rest, " ")
	return code
}

const okReply = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"

func TestRequestsAgainstHAProxy(t *testing.T) {
	for _, f := range requestFiles {
		l := newLab(t, f.config)
		head, cases := readCases(t, f.name)
		for _, c := range cases {
			got := ""
			switch answer, seen := l.do(t, c, okReply); {
			case seen != "":
				got = quote(seen)
			case answered(answer) == "408":
				got = "-"
			default:
				got = answered(answer) + l.captured(t)
			}
			compare(t, f.name, c, got)
		}
		if *update {
			writeCases(t, f.name, head, cases)
		}
	}
}

func TestResponsesAgainstHAProxy(t *testing.T) {
	for _, f := range responseFiles {
		l := newLab(t, f.config)
		head, cases := readCases(t, f.name)
		for _, c := range cases {
			answer, _ := l.do(t, c, c.reply)
			got := quote(answer)
			if answered(answer) == "502" {
				got = "502"
			}
			compare(t, f.name, c, got)
		}
		if *update {
			writeCases(t, f.name, head, cases)
		}
	}
}

// compare checks what haproxy did with what is recorded, or records it.
func compare(t *testing.T, file string, c *testCase, got string) {
	t.Helper()
	if *update {
		c.peer = got
	} else if got != c.peer {
		t.Errorf("%s: %s: haproxy does not do what is recorded\n got %s\nwant %s", file, c.name, got, c.peer)
	}
}
