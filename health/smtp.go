package health

import (
	"bytes"
	"regexp"
)

var (
	smtpReply   = regexp.MustCompile(`^[0-9]{3}[ \r]`)
	smtpReady   = regexp.MustCompile(`^2[0-9]{2}[ \r]`)
	smtpHello   = regexp.MustCompile(`^(2[0-9]{2}-[^\r]*\r\n)*2[0-9]{2}[ \r]`)
	smtpGoodbye = regexp.MustCompile(`^2[0-9]{2}[- \r]`)
)

// SMTP is `option smtpchk`: greeting, hello, goodbye. hello is HELO or EHLO,
// and any other word, or none, stands for "HELO localhost".
func SMTP(hello, domain string) *Script {
	if hello != "HELO" && hello != "EHLO" || domain == "" {
		hello, domain = "HELO", "localhost"
	}
	return &Script{Steps: []Step{
		&Connect{Default: true},
		&Expect{Match: MatchRegexp(smtpReply), MinRecv: 4, Fail: firstLine},
		&Expect{Match: MatchRegexp(smtpReady), MinRecv: 4, Error: L7Status, Fail: smtpWords},
		&Send{Data: []byte(hello + " " + domain + "\r\n")},
		&Expect{Match: MatchRegexp(smtpHello), MinRecv: -1, Error: L7Status, Fail: smtpWords},
		&Send{Data: []byte("QUIT\r\n")},
		&Expect{
			Match: MatchRegexp(smtpGoodbye), MinRecv: 4,
			Error: L7Status, Fail: smtpWords, Succeed: smtpWords,
		},
	}}
}

// smtpWords splits a reply into its code and the words after it.
func smtpWords(input []byte) (string, int) {
	line, _ := firstLine(input)
	code := 0
	for _, c := range input[:min(3, len(input))] {
		if c < '0' || c > '9' {
			break
		}
		code = code*10 + int(c-'0')
	}
	return line[min(4, len(line)):], code
}

// firstLine quotes the input up to its first line end.
func firstLine(input []byte) (string, int) {
	if i := bytes.IndexAny(input, "\r\n"); i >= 0 {
		input = input[:i]
	}
	return string(input), 0
}
