package api

import (
	"bufio"
	"errors"
	"strings"
	"time"

	"gohap/runtime/core"
)

// Options are what a client starts with.
type Options struct {
	Level core.Level
	// Timeout is how long the client may be idle, 0 for [DefaultTimeout].
	Timeout time.Duration
	// Severity is the bind line's "severity-output": "none" or "", "number",
	// "string".
	Severity string
	// SendSockets hands the listening sockets over to the client; nil where
	// the bind line does not allow that.
	SendSockets func() error
	// BufSize bounds a line with its payload, tune.bufsize; 0 for 16384.
	BufSize int
}

// Session is one client and what it has chosen.
type Session struct {
	process  Process
	options  Options
	client   Client
	in       *bufio.Reader
	out      *bufio.Writer
	level    core.Level
	severity string
	timeout  time.Duration
	prompt   bool // show a prompt and go on
	over     bool // close
	begun    time.Time
	// experimental and expert are switches that some commands ask for.
	experimental, expert bool
}

// Serve answers a client until it has had its answers, goes away, or is idle
// for too long. The caller closes the connection. Memory is bounded by two
// buffers of BufSize for each client.
func Serve(p Process, c Client, o Options) {
	if o.BufSize <= 0 {
		o.BufSize = 16384
	}
	s := &Session{
		process: p, options: o, client: c, level: o.Level, severity: o.Severity,
		begun: time.Now(),
		in:    bufio.NewReaderSize(c, o.BufSize), out: bufio.NewWriterSize(c, o.BufSize),
	}
	s.setTimeout(o.Timeout)
	for s.line() && !s.over && (s.prompt || s.more()) {
	}
	s.out.Flush()
}

func (s *Session) setTimeout(d time.Duration) {
	if d <= 0 {
		d = DefaultTimeout
	}
	s.timeout = d
	s.client.SetReadTimeout(d)
	s.client.SetWriteTimeout(d)
}

// more reports whether another line has already come in.
func (s *Session) more() bool {
	b, _ := s.in.Peek(s.in.Buffered())
	for _, c := range b {
		if c == '\n' {
			return true
		}
	}
	return false
}

// line reads a line and runs its commands. It reports false when the client has
// nothing more to say, or says too much.
func (s *Session) line() bool {
	text, err := s.read()
	if err != nil {
		return false
	}
	payload := ""
	if rest, ok := strings.CutSuffix(text, " <<"); ok {
		text = rest
		if payload, err = s.payload(len(text)); err != nil {
			return false
		}
	}
	for _, command := range commands(text) {
		if s.run(command, payload); s.over {
			break
		}
	}
	return s.out.Flush() == nil
}

// read returns the next line without its end. A line that fills the buffer, or
// that its sender left unfinished, is an error.
func (s *Session) read() (string, error) {
	b, err := s.in.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

var errTooLong = errors.New("payload too long")

// payload reads the lines up to an empty one; used bytes of the buffer's size
// are taken by the command.
func (s *Session) payload(used int) (string, error) {
	var b strings.Builder
	for {
		if s.prompt {
			s.out.WriteString("+ ")
		}
		if err := s.out.Flush(); err != nil {
			return "", err
		}
		line, err := s.read()
		if err != nil || line == "" {
			return b.String(), err
		}
		if used+b.Len()+len(line) >= s.options.BufSize {
			return "", errTooLong
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
}

// run runs one command and ends its answer.
func (s *Session) run(text, payload string) {
	c := &Call{Session: s, Payload: payload}
	words := split(text)
	command, n := find(words)
	switch {
	case command == nil:
		if !c.script(words) {
			c.unknown(words)
		}
	case !allows(s.level, command.Level):
		c.Fail("Permission denied\n")
	case command.Experimental && !s.experimental:
		c.Fail("This command is restricted to experimental mode only.\n")
	case command.Expert && !s.expert:
		c.Fail("This command is restricted to expert mode only.\n")
	default:
		c.Args = words[n:]
		command.Run(c)
	}
	if s.over || c.silent {
		return
	}
	s.out.WriteByte('\n')
	if s.prompt {
		s.out.WriteString("> ")
	}
}
