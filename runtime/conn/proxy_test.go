package conn

import (
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gohap/runtime/conn/proxyproto"
)

func TestAcceptProxy(t *testing.T) {
	src, dst := netip.MustParseAddrPort("1.2.3.4:1111"), netip.MustParseAddrPort("5.6.7.8:80")
	v2 := string(proxyproto.AppendV2(nil, src, dst, &proxyproto.Options{CRC32C: true, UniqueID: []byte("id")}))
	v1 := string(proxyproto.AppendV1(nil, src, dst))
	for _, x := range []struct {
		name, in string
		cut      int // after how many bytes the sender pauses; negative: it closes
		src      netip.AddrPort
		err      string
		cause    error
	}{
		{"version 1", v1, 0, src, "", nil},
		{"version 1 in pieces", v1, 20, src, "", nil},
		{"version 1 in pieces, early", v1, 3, src, "", nil},
		{"version 2", v2, 0, src, "", nil},
		{"version 2 in pieces", v2, 14, src, "", nil},
		{"unknown", "PROXY UNKNOWN\r\n", 0, netip.AddrPort{}, "", nil},
		{"local", string(proxyproto.AppendLocal(nil)), 0, netip.AddrPort{}, "", nil},
		{"none", "GET / HTTP/1.0\r\n\r\n", 0, src,
			"Received something which does not look like a PROXY protocol header", ErrProtocol},
		{"endless line", "PROXY UNKNOWN " + strings.Repeat("x", 200), 0, src,
			"Received an invalid PROXY protocol header", ErrProtocol},
		{"too large", string(v2[:14]) + "\xff\xff", 0, src, "Truncated PROXY protocol header received", ErrProtocol},
		{"closed at once", "", -1, src, "Connection closed while waiting for PROXY protocol header", ErrReset},
		{"closed in the middle", v1[:20], -1, src, "Truncated PROXY protocol header received", ErrProtocol},
		{"nothing", "", 0, src, "Timeout while waiting for PROXY protocol header", ErrTimeout},
	} {
		t.Run(x.name, func(t *testing.T) {
			c, p := pair(t)
			self := c.Remote()
			go func() {
				if x.cut > 0 {
					p.Write([]byte(x.in[:x.cut]))
					time.Sleep(5 * time.Millisecond)
				}
				p.Write([]byte(x.in[max(x.cut, 0):] + "rest"[:4*boolInt(x.err == "")]))
				if x.cut < 0 {
					p.CloseWrite()
				}
			}()
			if x.cause == ErrTimeout {
				c.SetReadTimeout(20 * time.Millisecond)
			}
			h, err := AcceptProxy(c, make([]byte, 1024))
			if x.err != "" {
				if err == nil || err.Error() != x.err || Cause(err) != x.cause {
					t.Fatal(err, Cause(err))
				}
				return
			}
			want := x.src
			if !want.IsValid() {
				want = self
			}
			if err != nil || c.Remote() != want || c.SocketRemote() != self {
				t.Fatal(c.Remote(), err)
			}
			if id, _ := h.TLV(proxyproto.TypeUniqueID); x.in == v2 && string(id) != "id" {
				t.Fatalf("unique id %q", id)
			}
			rest := make([]byte, 4)
			if _, err := io.ReadFull(c, rest); err != nil || string(rest) != "rest" {
				t.Fatalf("behind the header: %q, %v", rest, err)
			}
		})
	}
}

func TestAcceptNetScaler(t *testing.T) {
	c, p := pair(t)
	ip := "\x45\x00\x00\x28\x00\x00\x00\x00\x40\x06\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08"
	tcp := "\x04\x57\x00\x50" + strings.Repeat("\x00", 16)
	p.Write([]byte("\x00\x00\x00\x2a\x00\x00\x00\x34\x00\x01\x00\x28" + ip + tcp + "rest"))
	if _, err := AcceptNetScaler(c, 42, nil); err != nil || c.Remote().String() != "1.2.3.4:1111" || c.Local().String() != "5.6.7.8:80" {
		t.Fatal(c.Remote(), c.Local(), err)
	}
	if rest := make([]byte, 4); readString(c, rest) != "rest" {
		t.Fatalf("behind the header: %q", rest)
	}
	c, p = pair(t)
	p.Write([]byte("GET / HTTP/1.0\r\n\r\n"))
	_, err := AcceptNetScaler(c, 42, nil)
	if !errors.Is(err, proxyproto.ErrNSMagic) || Cause(err) != ErrProtocol {
		t.Fatal(err)
	}
}

func readString(c *Conn, p []byte) string {
	n, _ := io.ReadFull(c, p)
	return string(p[:n])
}
