package health

import (
	"bytes"
	"encoding/binary"
	"regexp"
)

// pgsqlReady matches the answers that ask for a login, in hexadecimal.
var pgsqlReady = regexp.MustCompile(`^52000000(08|0A|0C)000000(00|02|03|04|05|06|07|09|0A)`)

// PgSQL is `option pgsql-check`: the start of a session of the user.
func PgSQL(user string) *Script {
	body := append([]byte{0, 3, 0, 0}, "user\x00"+user+"\x00\x00"...)
	hello := binary.BigEndian.AppendUint32(nil, uint32(4+len(body)))
	unknown := func([]byte) (string, int) { return "PostgreSQL unknown error", 0 }
	return &Script{Steps: []Step{
		&Connect{Default: true},
		&Send{Data: append(hello, body...)},
		&Expect{
			Match: Matcher{Find: func(b []byte) Outcome { return outcome(b[0] != 'E') }},
			Fail:  pgsqlError, MinRecv: 5,
		},
		&Expect{
			Match: MatchHexRegexp(pgsqlReady), MinRecv: 9, Error: L7Status, Fail: unknown,
			Succeed: func([]byte) (string, int) { return "PostgreSQL server is ok", 0 },
		},
	}}
}

// pgsqlError is the first field of an error message.
func pgsqlError(input []byte) (string, int) {
	if len(input) <= 6 {
		return "", 0
	}
	text, _, _ := bytes.Cut(input[6:], []byte{0})
	return string(text), 0
}
