package e2e

import (
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// logFlags are the flags that each variable of log formats is tried with.
var logFlags = []string{"", "{+Q}", "{+X}", "{+E}", "{+Q,+E}", "{+Q,+X}", "{+X,+E,-Q}", "{+Q,-Q}", "{-X}"}

// logRequests are logged once with each set of flags. Each closes its connection.
var logRequests = []string{
	"GET /a?b=\"c]\\d HTTP/1.1\r\nHost: x\"y]z\\w{|}#\r\nX-B: \xe9 b\r\nCookie: C=v\"1\\]; D=2\r\nConnection: close\r\n\r\n",
	"POST /p HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
	"HEAD /none HTTP/1.1\r\nHost: h\r\nX-Response: 1\r\nConnection: close\r\n\r\n",
	"FOO /denied HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
	"GET /moved HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
	"GET /down HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
	"GET /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
}

// logVariable is a variable of log formats; what varies in its values from run
// to run is masked.
type logVariable struct {
	name string
	mask bool
}

func logVariables(t *testing.T) (all []logVariable) {
	for _, line := range sampleLines(t, "variables.txt") {
		name, mask, _ := strings.Cut(line, " ")
		all = append(all, logVariable{name, mask == "mask"})
	}
	return all
}

// TestLogFormats compares the values of all variables of log formats, with all
// flags, and of expressions, in lines about requests that end in different ways.
func TestLogFormats(t *testing.T) {
	t.Parallel()
	vars, exprs := logVariables(t), sampleLines(t, "logs.txt")
	ip, server := loopback(), sampleServer(t)
	down := refusing(t)
	var want, got [][][]string
	var both sync.WaitGroup
	run := func(program string) [][][]string { return logLines(t, program, ip, server, down, vars, exprs) }
	ref, bin := needHAProxy(t), needGohap(t)
	both.Go(func() { want = run(ref) })
	both.Go(func() { got = run(bin) })
	both.Wait()
	known := knownSamples(t)
	for f, flags := range logFlags {
		for i := range len(vars) + len(exprs) {
			var name string
			if i < len(vars) {
				name = "%" + vars[i].name
			} else {
				name = "%[" + exprs[i-len(vars)] + "]"
			}
			column := func(lines [][]string) (values []string) {
				for _, line := range lines {
					v := "no such value"
					if i < len(line) {
						v = line[i]
					}
					if i < len(vars) && vars[i].mask {
						v = varying.ReplaceAllString(v, "N")
					}
					values = append(values, v)
				}
				return values
			}
			judgeSample(t, known, "log "+flags, name, column(want[f]), column(got[f]))
		}
	}
}

var varying = regexp.MustCompile(`(?:[0-9A-F]+|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`)

// separator stands between the values in log lines.
const separator = "@@"

// logLines runs a program whose frontends log with different flags. It returns
// the values in the lines about each request, by frontend.
func logLines(t *testing.T, program, ip, server, down string, vars []logVariable, exprs []string) [][][]string {
	var b strings.Builder
	b.WriteString(`global
    nbthread 1
    log stdout len 65535 format raw local0
defaults
    mode http
    log global
    timeout client 10s
    timeout server 10s
    timeout connect 10s
    retries 0
    unique-id-format u\"%ci]
    option forwardfor
`)
	fronts := make([]string, len(logFlags))
	for i, flags := range logFlags {
		var values []string
		for _, v := range vars {
			values = append(values, "%"+flags+v.name)
		}
		for _, e := range exprs {
			values = append(values, "%"+flags+"["+e+"]")
		}
		fronts[i] = net.JoinHostPort(ip, itoa(freePort(t, ip)))
		fmt.Fprintf(&b, `frontend fe%d
    bind %s
    capture request header Host len 20
    capture request header X-B len 20
    capture request header X-None len 20
    capture response header X-A len 20
    capture cookie C len 20
    http-request set-var(txn.s) "str('v\"x]')"
    http-request deny if { path /denied }
    http-request redirect location /new if { path /moved }
    use_backend down if { path /down }
    use_backend none if { path /nowhere }
    default_backend be
    log-format "%s"
`, i, fronts[i], configQuote(strings.Join(values, separator)))
	}
	fmt.Fprintf(&b, "backend be\n    server srv %s\nbackend down\n    server dead %s\nbackend none\n", server, down)
	p := start(t, asHAProxy(t, program), "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "logs.cfg"), b.String()))
	up := func() bool { return listening(fronts[len(fronts)-1]) }
	if !within(4*stepLimit, func() bool { return up() || !p.running() }) || !p.running() {
		t.Errorf("%s does not start:\n%s", program, tail(p.stderr.String()))
		return make([][][]string, len(fronts))
	}
	// What asked whether it is up may be logged, too.
	eventually(t, 4*stepLimit, "the probe is logged", func() bool { return strings.Count(p.stdout.String(), "\n") >= 1 })
	seen := strings.Count(p.stdout.String(), "\n")
	all := make([][][]string, len(fronts))
	for i, front := range fronts {
		for _, request := range logRequests {
			exchange(t, front, request)
			seen++
			eventually(t, 4*stepLimit, "the request is logged", func() bool { return strings.Count(p.stdout.String(), "\n") >= seen })
			lines := strings.Split(p.stdout.String(), "\n")
			all[i] = append(all[i], strings.Split(lines[seen-1], separator))
		}
	}
	return all
}
