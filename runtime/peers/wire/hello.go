package wire

import (
	"bytes"
	"strconv"
)

// Status is the answer to a hello.
type Status int

// The answers.
const (
	OK            Status = 200
	TryAgain      Status = 300
	BadProtocol   Status = 501
	BadVersion    Status = 502
	UnknownRemote Status = 503 // the name asked for is not that of who was asked
	UnknownLocal  Status = 504 // who asks is no peer
)

// The versions of the protocol: the minor numbers of 2.
const (
	Minor    = 1
	MinMinor = 0
)

// MaxHello bounds a hello, in bytes.
const MaxHello = 1024

// AppendHello appends what who opens a connection sends first.
func AppendHello(b []byte, minor int, remote, local string, pid int) []byte {
	b = append(b, "HAProxyS 2."...)
	b = strconv.AppendInt(b, int64(minor), 10)
	b = append(b, '\n')
	b = append(append(b, remote...), '\n')
	b = append(append(b, local...), ' ')
	return append(strconv.AppendInt(b, int64(pid), 10), " 1\n"...)
}

// AppendStatus appends the answer to a hello.
func AppendStatus(b []byte, s Status) []byte {
	return append(strconv.AppendInt(b, int64(s), 10), '\n')
}

// Hello is what who opens a connection says.
type Hello struct {
	Minor int
	// Remote is the name of who is asked, Local that of who asks.
	Remote, Local string
}

// ReadHello reads a hello and returns what follows it. Where it is wrong, the
// status says what to answer, else it is 0; ErrShort asks for more bytes.
func ReadHello(b []byte) (h Hello, rest []byte, wrong Status, err error) {
	missing := error(ErrShort)
	if len(b) >= MaxHello {
		missing = nil // no line's end is to be expected
	}
	line, b, ok := cutLine(b)
	if !ok {
		return h, b, BadProtocol, missing
	}
	version, ok := bytes.CutPrefix(line, []byte("HAProxyS "))
	if !ok {
		return h, b, BadProtocol, nil
	}
	switch string(version) {
	case "2.0":
	case "2.1":
		h.Minor = 1
	default:
		return h, b, BadVersion, nil
	}
	if line, b, ok = cutLine(b); !ok {
		return h, b, BadProtocol, missing
	}
	h.Remote = string(line)
	if line, b, ok = cutLine(b); !ok {
		return h, b, BadProtocol, missing
	}
	local, _, ok := bytes.Cut(line, []byte(" "))
	if !ok {
		return h, b, BadProtocol, nil
	}
	h.Local = string(local)
	return h, b, 0, nil
}

func cutLine(b []byte) (line, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return nil, b, false
	}
	return bytes.TrimSuffix(b[:i], []byte("\r")), b[i+1:], true
}

// ReadStatus reads the answer to a hello and returns what follows it.
func ReadStatus(b []byte) (s Status, rest []byte, err error) {
	line, rest, ok := cutLine(b)
	if !ok {
		if len(b) > 4 {
			return 0, b, ErrProtocol
		}
		return 0, b, ErrShort
	}
	n, err := strconv.Atoi(string(line))
	if err != nil || len(line) != 3 {
		return 0, rest, ErrProtocol
	}
	return Status(n), rest, nil
}
