package fetch

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "hostname", Manual: "7.3.2", Doc: "The machine's name.", OK: []string{"hostname -m found"}},
			Out:     core.Str, At: registry.Internal,
			Compile: func(*registry.Compiler, []registry.Arg) (core.Fetch, error) {
				name, err := os.Hostname()
				b := []byte(name)
				return always(func(p *core.Sample) { p.SetStr(b) }), err
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "env", Manual: "7.3.2", Usage: "(<name>)", Doc: "An environment variable as it was when the process started.",
				OK: []string{"env(HOME) -m found"}, Bad: []string{"env(A,B) -m found"},
			},
			Out: core.Str, At: registry.Internal, Min: 1, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "name"}},
			Compile: func(c *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				v, ok := environment(c, a[0].Text)
				b := []byte(v)
				return func(_ *core.Stream, p *core.Sample) bool {
					p.SetStr(b)
					return ok
				}, nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "date", Manual: "7.3.2", Usage: "([<offset>[,<unit>]])", Doc: "The present time since 1970 in s, ms or us, plus an offset in that unit.",
				OK: []string{"date gt 0", "date(-60,ms) gt 0"}, Bad: []string{"date(0,days) gt 0"},
			},
			Out: core.Sint, At: registry.Internal,
			Args: []registry.ArgSpec{{Kind: registry.ArgInt, Name: "offset"}, {Kind: registry.ArgString, Name: "unit"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				offset := a[0].Int
				unit := time.Second
				switch a[1].Text {
				case "", "s":
				case "ms":
					unit = time.Millisecond
				case "us":
					unit = time.Microsecond
				default:
					return nil, fmt.Errorf("expects 's', 'ms' or 'us', got '%s'", a[1].Text)
				}
				return always(func(p *core.Sample) { p.SetInt(conn.Wall().UnixNano()/int64(unit) + offset) }), nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{Name: "date_us", Manual: "7.3.2", Doc: "The microseconds within the present second.", OK: []string{"date_us ge 0"}},
			Out:     core.Sint, At: registry.Internal,
			Compile: plain(always(func(p *core.Sample) { p.SetInt(int64(conn.Wall().Nanosecond() / 1000)) })),
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "rand", Manual: "7.3.2", Usage: "([<range>])", Doc: "A random number from 0 up to below the range.",
				OK: []string{"rand(100) lt 50", "rand ge 0"}, Bad: []string{"rand(x) 1"},
			},
			Out: core.Sint, At: registry.Internal, Args: []registry.ArgSpec{{Kind: registry.ArgInt, Name: "range"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				limit := int64(1) << 32
				if a[0].Given {
					limit = a[0].Int
				}
				if limit <= 0 {
					return always(func(p *core.Sample) { p.SetInt(0) }), nil
				}
				return always(func(p *core.Sample) { p.SetInt(rand.Int64N(limit)) }), nil
			},
		},
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "uuid", Manual: "7.3.2", Usage: "([<version>])", Doc: "A random UUID of version 4, as in RFC 4122.",
				OK: []string{"uuid -m len 36"}, Bad: []string{"uuid(3) -m found"},
			},
			Out: core.Str, At: registry.Internal, Args: []registry.ArgSpec{{Kind: registry.ArgInt, Name: "version"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				if a[0].Given && a[0].Int != 4 {
					return nil, fmt.Errorf("Unsupported UUID version: '%d'", a[0].Int)
				}
				return func(s *core.Stream, p *core.Sample) bool {
					p.SetStr(appendUUID(s.Scratch(36)[:0]))
					return true
				}, nil
			},
		},
		number("nbproc", "The number of processes: 1.", registry.Internal, func(*core.Stream) int64 { return 1 }),
		number("proc", "The number of this process: 1.", registry.Internal, func(*core.Stream) int64 { return 1 }),
		number("thread", "The number of the thread that runs the stream, from 0.", registry.Internal, func(s *core.Stream) int64 {
			if s == nil || s.Session == nil {
				return 0
			}
			return int64(s.Session.Shard)
		}),
		number("prio_class", "The stream's class of priority in queues.", registry.Running, func(s *core.Stream) int64 {
			if s == nil {
				return 0
			}
			return int64(s.PriorityClass)
		}),
		number("prio_offset", "The stream's offset of priority in queues, in milliseconds.", registry.Running, func(s *core.Stream) int64 {
			if s == nil {
				return 0
			}
			return int64(s.PriorityOffset)
		}),
		&registry.Fetch{
			Keyword: registry.Keyword{
				Name: "bin", Manual: "7.3.1", Usage: "(<hex>)", Doc: "The given bytes, written in hexadecimal.",
				OK: []string{"bin(4142) -m str AB"}, Bad: []string{"bin(4) -m found"},
			},
			Out: core.Bin, At: registry.Internal, Min: 1, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "hex"}},
			Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
				b, err := hex.DecodeString(a[0].Text)
				var wrong hex.InvalidByteError
				switch {
				case errors.As(err, &wrong):
					return nil, fmt.Errorf("an hex digit is expected (found '%c')", wrong)
				case err != nil:
					return nil, fmt.Errorf("an even number of hex digit is expected")
				}
				return always(func(p *core.Sample) { p.SetBin(b) }), nil
			},
		},
	)
}

// environment reads a variable as the configuration sees it.
func environment(c *registry.Compiler, name string) (string, bool) {
	if c.Env != nil {
		return c.Env(name)
	}
	return os.LookupEnv(name)
}

const lowerHex = "0123456789abcdef"

// appendUUID appends a random UUID of version 4.
func appendUUID(dst []byte) []byte {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], rand.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, lowerHex[c>>4], lowerHex[c&15])
	}
	return dst
}

// number makes a fetch of a number that needs no argument.
func number(name, doc string, at registry.Places, of func(*core.Stream) int64) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.2", Doc: doc, OK: []string{name + " ge 0"}},
		Out:     core.Sint, At: at,
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			p.SetInt(of(s))
			return true
		}),
	}
}
