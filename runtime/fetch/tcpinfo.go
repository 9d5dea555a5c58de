package fetch

import (
	"fmt"
	"time"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(
		roundTrip("fc_rtt", "The round trip time of the client's connection, in ms or us.", func(i *conn.TCPInfo) time.Duration { return i.RTT }),
		roundTrip("fc_rttvar", "How much the round trip time of the client's connection varies, in ms or us.", func(i *conn.TCPInfo) time.Duration { return i.RTTVar }),
		tcpCounter("fc_unacked", "The packets to the client that are not acknowledged yet.", func(i *conn.TCPInfo) uint32 { return i.Unacked }),
		tcpCounter("fc_sacked", "The packets to the client that are acknowledged out of order.", func(i *conn.TCPInfo) uint32 { return i.Sacked }),
		tcpCounter("fc_lost", "The packets to the client that are taken for lost.", func(i *conn.TCPInfo) uint32 { return i.Lost }),
		tcpCounter("fc_retrans", "The packets to the client that are being sent again.", func(i *conn.TCPInfo) uint32 { return i.Retrans }),
		tcpCounter("fc_fackets", "The kernel's counter of forward acknowledgments for the client's connection.", func(i *conn.TCPInfo) uint32 { return i.Fackets }),
		tcpCounter("fc_reordering", "How far packets to the client may come out of order.", func(i *conn.TCPInfo) uint32 { return i.Reordering }),
	)
}

// clientTCP asks the kernel for the client's connection.
func clientTCP(s *core.Stream) (conn.TCPInfo, bool) {
	if s.Session.Conn == nil {
		return conn.TCPInfo{}, false
	}
	return s.Session.Conn.TCPInfo()
}

func roundTrip(name, doc string, of func(*conn.TCPInfo) time.Duration) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{
			Name: name, Manual: "7.3.3", Usage: "([<unit>])", Doc: doc,
			OK: []string{name + " lt 100", name + "(us) lt 1000"}, Bad: []string{name + "(s) lt 1"},
		},
		Out: core.Sint, At: registry.L4Client, Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "unit"}},
		Compile: func(_ *registry.Compiler, a []registry.Arg) (core.Fetch, error) {
			unit := time.Millisecond
			switch a[0].Text {
			case "", "ms":
			case "us":
				unit = time.Microsecond
			default:
				return nil, fmt.Errorf("expects 'us' or 'ms', got '%s'", a[0].Text)
			}
			return func(s *core.Stream, p *core.Sample) bool {
				info, ok := clientTCP(s)
				p.SetInt(int64(of(&info) / unit))
				return ok
			}, nil
		},
	}
}

func tcpCounter(name, doc string, of func(*conn.TCPInfo) uint32) *registry.Fetch {
	return &registry.Fetch{
		Keyword: registry.Keyword{Name: name, Manual: "7.3.3", Doc: doc, OK: []string{name + " ge 0"}},
		Out:     core.Sint, At: registry.L4Client,
		// HAProxy takes an argument, and does nothing with it.
		Args: []registry.ArgSpec{{Kind: registry.ArgString, Name: "unused"}},
		Compile: plain(func(s *core.Stream, p *core.Sample) bool {
			info, ok := clientTCP(s)
			p.SetInt(int64(of(&info)))
			return ok
		}),
	}
}
