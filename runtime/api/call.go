package api

import (
	"fmt"
	"strconv"
)

// Call is one run of a command.
type Call struct {
	*Session
	// Args are the words behind the command's name.
	Args []string
	// Payload is what followed "<<", lines with their ends; "" for none.
	Payload string

	silent bool // not even an empty line
}

// Arg returns argument i, "" without one.
func (c *Call) Arg(i int) string {
	if i < len(c.Args) {
		return c.Args[i]
	}
	return ""
}

// Write adds to the answer. It waits for a slow client, up to the timeout; an
// error means that the client is lost.
func (c *Call) Write(p []byte) (int, error) { return c.out.Write(p) }

// Printf adds to the answer.
func (c *Call) Printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// severity is the importance of a message, in the numbers of syslog.
type severity int

const (
	sevErr     severity = 3
	sevWarning severity = 4
	sevNotice  severity = 5
	sevInfo    severity = 6
)

func (s severity) String() string {
	return map[severity]string{sevErr: "err", sevWarning: "warning", sevNotice: "notice", sevInfo: "info"}[s]
}

// Fail answers with an error. The text comes with its line end; where HAProxy's
// has none, the one that ends the answer follows it.
func (c *Call) Fail(text string) { c.say(sevErr, text) }

// Warn answers with something that deserves attention.
func (c *Call) Warn(text string) { c.say(sevWarning, text) }

// Note answers that there is nothing to do.
func (c *Call) Note(text string) { c.say(sevNotice, text) }

// Info answers with a message.
func (c *Call) Info(text string) { c.say(sevInfo, text) }

func (c *Call) say(s severity, text string) {
	switch c.Session.severity {
	case "number":
		c.Printf("[%d]: ", int(s))
	case "string":
		c.Printf("[%s]: ", s)
	}
	c.out.WriteString(text)
}

// atoi reads the number that a text begins with, as C's atoi does; 0 without
// one.
func atoi(s string) int {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}
