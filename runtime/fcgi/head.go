package fcgi

import (
	"bytes"
	"strconv"
)

// HeadEnd finds where the head of a response ends, behind its empty line; 0 where that
// has not come.
func HeadEnd(b []byte) int {
	for at := 0; ; {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return 0
		}
		line := bytes.TrimSuffix(b[at:at+n], []byte("\r"))
		at += n + 1
		if len(line) == 0 {
			return at
		}
	}
}

// AppendHead appends, as HTTP/1 has it, the head that an application has sent: "Status"
// becomes the first line, "Location" without it a redirect, and fields about the
// connection are the proxy's own. date is that of a response without one, and size that
// of the body where it is known, else less than 0. more is by how many bytes the names
// and values of the fields are more than the application's. It reports false for what is
// no such head.
func AppendHead(dst, head, date []byte, size int) (all []byte, more int, ok bool) {
	status, reason := 0, []byte(nil)
	location, dated, length := false, false, false
	each(head, func(name, value []byte) {
		switch {
		case is(name, "status"):
			code, rest, _ := bytes.Cut(value, []byte(" "))
			n, err := strconv.Atoi(string(code))
			if status = n; err != nil || len(code) != 3 {
				status = -1
			}
			reason = rest
			more -= len(name) + len(value)
		case is(name, "location"):
			location = true
		case is(name, "date"):
			dated = true
		case is(name, "content-length"):
			length = true
		}
	})
	switch {
	case status == 0 && location:
		status, reason = 302, []byte("Moved Temporarily")
	case status == 0:
		status, reason = 200, []byte("OK")
	case status < 100 || status > 999:
		return dst, 0, false
	}
	dst = append(strconv.AppendInt(append(dst, "HTTP/1.1 "...), int64(status), 10), ' ')
	dst = append(append(dst, reason...), "\r\n"...)
	ok = each(head, func(name, value []byte) {
		if is(name, "status") || is(name, "connection") || is(name, "transfer-encoding") {
			return
		}
		dst = append(append(append(append(dst, name...), ": "...), value...), "\r\n"...)
	})
	if !ok {
		return dst, 0, false
	}
	if !dated {
		dst = append(append(append(dst, "date: "...), date...), "\r\n"...)
		more += len("date") + len(date)
	}
	if !length && size >= 0 && status >= 200 && status != 204 && status != 304 {
		at := len(dst)
		dst = strconv.AppendInt(append(dst, "content-length: "...), int64(size), 10)
		more += len(dst) - at - len(": ")
		dst = append(dst, "\r\n"...)
	}
	return append(dst, "\r\n"...), more, true
}

func is(name []byte, lower string) bool {
	return len(name) == len(lower) && bytes.EqualFold(name, []byte(lower))
}

// each calls f with the fields of a head. It reports false for a line that is none.
func each(head []byte, f func(name, value []byte)) bool {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			return true
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 {
			return false
		}
		f(name, bytes.TrimSpace(value))
	}
	return true
}
