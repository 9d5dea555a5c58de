package health

import (
	"bytes"
	"encoding/binary"
)

// MySQL is `option mysql-check`. With a user it logs in, without a password, by
// the protocol of 4.1 and later, or the one before.
func MySQL(user string, before41 bool) *Script {
	steps := []Step{&Connect{Default: true}}
	if user == "" {
		return &Script{Steps: append(steps, &Expect{Parse: mysqlGreeting})}
	}
	return &Script{Steps: append(steps,
		&Send{Data: mysqlLogin(user, before41)},
		&Expect{Parse: mysqlGreeting},
		&Expect{Parse: mysqlVerdict},
	)}
}

// mysqlLogin is a handshake response followed by COM_QUIT.
func mysqlLogin(user string, before41 bool) []byte {
	var body []byte
	if before41 {
		body = append([]byte{0x00, 0x80, 0, 0, 1}, user...)
		body = append(body, 0, 0)
	} else {
		body = []byte{0x00, 0x82, 0, 0, 0, 0x80, 0, 1, 0x21}
		body = append(body, make([]byte, 23)...)
		body = append(body, user...)
		body = append(body, 0, 0)
	}
	return append(mysqlPacket(1, body), mysqlPacket(0, []byte{1})...)
}

func mysqlPacket(number byte, body []byte) []byte {
	n := len(body)
	return append([]byte{byte(n), byte(n >> 8), byte(n >> 16), number}, body...)
}

// mysqlGreeting judges the packet that the server begins with, and tells the
// server's version.
func mysqlGreeting(input []byte, final bool) (Result, bool) {
	body, _, ok := mysqlBody(input)
	if !ok {
		return Result{Status: L7Rsp}, final
	}
	r := mysqlJudge(body)
	if r.Status == L7OK {
		version, _, _ := bytes.Cut(body[1:], []byte{0})
		r.Info = string(version)
	}
	return r, true
}

// mysqlVerdict judges the packet after the greeting.
func mysqlVerdict(input []byte, final bool) (Result, bool) {
	greeting, rest, ok := mysqlBody(input)
	if !ok {
		return Result{Status: L7Rsp}, final
	}
	body, _, ok := mysqlBody(rest)
	if !ok {
		return Result{Status: L7Rsp}, final
	}
	r := mysqlJudge(body)
	if r.Status == L7OK {
		r, _ = mysqlGreeting(mysqlPacket(0, greeting), true)
	}
	return r, true
}

// mysqlBody takes the first packet off the input.
func mysqlBody(input []byte) (body, rest []byte, ok bool) {
	if len(input) < 5 {
		return nil, nil, false
	}
	n := int(input[0]) | int(input[1])<<8 | int(input[2])<<16
	if n == 0 || len(input) < 4+n {
		return nil, nil, false
	}
	return input[4 : 4+n], input[4+n:], true
}

func mysqlJudge(body []byte) Result {
	if body[0] != 0xff {
		return Result{Status: L7OK}
	}
	r := Result{Status: L7Status}
	if len(body) >= 3 {
		r.Code = int(binary.LittleEndian.Uint16(body[1:]))
		r.Info = string(body[3:])
	}
	return r
}
