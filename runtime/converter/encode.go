package converter

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Converters.Add(
		example(simple("hex", "The bytes in hexadecimal.", core.Bin, core.Str, func(s *core.Stream, p *core.Sample) bool {
			b := s.Scratch(2 * len(p.Bytes))[:0]
			for _, c := range p.Bytes {
				b = append(b, upperHex[c>>4], upperHex[c&15])
			}
			p.SetStr(b)
			return true
		})),
		example(simple("hex2i", "The number that the string is in hexadecimal.", core.Str, core.Sint, func(_ *core.Stream, p *core.Sample) bool {
			n := int64(0)
			for _, c := range p.Bytes {
				d := strings.IndexByte("0123456789abcdef", c|0x20)
				if c >= '0' && c <= '9' {
					d = int(c - '0')
				}
				if d < 0 {
					return false
				}
				n = n<<4 | int64(d)
			}
			p.SetInt(n)
			return true
		})),
		example(simple("htonl", "The number as 4 bytes, the highest first.", core.Sint, core.Bin, func(s *core.Stream, p *core.Sample) bool {
			p.SetBin(binary.BigEndian.AppendUint32(s.Scratch(4)[:0], uint32(p.Int)))
			return true
		})),
		chunks("be2dec", "Groups of bytes, the highest first, as decimal numbers between separators.", func(dst, group []byte) []byte {
			n := uint64(0)
			for _, c := range group {
				n = n<<8 | uint64(c)
			}
			return strconv.AppendUint(dst, n, 10)
		}, 8),
		chunks("be2hex", "Groups of bytes in hexadecimal between separators.", func(dst, group []byte) []byte {
			for _, c := range group {
				dst = append(dst, upperHex[c>>4], upperHex[c&15])
			}
			return dst
		}, 1<<20),
	)
}

const upperHex = "0123456789ABCDEF"

// chunks makes a converter that writes groups of bytes.
func chunks(name, doc string, write func(dst, group []byte) []byte, most int64) *registry.Converter {
	return &registry.Converter{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.1", Usage: "(<separator>[,<chunk_size>[,<truncate>]])", Doc: doc,
			OK: []string{"str(abcd)," + name + "(:,2)"}, Bad: []string{"str(abcd)," + name + "(:,0)"},
		},
		In: core.Bin, Out: core.Str, Min: 1,
		Args: []registry.ArgSpec{argument(registry.ArgString, "separator"), argument(registry.ArgInt, "chunk_size"), argument(registry.ArgInt, "truncate")},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Convert, error) {
			separator, size, truncate := a[0].Text, a[1].Int, a[2].Int != 0
			if name == "be2hex" && !a[1].Given {
				size = most
			}
			switch {
			case name == "be2hex" && size <= 0:
				return nil, fmt.Errorf("chunk_size needs to be positive (%d)", size)
			case size <= 0 || size > most:
				return nil, fmt.Errorf("chunk_size out of [1..%d] range (%d)", most, size)
			case a[2].Int&^1 != 0:
				return nil, fmt.Errorf("Unsupported truncate value (%d)", a[2].Int)
			}
			return func(s *core.Stream, p *core.Sample) bool {
				b := s.Scratch(len(p.Bytes) * (20 + len(separator)))[:0]
				for rest := p.Bytes; len(rest) > 0; {
					n := min(int(size), len(rest))
					if n < int(size) && truncate {
						break
					}
					if len(b) > 0 {
						b = append(b, separator...)
					}
					b, rest = write(b, rest[:n]), rest[n:]
				}
				p.SetStr(b)
				return true
			}, nil
		},
	}
}
