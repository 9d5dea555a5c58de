package e2e

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// framing reads the headers that tell where a message ends: its content-length
// (-1 for none), whether it is chunked, and whether the connection ends after it.
func framing(head []byte) (length int, chunked, closes bool) {
	length = -1
	first, rest, _ := bytes.Cut(head, []byte("\r\n"))
	old := bytes.Contains(first, []byte("HTTP/1.0"))
	keep := false
	for _, line := range bytes.Split(rest, []byte("\r\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		v := strings.ToLower(strings.TrimSpace(string(value)))
		switch strings.ToLower(string(name)) {
		case "content-length":
			if n, err := strconv.Atoi(v); err == nil && n >= 0 {
				length = n
			}
		case "transfer-encoding":
			chunked = strings.HasSuffix(strings.TrimRight(v, ", \t"), "chunked")
		case "connection":
			closes = closes || strings.Contains(v, "close")
			keep = keep || strings.Contains(v, "keep-alive")
		}
	}
	return length, chunked, closes || (old && !keep)
}

// dechunk decodes a chunked body: what it carries, with the trailers as they
// stand, how many bytes of buf it took, and whether its end was there. Of a body
// that is cut or malformed it decodes what it can.
func dechunk(buf []byte) (text []byte, used int, done bool) {
	for {
		eol := bytes.Index(buf[used:], []byte("\r\n"))
		if eol < 0 {
			return text, used, false
		}
		line, _, _ := bytes.Cut(buf[used:used+eol], []byte(";"))
		size, err := strconv.ParseUint(strings.TrimSpace(string(line)), 16, 31)
		if err != nil {
			return text, used, false
		}
		if size == 0 {
			used += eol + 2
			return trailers(text, buf, used)
		}
		start := used + eol + 2
		if len(buf) < start+int(size)+2 {
			text = append(text, buf[start:min(len(buf), start+int(size))]...)
			return text, len(buf), false
		}
		text = append(text, buf[start:start+int(size)]...)
		used = start + int(size) + 2
	}
}

func trailers(text, buf []byte, used int) ([]byte, int, bool) {
	for {
		eol := bytes.Index(buf[used:], []byte("\r\n"))
		if eol < 0 {
			return text, used, false
		}
		line := buf[used : used+eol]
		used += eol + 2
		if len(line) == 0 {
			return text, used, true
		}
		text = append(text, "<trailer "...)
		text = append(text, line...)
		text = append(text, '>')
	}
}

// readable renders what an endpoint received, one line of text a line, with
// chunked bodies decoded: how a body is cut into chunks depends on the timing of
// its packets.
func readable(buf []byte) []string {
	var out []string
	for len(buf) > 0 {
		head := bytes.Index(buf, []byte("\r\n\r\n"))
		if head < 0 || !startsMessage(buf) {
			return append(out, lines(buf)...)
		}
		head += 4
		out = append(out, lines(buf[:head])...)
		length, chunked, _ := framing(buf[:head])
		buf = buf[head:]
		switch {
		case chunked:
			text, used, done := dechunk(buf)
			if used == 0 { // an answer to HEAD
				continue
			}
			out = append(out, fmt.Sprintf("<chunked, complete %v>", done))
			out = append(out, lines(text)...)
			buf = buf[used:]
		case length >= 0:
			n := length
			if n > len(buf) || startsMessage(buf) {
				n = 0
			}
			out = append(out, lines(buf[:n])...)
			buf = buf[n:]
			if n == 0 && !startsMessage(buf) {
				return append(out, lines(buf)...)
			}
		}
	}
	return out
}

var messageStart = regexp.MustCompile(`^(HTTP/\d\.\d \d\d\d|[!-~]+ [!-~]+ HTTP/\d\.\d\r\n)`)

func startsMessage(buf []byte) bool { return messageStart.Match(buf) }

// lines quotes bytes line by line and shortens long runs.
func lines(buf []byte) []string {
	var out []string
	for _, line := range bytes.SplitAfter(buf, []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		q := strconv.Quote(string(line))
		if len(q) > 300 {
			q = fmt.Sprintf("%s…%s (%d bytes, sum %08x)", q[:120], q[len(q)-60:], len(line), checksum(line))
		}
		out = append(out, "  "+q)
	}
	return out
}

func checksum(b []byte) uint32 {
	sum := uint32(2166136261)
	for _, c := range b {
		sum = (sum ^ uint32(c)) * 16777619
	}
	return sum
}

// logLine splits a traffic log line after its syslog header: client, date,
// frontend, server, timers, rest.
var logLine = regexp.MustCompile(`^(\S+) (\[[^\]]*\]) (\S+) (\S+) ([-+\d]+(?:/[-+\d]+)+) (.*)$`)

var (
	syslogHead = regexp.MustCompile(`^<(\d+)>\w{3} [ \d]\d \d\d:\d\d:\d\d (?:\S+ )?([\w.-]+)\[\d+\]: `)
	logDate    = regexp.MustCompile(`\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\]`)
	timer      = regexp.MustCompile(`\d+`)
	duration   = regexp.MustCompile(`duration: \d+ms`)
	active     = regexp.MustCompile(` \d+/\d+(/\d+/\d+/\+?\d+) `)
	counts     = regexp.MustCompile(` (?:\d+|N)/(?:\d+|N)/\d+/\d+/(\+?\d+) `)
	status     = regexp.MustCompile(`^(-?\d+ )?\+?\d+ `)
	ipPort     = regexp.MustCompile(`(127\.\d+\.\d+\.\d+):\d+`)
)

// normalLog masks what differs between two runs of one program: dates, process
// ids, ports and durations. A timer of -1 means that its phase was not reached
// and stays. The numbers of connections of the process and of the frontend, which
// may count those of the harness and of earlier scripts, stay only if exact.
func normalLog(line string, loose map[string]bool, exact bool) string {
	line = syslogHead.ReplaceAllString(line, "<$1> $2: ")
	prefix, rest, _ := strings.Cut(line, ": ")
	rest = logDate.ReplaceAllString(rest, "[date]")
	rest = ipPort.ReplaceAllString(rest, "$1:port")
	rest = duration.ReplaceAllString(rest, "duration: Nms")
	if m := logLine.FindStringSubmatch(rest); m != nil {
		var timers []string
		for _, v := range strings.Split(m[5], "/") {
			if v != "-1" {
				v = timer.ReplaceAllString(v, "0")
			}
			timers = append(timers, v)
		}
		tail := m[6]
		if loose["bytes"] {
			tail = status.ReplaceAllString(tail, "${1}bytes ")
		}
		if !exact {
			tail = active.ReplaceAllString(tail, " N/N$1 ")
		}
		if loose["counts"] {
			tail = counts.ReplaceAllString(tail, " counts/$1 ")
		}
		rest = strings.Join([]string{m[1], m[2], m[3], m[4], strings.Join(timers, "/"), tail}, " ")
	}
	return prefix + ": " + rest
}

// peersLog masks in a log line what normalLog does and the numbers of
// connections: beside real peers, how soon one is counted out is up to them.
func peersLog(line string) string {
	return normalLog(line, map[string]bool{"counts": true}, false)
}

// maskProxyHeader hides the ports in a PROXY header at the start of what a
// server received, in either version.
func maskProxyHeader(buf []byte) []byte {
	const addresses = 16 // of version 2: signature, version, family, length
	if bytes.HasPrefix(buf, []byte("\r\n\r\n\x00\r\nQUIT\n")) && len(buf) >= addresses+12 {
		out := bytes.Clone(buf)
		if out[13] == 0x11 {
			if out[addresses+4] == 127 {
				copy(out[addresses+4:], "ADDR")
			}
			copy(out[addresses+8:], "PORT")
		}
		return out
	}
	return proxyV1.ReplaceAll(buf, []byte("$1 port port\r\n"))
}

var proxyV1 = regexp.MustCompile(`^(PROXY TCP4 \S+ \S+) \d+ \d+\r\n`)

// maskEntries hides where the entries of stick tables and caches lie and when they
// expire.
func maskEntries(answer []byte) []byte {
	answer = cacheExpires.ReplaceAll(cacheAddress.ReplaceAll(answer, nil), []byte("expire:N"))
	return entryExpires.ReplaceAll(entryAddress.ReplaceAll(answer, []byte("key=")), []byte(" exp=N "))
}

var (
	entryAddress = regexp.MustCompile(`(?m)^0x[0-9a-f]+: key=`)
	entryExpires = regexp.MustCompile(` exp=[1-9]\d*\b ?`)
	cacheAddress = regexp.MustCompile(`(?m)^0x[0-9a-f]+:? |shctx:0x[0-9a-f]+`)
	cacheExpires = regexp.MustCompile(`\bexpire:\d+`)
)

// maskAges leaves of the ages of responses how many tens of seconds they are.
func maskAges(buf []byte) []byte {
	return ageOnes.ReplaceAll(buf, []byte("${1}N\r"))
}

var ageOnes = regexp.MustCompile(`(?i)(\nage: \d*)\d\r`)

// maskCookieDates hides when a persistence cookie was set.
func maskCookieDates(buf []byte) []byte {
	return cookieDates.ReplaceAllFunc(buf, func(line []byte) []byte {
		return cookieDate.ReplaceAll(line, []byte("|DATE"))
	})
}

var (
	cookieDates = regexp.MustCompile(`(?i)\nset-cookie: [^\r\n]*\|[^\r\n]*`)
	cookieDate  = regexp.MustCompile(`\|[A-Za-z0-9+/]{5}\b`)
)
