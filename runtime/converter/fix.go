package converter

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "fix_is_valid", Manual: "7.3.1", Doc: "True if the bytes start with a valid FIX message; no value as long as it is cut.",
				OK: []string{"req.payload(0,0),fix_is_valid"}, Bad: []string{"req.payload(0,0),fix_is_valid(1)"},
			},
			In: core.Bin, Out: core.Bool,
			Compile: plain(func(_ *core.Stream, p *core.Sample) bool {
				valid, whole := validFIX(p.Bytes)
				p.SetBool(valid)
				return whole
			}),
		},
		&registry.Converter{
			Keyword: registry.Keyword{
				Name: "fix_tag_value", Manual: "7.3.1", Usage: "(<tag>)", Doc: "The value of a tag, named or numbered, of a FIX message.",
				OK:  []string{"req.payload(0,0),fix_tag_value(MsgType)", "req.payload(0,0),fix_tag_value(35)"},
				Bad: []string{"req.payload(0,0),fix_tag_value(nope)", "req.payload(0,0),fix_tag_value"},
			},
			In: core.Bin, Out: core.Bin, Min: 1, Args: []registry.ArgSpec{argument(registry.ArgString, "tag")},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
				tag, ok := fixTags[strings.ToLower(a[0].Text)]
				if n, err := strconv.ParseUint(a[0].Text, 10, 64); err == nil && n > 0 {
					tag, ok = int(n), true
				}
				if !ok {
					return nil, fmt.Errorf("Unknown FIX tag name '%s'", a[0].Text)
				}
				return func(_ *core.Stream, p *core.Sample) bool {
					for m := (fixMessage{rest: p.Bytes}); m.next(); {
						if m.tag == tag {
							p.SetBin(m.value)
							return true
						}
					}
					return false
				}, nil
			},
		},
	)
}

// The tags with names.
const (
	fixBeginString = 8
	fixBodyLength  = 9
	fixCheckSum    = 10
	fixMsgType     = 35
)

var fixTags = map[string]int{
	"beginstring": fixBeginString, "bodylength": fixBodyLength, "checksum": fixCheckSum, "msgtype": fixMsgType,
	"sendercompid": 49, "targetcompid": 56,
}

// fixMessage walks through the fields of a message, "tag=value" and a byte 1 each.
type fixMessage struct {
	rest  []byte
	tag   int
	value []byte
	wrong bool // the field is none; else, without a next one, it is cut
}

func (m *fixMessage) next() bool {
	end := bytes.IndexByte(m.rest, 1)
	if end < 0 {
		return false
	}
	name, value, ok := bytes.Cut(m.rest[:end], []byte{'='})
	tag := 0
	for _, c := range name {
		if !isDigit(c) || tag > 1<<32 {
			m.wrong = true
			return false
		}
		tag = tag*10 + int(c-'0')
	}
	if m.wrong = !ok || tag == 0; m.wrong {
		return false
	}
	m.tag, m.value, m.rest = tag, value, m.rest[end+1:]
	return true
}

// minFIX is the length of the shortest message.
const minFIX = 26

// validFIX checks the message that b starts with, and tells whether it is whole
// as far as that matters.
func validFIX(b []byte) (valid, whole bool) {
	if len(b) < minFIX {
		return false, false
	}
	m := fixMessage{rest: b}
	bodyStart, bodyLength := 0, int64(0)
	for i := 0; ; i++ {
		at := len(b) - len(m.rest)
		if !m.next() {
			return false, m.wrong
		}
		switch {
		case i == 0:
			if m.tag != fixBeginString || !knownFIX(m.value) {
				return false, true
			}
		case i == 1:
			if m.tag != fixBodyLength {
				return false, true
			}
			bodyLength = decimal(m.value)
			bodyStart = len(b) - len(m.rest)
		case i == 2 && m.tag != fixMsgType:
			return false, true
		case m.tag == fixCheckSum:
			sum := byte(0)
			for _, c := range b[:at] {
				sum += c
			}
			return int64(at-bodyStart) == bodyLength && len(m.value) == 3 && decimal(m.value) == int64(sum), true
		}
	}
}

func knownFIX(version []byte) bool {
	switch string(version) {
	case "FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIXT.1.1":
		return true
	}
	return false
}

// decimal reads a number, -1 for what is none.
func decimal(b []byte) int64 {
	n := int64(0)
	for _, c := range b {
		if !isDigit(c) || n > 1<<40 {
			return -1
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
