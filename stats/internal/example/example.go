// Package example holds one configuration twice: as text for haproxy and as the
// snapshot that a source for it would yield, so that renderers can be compared
// with haproxy value by value.
package example

import (
	"fmt"
	"time"

	"gohap/stats"
)

// Addrs are the addresses in the configuration. Web, Raw and Page are to be
// bound; a server listens on Open and none on Shut.
type Addrs struct{ Web, Raw, Page, Open, Shut string }

// Global holds the lines of the global section.
const Global = `	node n1
	description "one, \"two\""
	maxconn 600
`

// Config returns the configuration without the global section. The page is
// served at /stats, with everything shown, and the exporter at /metrics.
func Config(a Addrs) string {
	return fmt.Sprintf(`
defaults
	mode http
	maxconn 500
	timeout connect 1s
	timeout client 5s
	timeout server 5s
listen web
	description Shop & <more>
	bind %[1]s name http maxconn 40
	option socket-stats
	cookie SRV insert
	balance leastconn
	server up %[4]s check inter 500 fall 1 rise 1 weight 10 cookie c1,2 maxconn 20 maxqueue 30 pool-max-conn 7
	server off %[5]s check inter 500 fall 1 backup agent-check agent-inter 500 agent-addr 127.0.0.1 agent-port %[6]s
	server plain %[5]s backup
	server maint %[5]s disabled check
	server track %[5]s track web/up
listen raw
	mode tcp
	bind %[2]s
	server up %[4]s check inter 500 fall 1 rise 1 observe layer4
frontend page
	bind %[3]s
	stats enable
	stats uri /stats
	stats refresh 1m
	stats show-legends
	stats show-node
	stats show-desc
	stats admin if TRUE
	http-request use-service prometheus-exporter if { path /metrics }
`, a.Web, a.Raw, a.Page, a.Open, a.Shut, port(a.Shut))
}

// Settled reports whether the CSV of the configuration shows that every check
// has had its first result.
func Settled(csv string) bool {
	n := 0
	for i := 0; i+5 < len(csv); i++ {
		switch csv[i : i+5] {
		case ",L4OK":
			n++
		case ",L4CO":
			n++
		}
	}
	return n >= 4
}

func port(addr string) string {
	for i := len(addr) - 1; i >= 0; i-- {
		if addr[i] == ':' {
			return addr[i+1:]
		}
	}
	return addr
}

// Snapshot returns what a source for the configuration yields once its checks
// have had their results and before there was any traffic.
func Snapshot(a Addrs) *stats.Snapshot {
	l4ok := stats.Check{Configured: true, Status: "L4OK", Desc: "Layer4 check passed", Rise: 1, Fall: 1, Health: 1}
	l4con := stats.Check{Configured: true, Status: "L4CON", Desc: "Layer4 connection problem", Last: "Connection refused", Rise: 2, Fall: 1}
	agent := l4con
	agent.Rise, agent.Health = 1, 1
	server := stats.Row{Kind: stats.KindServer, Proxy: "web", Mode: "http", IID: 2, Weight: 1, UserWeight: 1, LastSession: -1}
	up, off, plain, maint, track := server, server, server, server, server

	up.Name, up.SID, up.Addr, up.Status = "up", 1, a.Open, "UP"
	up.Active, up.Weight, up.UserWeight, up.Cookie = 1, 10, 10, "c1,2"
	up.SessionLimit, up.QueueLimit, up.IdleLimit, up.HasIdleLimit = 20, 30, 7, true
	up.Check, up.ConnsNeeded = l4ok, 1

	off.Name, off.SID, off.Addr, off.Status = "off", 2, a.Shut, "DOWN"
	off.Backup, off.Check, off.Agent = 1, l4con, agent
	off.FailedChecks, off.Downs, off.ConnsNeeded = 1, 1, 1

	plain.Name, plain.SID, plain.Addr, plain.Status, plain.Backup = "plain", 3, a.Shut, "no check", 1

	maint.Name, maint.SID, maint.Addr, maint.Status, maint.Active = "maint", 4, a.Shut, "MAINT", 1
	maint.Check = stats.Check{Configured: true, Paused: true}

	track.Name, track.SID, track.Addr, track.Status, track.Active = "track", 5, a.Shut, "UP", 1
	track.Tracked = "web/up"

	raw := server
	raw.Proxy, raw.Mode, raw.IID, raw.Name, raw.SID, raw.Addr = "raw", "tcp", 3, "up", 1, a.Open
	raw.Status, raw.Active, raw.Check, raw.Observe, raw.ConnsNeeded = "UP", 1, l4ok, true, 1

	return &stats.Snapshot{
		List: []stats.Proxy{
			{
				Name: "web", ID: 2, Mode: "http", Desc: "Shop & <more>",
				Frontend: &stats.Row{Kind: stats.KindFrontend, Proxy: "web", Name: "FRONTEND", Mode: "http", IID: 2, Status: "OPEN", SessionLimit: 500},
				Listeners: []stats.Row{
					{Kind: stats.KindListener, Proxy: "web", Name: "http", Mode: "http", IID: 2, SID: 1, Status: "OPEN", SessionLimit: 40, Addr: a.Web},
				},
				Servers: []stats.Row{up, off, plain, maint, track},
				Backend: &stats.Row{
					Kind: stats.KindBackend, Proxy: "web", Name: "BACKEND", Mode: "http", IID: 2, Status: "UP", SessionLimit: 50,
					Weight: 11, UserWeight: 11, Active: 2, Backup: 1, Algo: "leastconn", Cookie: "SRV", LastSession: -1,
				},
			},
			{
				Name: "raw", ID: 3, Mode: "tcp",
				Frontend: &stats.Row{Kind: stats.KindFrontend, Proxy: "raw", Name: "FRONTEND", Mode: "tcp", IID: 3, Status: "OPEN", SessionLimit: 500},
				Servers:  []stats.Row{raw},
				Backend: &stats.Row{
					Kind: stats.KindBackend, Proxy: "raw", Name: "BACKEND", Mode: "tcp", IID: 3, Status: "UP", SessionLimit: 50,
					Weight: 1, UserWeight: 1, Active: 1, Algo: "roundrobin", LastSession: -1,
				},
			},
			{
				Name: "page", ID: 4, Mode: "http",
				Frontend: &stats.Row{Kind: stats.KindFrontend, Proxy: "page", Name: "FRONTEND", Mode: "http", IID: 4, Status: "OPEN", SessionLimit: 500},
			},
		},
		Process: stats.Info{
			Name: "HAProxy", Version: "2.6.12-1+deb12u4", ReleaseDate: "2026/10/17", BuildInfo: "2.6.12-1+deb12u4",
			Node: "n1", Description: `one, "two"`, PID: 4242, Threads: 2,
			StartTime: time.Unix(1700000000, 123456000), Uptime: 90061500 * time.Millisecond,
			UlimitN: 1234, MaxSock: 1234, MaxConn: 600, HardMaxConn: 600,
			CurrConns: 1, CumConns: 20, CumReq: 30, ConnRate: 1.25, SessRate: 1.5, IdlePct: 100, Listeners: 4, Jobs: 5, Tasks: 12,
		},
	}
}
