package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// spoeCase is a configuration with an engine, an agent, and what a client does.
type spoeCase struct {
	name  string
	agent spoeAgent
	// options are lines of the spoe-agent section, file what comes behind it; "" is
	// spoeMessages.
	options, file string
	// frontend are lines of that section, mode is its, "" for http.
	frontend, mode string
	// where is the section that has the filter: "" for the frontend, "backend" or
	// "listen", which is both.
	where string
	// dead says that nobody listens at the agent's address.
	dead bool
	// client does what it wants with the frontend at addr; nil sends one request.
	client func(addr string) ([]string, error)
	// talk is client for those who look at more than the frontend.
	talk func(r *spoeRun) ([]string, error)
	// held has the agent answer questions only once talk has closed its channel.
	held bool
	// settled is what the agent's last line starts with once all is over, "" for
	// nothing to wait for.
	settled string
	// loads says that HAProxy opens more connections than it needs: log lines are
	// compared without how many there are.
	loads bool
	// agentless does not look at the agent, which HAProxy greets even if it will not ask.
	agentless bool
}

const spoeMessages = `spoe-message first
    args ip=src
    event on-client-session
spoe-message second
    args path=path
    event on-frontend-http-request
`

const spoeAll = `spoe-message c
    args a=src dst port=src_port,mul(0) none=var(sess.px.none)
    event on-client-session
spoe-message fr
    event on-frontend-tcp-request
spoe-message br
    event on-backend-tcp-request
spoe-message fh
    args p=path m=method h=req.hdrs hb=req.hdrs_bin none=hdr(nope) t=always_true f=always_false neg=int(-5) big=int(5000000000)
    args v6=ipv6(::1) ip=ipv4(1.2.3.4) bin=bin(00ff) str(hello),upper x=int(300) v=var(txn.px.a)
    event on-frontend-http-request
spoe-message not
    event on-frontend-http-request if { path /nowhere }
spoe-message also
    acl root path /
    args empty=str()
    event on-frontend-http-request if root
spoe-message bh
    event on-backend-http-request
spoe-message ss
    args server=srv_name
    event on-server-session
spoe-message tr
    event on-tcp-response
spoe-message hr
    args st=status h=res.hdr(x-answer)
    event on-http-response
`

const spoeGroups = `spoe-message m1
    args p=path
spoe-message m2
    args z=str(zzz)
    event on-frontend-http-request if { path /a }
spoe-message m3
    args s=status
spoe-message m4
    args s=src
spoe-group g
    messages m1 m2
spoe-group g3
    messages m3
spoe-group g4
    messages m4
`

const spoeInspect = "    tcp-request inspect-delay 5s\n    tcp-request content send-spoe-group e g4\n" +
	"    tcp-request content accept if { req.len gt 0 }\n"

var spoeScopes = slices.Concat(
	spopSet(0, "a", 8, 4, 'p', 'r', 'o', 'c'), spopSet(1, "a", 2, 7), spopSet(2, "a", 3, 0xf0, 0), spopSet(3, "a", 4, 9), spopSet(4, "a", 5, 10),
	spopSet(2, "b", 0x11), spopSet(2, "c", 6, 1, 2, 3, 4), spopSet(2, "d", 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
	spopSet(2, "e", 9, 2, 0, 'A'), spopSet(2, "f", 8, 1, 'f'), spopSet(2, "nowhere", 8, 1, 'x'), spopSet(2, "f", 0), spopSet(2, "g", 8, 1, 'g'),
	spopUnset(2, "g"), spopSet(2, "h", 8, 1, 'h'), spopSet(2, "h", 15), spopSet(2, "i", 8, 1, 'i'), []byte{1, 2, 2, 1, 'i'}, spopSet(2, "j", 8, 1, 'j'))

const spoeShow = `    http-request set-header x-a %[var(proc.px.a)],%[var(sess.px.a)],%[var(txn.px.a)],%[var(req.px.a)],%[var(res.px.a)]
    http-request set-header x-b %[var(txn.px.b)],%[var(txn.px.c)],%[var(txn.px.d)],%[var(txn.px.e),hex],%[var(txn.px.f)],%[var(txn.px.g)],%[var(txn.px.h)],%[var(txn.px.i)],%[var(txn.px.j)]
    http-response set-header x-r %[var(res.px.a)],%[var(req.px.a)]
`

func spoeCases() []spoeCase {
	quick := "timeout processing 700ms"
	cases := []spoeCase{
		{name: "events", file: spoeAll, options: "timeout idle 400ms\n    messages c fr br fh not also bh ss tr hr", client: spoeTwice, settled: "1 disconnect"},
		{name: "tcp", file: spoeAll, options: "messages c fr br ss tr", mode: "tcp", client: spoeHello},
		{name: "variables", agent: spoeAgent{actions: spoeScopes}, frontend: spoeShow},
		{name: "forced", agent: spoeAgent{actions: spoeScopes}, frontend: spoeShow, options: "option force-set-var\n    messages first second"},
		{name: "final", file: spoeGroups, options: "groups g g3 g4", frontend: "    tcp-request content send-spoe-group e g4\n    http-request send-spoe-group e g\n", agentless: true},
		// What the client says is there when the rules go on behind the answer.
		{name: "inspected", file: spoeGroups, options: "groups g g3 g4", frontend: spoeInspect, mode: "tcp", held: true, talk: spoeAhead},
		// The client speaks when the rules wait for that; they begin anew.
		{name: "inspected late", file: spoeGroups, options: "groups g g3 g4", frontend: spoeInspect, mode: "tcp", talk: spoeBehind},
		{name: "groups", file: spoeGroups, options: "groups g g3 g4", frontend: "    http-request send-spoe-group e g\n" +
			"    http-request set-header x-a %[var(txn.px.a)]\n    http-response send-spoe-group e g3\n", agent: spoeAgent{actions: spopSet(2, "a", 8, 1, 'v')}, client: spoePaths("/", "/a")},
		{name: "no frames", file: spoeAll, options: "messages not also", client: spoePaths("/x")},
		{name: "backend", where: "backend", file: spoeAll, options: "messages br bh ss tr hr"},
		{name: "listen", where: "listen", file: spoeAll, options: "messages c fr br fh bh ss tr hr"},
		{name: "dead", dead: true, options: quick + "\n    messages first"},
		{name: "idle", options: "timeout idle 300ms\n    messages first", agent: spoeAgent{delay: time.Second}},
		{name: "idle with pipelining", options: "timeout idle 300ms\n    messages first", agent: spoeAgent{delay: time.Second, capabilities: "pipelining"}},
		{name: "dontlog-normal", options: "option dontlog-normal\n    messages first second"},
		{name: "continue", options: quick + "\n    option continue-on-error\n    messages first second", agent: spoeAgent{ack: "nothing"}},
		{name: "stop", options: quick + "\n    messages first second\n    maxerrrate 1", agent: spoeAgent{ack: "nothing"}, client: spoePaths("/1", "/2")},
		{name: "late", options: quick + "\n    messages first", agent: spoeAgent{delay: 1100 * time.Millisecond}, client: spoeLate},
		{name: "unsent parts", options: "max-frame-size 256\n    no option send-frag-payload\n    messages second third", file: spoeLong, agent: spoeAgent{maxFrame: 256, capabilities: "fragmentation"}, client: spoePaths("/" + strings.Repeat("x", 300))},
		{name: "small agent", options: "messages second third", file: spoeLong, agent: spoeAgent{maxFrame: 256}, client: spoePaths("/" + strings.Repeat("x", 300))},
		{name: "parts", options: "max-frame-size 256\n    messages second third", file: spoeLong, agent: spoeAgent{maxFrame: 256, capabilities: "fragmentation", firstOnly: true},
			client: spoePaths("/" + strings.Repeat("x", 700)), loads: true},
	}
	for _, n := range []int{100, 189, 198, 203, 208, 215} { // about the size of a frame
		cases = append(cases, spoeCase{name: fmt.Sprint("parts ", n), options: "max-frame-size 256\n    messages second third", file: spoeLong,
			agent: spoeAgent{maxFrame: 256, capabilities: "fragmentation", firstOnly: true}, client: spoePaths("/" + strings.Repeat("x", n)), loads: true})
	}
	for _, capabilities := range []string{"", "pipelining", "pipelining,async"} {
		for _, ack := range []string{"nothing", "close", "disconnect", "parts", "other stream", "other type", "abort", "large", "empty", "rest"} {
			cases = append(cases, spoeCase{name: "ack " + ack + " " + capabilities, agent: spoeAgent{ack: ack, capabilities: capabilities}, options: quick + "\n    messages first second"})
		}
	}
	for _, a := range []spoeAgent{{hello: "nothing"}, {hello: "close"}, {hello: "disconnect"}, {hello: "parts"}, {hello: "other stream"}, {hello: "large"}, {version: "1.0"},
		{version: "2.1"}, {version: "-"}, {maxFrame: 255}, {maxFrame: 20000}, {maxFrame: -1}, {capabilities: "-"}} {
		a.firstOnly = true
		cases = append(cases, spoeCase{name: fmt.Sprintf("hello %s%s%d%s", a.hello, a.version, a.maxFrame, a.capabilities), agent: a, options: quick + "\n    timeout hello 300ms\n    messages first"})
	}
	return cases
}

const spoeLong = `spoe-message second
    args p=str(ab) bbb=path qqqqq=int(5000000) ddddd=str(defghijk)
    event on-frontend-http-request
spoe-message third
    args z=str(zzz) ip=ipv6(::1) b=path
    event on-frontend-http-request
`
