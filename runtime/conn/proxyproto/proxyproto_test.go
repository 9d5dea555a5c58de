package proxyproto

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

func addr(s string) netip.AddrPort {
	if s == "" {
		return netip.AddrPort{}
	}
	return netip.MustParseAddrPort(s)
}

func TestParseV1(t *testing.T) {
	for _, x := range []struct {
		line     string
		src, dst string
		err      error
	}{
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1111 80\r\n", "1.2.3.4:1111", "5.6.7.8:80", nil},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 0 0\r\n", "1.2.3.4:0", "5.6.7.8:0", nil},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 01111 80\r\n", "1.2.3.4:1111", "5.6.7.8:80", nil},
		{"PROXY TCP6 2001:db8::1 ::1 1 65535\r\n", "[2001:db8::1]:1", "[::1]:65535", nil},
		{"PROXY TCP6 ::ffff:1.2.3.4 ::1 1 2\r\n", "[::ffff:1.2.3.4]:1", "[::1]:2", nil},
		{"PROXY UNKNOWN\r\n", "", "", nil},
		{"PROXY UNKNOWN ffff:: whatever\r\n", "", "", nil},
		{"PROXY TCP6 1.2.3.4 ::1 1 2\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 2001:db8::1 ::1 1 2\r\n", "", "", ErrInvalid},
		{"PROXY TCP6 fe80::1%lo ::1 1 2\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1 -2\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1 +2\r\n", "", "", ErrInvalid},
		{"PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n", "", "", ErrInvalid},
		{"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "", "", ErrInvalid},
		{"PROXY UNKNOWN " + strings.Repeat("x", MaxV1) + "\r\n", "", "", ErrInvalid},
		{"PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n", "", "", ErrProtocol},
		{"proxy TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "", "", ErrNotProxy},
		{"GET / HTTP/1.0\r\n", "", "", ErrNotProxy},
	} {
		h, err := ParseV1([]byte(x.line))
		if err != x.err || h.Src != addr(x.src) || h.Dst != addr(x.dst) {
			t.Errorf("%q: %v %v %v", x.line, h.Src, h.Dst, err)
		}
	}
}

// TestAppend compares with what HAProxy 2.6.12 was seen to send.
func TestAppend(t *testing.T) {
	for _, x := range []struct{ src, dst, v1, v2 string }{
		{"127.0.0.1:49822", "127.0.0.1:18551", "PROXY TCP4 127.0.0.1 127.0.0.1 49822 18551\r\n",
			Signature + "!\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01\xc2\x9eHw"},
		{"[2001:db8::1]:49850", "127.0.0.1:18551", "PROXY TCP6 2001:db8::1 ::ffff:127.0.0.1 49850 18551\r\n",
			Signature + "!!\x00$ \x01\r\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" +
				"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x7f\x00\x00\x01\xc2\xbaHw"},
		{"1.2.3.4:47666", "[::1]:18552", "PROXY TCP6 ::ffff:1.2.3.4 ::1 47666 18552\r\n",
			Signature + "!!\x00$\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x01\x02\x03\x04" +
				"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\xba2Hx"},
		{"", "", "PROXY UNKNOWN\r\n", Signature + " \x00\x00\x00"},
	} {
		if got := AppendV1(nil, addr(x.src), addr(x.dst)); string(got) != x.v1 {
			t.Errorf("version 1: %q", got)
		}
		if got := AppendV2(nil, addr(x.src), addr(x.dst), nil); string(got) != x.v2 {
			t.Errorf("version 2: %q", got)
		}
	}
	// A checksum by HAProxy, ahead of an empty unique id.
	want := Signature + "!\x11\x00\x16\x7f\x00\x00\x01\x7f\x00\x00\x01\xc2\xaeHw\x03\x00\x040\x9bl\xce\x05\x00\x00"
	got := AppendV2(nil, addr("127.0.0.1:49838"), addr("127.0.0.1:18551"), &Options{CRC32C: true, UniqueID: []byte{}})
	if string(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestParseV2(t *testing.T) {
	fixed := func(command, family byte, rest string) []byte {
		return append([]byte(Signature), append([]byte{command, family, byte(len(rest) >> 8), byte(len(rest))}, rest...)...)
	}
	const a4 = "\x01\x02\x03\x04\x05\x06\x07\x08\x04\x57\x00\x50"
	for _, x := range []struct {
		name string
		b    []byte
		src  string
		err  error
	}{
		{"plain", fixed(0x21, 0x11, a4), "1.2.3.4:1111", nil},
		{"with a TLV", fixed(0x21, 0x11, a4+"\x04\x00\x03abc"), "1.2.3.4:1111", nil},
		{"local", fixed(0x20, 0x11, a4), "", nil},
		{"local, bare", fixed(0x20, 0, ""), "", nil},
		{"unspecified", fixed(0x21, 0, "whatever"), "", nil},
		{"unix", fixed(0x21, 0x31, strings.Repeat("a", 216)), "", nil},
		{"datagram", fixed(0x21, 0x12, a4), "", ErrInvalid},
		{"unknown family", fixed(0x21, 0x41, a4), "", ErrInvalid},
		{"unknown command", fixed(0x22, 0x11, a4), "", ErrInvalid},
		{"version 3", fixed(0x31, 0x11, a4), "", ErrNotProxy},
		{"short addresses", fixed(0x21, 0x11, "1234"), "", ErrInvalid},
		{"short TLV", fixed(0x21, 0x11, a4+"\x04\x00\x09abc"), "", ErrInvalid},
		{"stray bytes", fixed(0x21, 0x11, a4+"\x04\x00"), "", ErrInvalid},
		{"wrong checksum", fixed(0x21, 0x11, a4+"\x03\x00\x04abcd"), "", ErrInvalid},
		{"checksum of a wrong size", fixed(0x21, 0x11, a4+"\x03\x00\x02ab"), "", ErrInvalid},
		{"cut", fixed(0x21, 0x11, a4)[:20], "", ErrTruncated},
		{"no signature", []byte("GET / HTTP/1.0\r\n\r\n"), "", ErrNotProxy},
	} {
		h, err := ParseV2(x.b)
		if err != x.err || h.Src != addr(x.src) {
			t.Errorf("%s: %v %v", x.name, h.Src, err)
		}
	}
	o := &Options{CRC32C: true, UniqueID: []byte("id"), Authority: []byte("example.org"),
		TLVs: AppendTLV(nil, TypeNoop, []byte("x"))}
	b := AppendV2(nil, addr("[::1]:1"), addr("[::2]:2"), o)
	h, err := ParseV2(b)
	if err != nil || h.Src != addr("[::1]:1") || h.Dst != addr("[::2]:2") {
		t.Fatal(h, err)
	}
	for kind, want := range map[byte]string{TypeUniqueID: "id", TypeAuthority: "example.org", TypeNoop: "x"} {
		if got, ok := h.TLV(kind); !ok || string(got) != want {
			t.Errorf("TLV %d is %q", kind, got)
		}
	}
	if _, ok := h.TLV(TypeALPN); ok {
		t.Error("a TLV that is not there")
	}
	b[len(b)-1]++
	if _, err := ParseV2(b); err != ErrInvalid {
		t.Error("a changed byte went unnoticed")
	}
	// TLVs that do not fit are left out.
	b = AppendV2(nil, addr("[::1]:1"), addr("[::2]:2"), &Options{CRC32C: true, TLVs: make([]byte, 70000)})
	if h, err := ParseV2(b); err != nil || len(h.TLVs) != 0 || h.Src != addr("[::1]:1") {
		t.Error(len(h.TLVs), err)
	}
}

func TestParseNS(t *testing.T) {
	const magic = 0x12345678
	const tcp = "\x04\x57\x00\x50" + "\x00\x00\x00\x00\x00\x00\x00\x00\x50\x00\x00\x00\x00\x00\x00\x00"
	ip4 := func(first, proto byte, options string) string {
		return string(first) + "\x00\x00\x28\x00\x00\x00\x00\x40" + string(proto) + "\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08" + options
	}
	ip6 := "\x60\x00\x00\x00\x00\x14\x06\x40" + strings.Repeat("\x00", 15) + "\x01" + strings.Repeat("\x00", 15) + "\x02"
	legacy := func(p string) string { return "\x12\x34\x56\x78\x00\x00\x00" + string(rune(len(p))) + p }
	newer := func(p string) string {
		return "\x12\x34\x56\x78\x00\x00\x00" + string(rune(len(p)+12)) + "\x00\x01\x00" + string(rune(len(p))) + p
	}
	for _, x := range []struct {
		name, b, src string
		err          error
	}{
		{"legacy", legacy(ip4(0x45, 6, "") + tcp), "1.2.3.4:1111", nil},
		{"newer", newer(ip4(0x45, 6, "") + tcp), "1.2.3.4:1111", nil},
		{"legacy, IPv6", legacy(ip6 + tcp), "[::1]:1111", nil},
		{"newer, IPv6", newer(ip6 + tcp), "[::1]:1111", nil},
		{"IP options", newer(ip4(0x46, 6, "abcd") + tcp), "1.2.3.4:1111", nil},
		{"another magic", "\x12\x34\x56\x79" + legacy(ip4(0x45, 6, "") + tcp)[4:], "", ErrNSMagic},
		{"UDP", newer(ip4(0x45, 17, "") + tcp), "", ErrNSProtocol},
		{"IP version 5", newer(ip4(0x55, 6, "") + tcp), "", ErrNSProtocol},
		{"no TCP header", newer(ip4(0x45, 6, "")), "", ErrNSTruncated},
		{"empty", newer(""), "", ErrNSTruncated},
		{"huge", "\x12\x34\x56\x78\x00\x01\x00\x00\x45\x00\x00\x00", "", ErrNSTruncated},
		{"cut", newer(ip4(0x45, 6, "") + tcp)[:30], "", ErrNSTruncated},
	} {
		h, err := ParseNS([]byte(x.b), magic)
		if err != x.err || h.Src != addr(x.src) {
			t.Errorf("%s: %v %v", x.name, h.Src, err)
		}
	}
}

func TestAppendAllocates(t *testing.T) {
	b := make([]byte, 0, 256)
	src, dst := addr("1.2.3.4:5"), addr("[::1]:6")
	o := &Options{CRC32C: true, UniqueID: []byte("x")}
	if n := testing.AllocsPerRun(100, func() { AppendV2(AppendV1(b, src, dst), src, dst, o) }); n != 0 {
		t.Error(n, "allocations")
	}
}

// FuzzParse: no input makes a parser panic or read beyond the header, and what
// was understood can be written and read back.
func FuzzParse(f *testing.F) {
	f.Add([]byte("PROXY TCP4 1.2.3.4 5.6.7.8 1111 80\r\n"))
	f.Add([]byte("PROXY UNKNOWN\r\n"))
	f.Add(AppendV2(nil, addr("1.2.3.4:5"), addr("[::1]:6"), &Options{CRC32C: true, UniqueID: []byte("x")}))
	f.Add(AppendLocal(nil))
	ns, _ := hex.DecodeString("12345678000000344500002800000000400600000102030405060708045700500000000000000000500000000000000000000000")
	f.Add(ns)
	f.Fuzz(func(t *testing.T, b []byte) {
		h1, err1 := ParseV1(b)
		h2, err2 := ParseV2(b)
		if _, err := ParseNS(b, 0x12345678); err == nil {
			if n, _ := LenNS(b, 0x12345678); n > len(b) {
				t.Fatal("beyond the end")
			}
		}
		if err1 == nil {
			back, err := ParseV1(AppendV1(nil, h1.Src, h1.Dst))
			if err != nil || back.Src != h1.Src || back.Dst != h1.Dst {
				t.Fatalf("version 1: %v came back as %v, %v", h1, back, err)
			}
		}
		if err2 == nil && h2.Src.IsValid() {
			back, err := ParseV2(AppendV2(nil, h2.Src, h2.Dst, &Options{TLVs: h2.TLVs}))
			if err != nil || back.Src != h2.Src || back.Dst != h2.Dst || !bytes.Equal(back.TLVs, h2.TLVs) {
				if _, sealed := h2.TLV(TypeCRC32C); !sealed {
					t.Fatalf("version 2: %v came back as %v, %v", h2, back, err)
				}
			}
		}
	})
}
