package health

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// The frames of the Stream Processing Offload Protocol that a check meets.
const (
	spopHAProxyHello    = 1
	spopAgentHello      = 101
	spopAgentDisconnect = 102
)

// SPOP is `option spop-check`: HAPROXY-HELLO, answered by AGENT-HELLO.
func SPOP() *Script {
	var body []byte
	body = append(body, spopHAProxyHello, 0, 0, 0, 1, 0, 0)
	body = append(body, "\x12supported-versions\x08\x032.0"...)
	body = append(body, "\x0emax-frame-size\x03\xfc\xf0\x06"...)
	body = append(body, "\x0ccapabilities\x08\x00"...)
	body = append(body, "\x0bhealthcheck\x11"...)
	hello := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return &Script{Steps: []Step{
		&Send{Data: append(hello, body...)},
		&Expect{Parse: spopWelcome},
	}}
}

// spopWelcome judges the agent's frame.
func spopWelcome(input []byte, final bool) (Result, bool) {
	fail := func(why string) Result { return Result{Status: L7Rsp, Info: why} }
	if len(input) < 4 {
		return fail("invalid frame received"), final
	}
	n := binary.BigEndian.Uint32(input)
	if n > maxInput-4 {
		return fail("invalid frame received"), true
	}
	if uint32(len(input)-4) < n {
		return fail("invalid frame received"), final
	}
	frame := input[4 : 4+n]
	if n < 7 || frame[0] != spopAgentHello && frame[0] != spopAgentDisconnect {
		return fail("invalid frame received"), true
	}
	version, ok := spopString(frame[7:], "version")
	switch {
	case !ok:
		return fail("version value not found"), true
	case strings.Split(version, ".")[0] != "2" && strings.Split(version, ".")[0] != "1":
		return fail("unsupported version"), true
	}
	return Result{Status: L7OK, Info: "SPOA server is ok"}, true
}

// spopString finds a text among the names and values of a frame. Names and
// texts shorter than 240 bytes are all that a hello has.
func spopString(kv []byte, name string) (string, bool) {
	key := append([]byte{byte(len(name))}, name...)
	i := bytes.Index(kv, append(key, 8))
	if i < 0 {
		return "", false
	}
	v := kv[i+len(key)+1:]
	if len(v) == 0 || v[0] >= 240 || len(v) < 1+int(v[0]) {
		return "", false
	}
	return string(v[1 : 1+int(v[0])]), true
}
