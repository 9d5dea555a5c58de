package health

import (
	"encoding/binary"
	"regexp"
	"time"
)

var sslRecord = regexp.MustCompile("^1[56]")

// SSLHello is `option ssl-hello-chk`: an SSL 3.0 client hello, to which any
// handshake or alert record is a good answer.
func SSLHello() *Script {
	none := func([]byte) (string, int) { return "", 0 }
	return &Script{Steps: []Step{
		&Send{Build: sslClientHello},
		&Expect{
			Match: MatchHexRegexp(sslRecord), MinRecv: 5, Fail: none,
			OK: L6OK, Error: L6Rsp, Timeout: L6TOut,
		},
	}}
}

// sslClientHello builds the record around the time of day.
func sslClientHello(*Attempt) []byte {
	b := []byte{0x16, 3, 0, 0, 0x79, 1, 0, 0, 0x75, 3, 0}
	b = binary.BigEndian.AppendUint32(b, uint32(time.Now().Unix()))
	b = append(b, "HAPROXYSSLCHK\nHAPROXYSSLCHK\n\x00\x00\x4e"...)
	for s := byte(0x01); s <= 0x1b; s++ {
		b = append(b, 0, s)
	}
	for s := byte(0x2f); s <= 0x3a; s++ {
		b = append(b, 0, s)
	}
	return append(b, 1, 0) // one compression method: none
}
