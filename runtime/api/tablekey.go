package api

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/sticktable"
)

// selection tells which entries a command is about.
type selection uint8

const (
	allEntries selection = iota
	byData
	byKey
	noSelection // what the words say means nothing
)

// selection reads the word behind the table's name.
func (c *Call) selection() selection {
	switch w := c.Arg(1); {
	case w == "":
		return allEntries
	case w == "key":
		return byKey
	case len(w) >= 5 && w[:5] == "data.":
		return byData
	}
	return noSelection
}

// entry finds the entry that "key" names, locked. Without one the command is
// over.
func (c *Call) entry(t *sticktable.Table, doing string) (sticktable.Entry, bool) {
	key, ok := c.key(t, doing)
	if !ok {
		return sticktable.Entry{}, false
	}
	return t.Find(key, conn.Now())
}

// key reads the word behind "key". When it is none, the command has answered.
func (c *Call) key(t *sticktable.Table, doing string) ([]byte, bool) {
	text := c.Arg(2)
	switch {
	case !allows(c.level, core.Operator):
		c.Fail("Permission denied\n")
		return nil, false
	case text == "":
		c.Fail("Key value expected\n")
		return nil, false
	case t.Key == sticktable.Binary:
		c.Fail(doing + " tables of type other than ip, ipv6, string and integer is not supported\n")
		return nil, false
	}
	key, ok := parseKey(t.Key, text)
	if !ok {
		c.Fail("Invalid key\n")
	}
	return key, ok
}

func parseKey(k sticktable.KeyType, text string) ([]byte, bool) {
	switch k {
	case sticktable.IP:
		return looseIPv4(text), true
	case sticktable.IPv6:
		ip, err := netip.ParseAddr(text)
		return ip.AsSlice(), err == nil && ip.Is6() && ip.Zone() == ""
	case sticktable.Integer:
		digits := 0
		for digits < len(text) && (text[digits] >= '0' && text[digits] <= '9' || digits == 0 && text[0] == '+') {
			digits++
		}
		n, err := strconv.ParseUint(trimPlus(text[:digits]), 10, 32)
		return binary.LittleEndian.AppendUint32(nil, uint32(n)), err == nil
	}
	return []byte(text), true
}

func trimPlus(s string) string {
	if s != "" && s[0] == '+' {
		return s[1:]
	}
	return s
}

// looseIPv4 reads an address as HAProxy's commands do: what is missing is 0, and
// nothing is an error.
func looseIPv4(text string) []byte {
	n := uint32(0)
	at := 0
	for shift := 24; shift >= 0; shift -= 8 {
		octet := uint32(0)
		for ; at < len(text) && text[at] >= '0' && text[at] <= '9'; at++ {
			octet = octet*10 + uint32(text[at]-'0')
		}
		n += octet << shift
		if at >= len(text) || text[at] != '.' {
			break
		}
		at++
	}
	return binary.BigEndian.AppendUint32(nil, n)
}

// appendKey appends a key as it is shown.
func appendKey(b []byte, k sticktable.KeyType, key []byte) []byte {
	switch k {
	case sticktable.IP, sticktable.IPv6:
		ip, _ := netip.AddrFromSlice(key)
		return ip.AppendTo(b)
	case sticktable.Integer:
		return strconv.AppendUint(b, uint64(binary.LittleEndian.Uint32(key)), 10)
	case sticktable.Binary:
		return fmt.Appendf(b, "%X", key)
	}
	for _, x := range key {
		b = appendTextByte(b, x)
	}
	return b
}

// escapes are what stands for bytes that would confuse readers.
var escapes = map[byte]string{' ': `\ `, '=': `\=`, '\\': `\\`, '\t': `\t`, '\n': `\n`, '\r': `\r`, 0x1b: `\e`}

func appendTextByte(b []byte, x byte) []byte {
	if e, ok := escapes[x]; ok {
		return append(b, e...)
	}
	if x < ' ' || x >= 0x7f {
		return fmt.Appendf(b, `\x%02X`, x)
	}
	return append(b, x)
}
