package health

import (
	"regexp"
	"testing"
	"time"
)

// FuzzAnswers feeds what a server might say to everything that reads it, both
// as all that there is and as a beginning.
func FuzzAnswers(f *testing.F) {
	for _, s := range []string{
		"", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nxabcx\r\n0\r\n\r\n",
		"HTTP/1.0 404\r\ncontent-length: 3\n\nabc", "220 x\r\n", "+PONG\r\n", greeting,
		"R\x00\x00\x00\x08\x00\x00\x00\x03", "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00",
		"\x16\x03\x00\x00\x4a\x02", "\x00\x00\x00\x14\x65\x00\x00\x00\x01\x00\x00\x07version\x08\x039.0",
		"\xff\xff\xff\xff", "\x01\x00\x00\x00\xff", "\x30\x84\xff\xff\xff\xff\x02",
	} {
		f.Add([]byte(s))
	}
	scripts := []*Script{
		SMTP("", ""), Redis(), MySQL("", false), MySQL("u", true), PgSQL("u"), LDAP(), SSLHello(), SPOP(),
		tcp(expect(MatchString("abc")), unexpect(MatchHexRegexp(regexp.MustCompile("00")))),
		httpchk(&Response{DisableOn404: true}, content(MatchString("abc"))),
	}
	srv := New(Options{}).Backend(BackendConfig{}).Server(ServerConfig{Weight: 1, Check: &Check{}}, nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range scripts {
			for i, step := range s.Steps {
				switch step.(type) {
				case *Expect, *Response:
				default:
					continue
				}
				a := &Attempt{server: srv, input: append([]byte(nil), data...), closed: true, limit: time.Now()}
				r, _ := step.run(a, position{s, i + 1, false})
				if r.Status.Verdict() == NoVerdict {
					t.Errorf("step %d of %q: no verdict", i, s.Steps)
				}
				if e, ok := step.(*Expect); ok && e.Parse != nil && len(data) > 0 {
					e.Parse(data, false)
				}
			}
		}
	})
}
