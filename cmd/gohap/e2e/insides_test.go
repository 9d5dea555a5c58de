package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const insidesConfig = `global
    stats socket %[1]s level admin
    stats socket %[1]s.user level user
    nbthread 2
    log %[3]s format raw local0
ring small
    maxlen 20000
defaults
    mode http
    timeout client 5s
frontend f
    bind %[2]s
    http-request return status 200
`

// insideCommands have the same answers in both programs.
var insideCommands = []string{
	"show profiling status", "show profiling memory", "set profiling", "set profiling memory on", "set profiling nonsense on",
	"set profiling tasks nonsense", "set profiling tasks on", "show profiling status", "set profiling tasks off", "show profiling status",
	"set profiling tasks auto", "show profiling status all memory status", "show profiling nonsense", "show fd 9999", "show startup-logs",
	"debug dev exit 1", "expert-mode on; debug dev write", "expert-mode on; debug dev write 17", "expert-mode on; debug dev write 16384",
	"expert-mode on; debug dev log hello there", "expert-mode on; debug dev delay 10", "expert-mode on; debug dev loop 10",
}

// insidesWithoutLoops is what gohap tells where Go's scheduler does what its loops
// would: connections, of which it keeps count itself, and sockets. Turns of tasks,
// rounds of loops, and what a thread does are not known to it, so that it has no such
// lines, no threads, and no tasks to time.
var insidesWithoutLoops = map[string]string{
	"show activity":        `^thread_id: 1 \(1\.\.2\)\ndate_now: \d+\.\d{6}\naccepted: [1-9]\d* \[ \d+ \d+ \]\n\n$`,
	"show threads":         `^\n$`,
	"show profiling tasks": `^Tasks activity:\n  function                      calls   cpu_tot   cpu_avg   lat_tot   lat_avg\n\n$`,
}

// TestInsides compares what both programs tell of themselves: where they can say the
// same, to the byte, else in form.
func TestInsides(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	mask := regexp.MustCompile(`\(\d+\)|haproxy version is .*|path to executable is .*|(?m)^ +\d* \|.*\n`)
	run := func(program string) (answers []string) {
		dir := t.TempDir()
		socket, addr := filepath.Join(dir, "sock"), freeAddr(t)
		logs := newSyslogSink(t)
		p := start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(insidesConfig, socket, addr, logs.addr)))
		if !within(10*time.Second, func() bool { return listening(addr) && present(socket+".user") || !p.running() }) || !p.running() {
			t.Fatalf("%s does not start:\n%s", program, p.stderr.String())
		}
		for _, c := range insideCommands {
			answers = append(answers, mask.ReplaceAllString(tell(t, socket, c+"\n"), ""))
		}
		lines, _ := logs.await(10*time.Second, func(lines []string) bool { return len(lines) > 0 })
		answers = append(answers, strings.Join(lines, "\n"))
		for _, c := range []string{"show activity", "show fd", "show libs", "show threads", "show profiling", "set profiling tasks on", "show startup-logs"} {
			// For some, it is enough to have the same rights.
			answers = append(answers, fmt.Sprint(c, strings.HasPrefix(tell(t, socket+".user", c+"\n"), "Permission denied")))
		}
		tell(t, socket, "set profiling tasks on\n")
		for range 5 {
			if r, err := http.Get("http://" + addr + "/"); err == nil {
				r.Body.Close()
			}
		}
		forms := map[string]string{
			"show activity":        `(?s)^thread_id: \d \(1\.\.2\)\ndate_now: \d+\.\d{6}\nctxsw: \d+ \[ \d+ \d+ \]\n.*\nloops: [1-9]\d* \[ \d+ \d+ \]\n.*poll_io: [1-9]\d* \[ \d+ \d+ \]\n.*accepted: [1-9]\d* \[ \d+ \d+ \]\n`,
			"show fd":              `(?m)^ +\d+ : .*tmask=0x3 .*l\.st=RDY fe=f fam=ipv4 lport=` + addr[strings.LastIndexByte(addr, ':')+1:] + `\n`,
			"show libs":            `^0x[0-9a-f]{12}-0x[0-9a-f]{12} \(0x[0-9a-f]{7}\) /`,
			"show threads":         `(?s)^.( Thread 1 ): id=0x[0-9a-f]+ act=\d .*\n +1/1 +stuck=0 prof=1 harmless=\d.*\n.( Thread 2 ): id=0x[0-9a-f]+ act=\d .*\n +1/2 +stuck=0 prof=1 harmless=\d`,
			"show profiling tasks": `^Tasks activity:\n  function                      calls   cpu_tot   cpu_avg   lat_tot   lat_avg\n(  \S.{24} *[1-9]\d*( +[0-9.]{5}[num]?s){4}\n)+`,
		}
		if portable() && program == bin {
			maps.Copy(forms, insidesWithoutLoops)
		}
		for c, form := range forms {
			eventually(t, 5*time.Second, c, func() bool {
				answer := tell(t, socket, c+"\n")
				// HAProxy has more to say between those.
				return regexp.MustCompile(strings.ReplaceAll(form, `\]\n.*\n`, `\]\n(.*\n)?`)).MatchString(answer)
			})
		}
		tell(t, socket, "expert-mode on; debug dev exit 7\n")
		return append(answers, fmt.Sprint(p.wait(t, 10*time.Second)))
	}
	want, got := run(ref), run(bin)
	for i := range want {
		if want[i] != got[i] {
			t.Errorf("%d: HAProxy (-) and gohap (+) differ:\n%s", i, lineDiff(strings.Split(want[i], "\n"), strings.Split(got[i], "\n")))
		}
	}
}
