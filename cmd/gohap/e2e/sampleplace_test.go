package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// samplePlaces are lines in which an expression, for which E stands, is
// evaluated in one place after the other. Where it cannot be, programs warn of
// conditions and refuse formats, and read on in both cases.
var samplePlaces = []struct{ section, line string }{
	{"frontend", "tcp-request connection reject if { E -m found }"},
	{"frontend", "tcp-request session reject if { E -m found }"},
	{"frontend", "tcp-request content reject if { E -m found }"},
	{"frontend", "http-request deny if { E -m found }"},
	{"frontend", "use_backend be if { E -m found }"},
	{"frontend", "use_backend %[E]"},
	{"frontend", "http-response deny if { E -m found }"},
	{"frontend", "http-after-response del-header x if { E -m found }"},
	{"frontend", "redirect location / if { E -m found }"},
	{"frontend", "monitor fail if { E -m found }"},
	{"backend", "tcp-request content reject if { E -m found }"},
	{"backend", "http-request deny if { E -m found }"},
	{"backend", "use-server srv if { E -m found }"},
	{"backend", "tcp-response content reject if { E -m found }"},
	{"backend", "http-response deny if { E -m found }"},
	{"backend", "http-after-response del-header x if { E -m found }"},
	{"log", "log-format %[E]"},
	{"log", "unique-id-format %[E]"},
	{"log", "error-log-format %[E]"},
}

var sampleRow = regexp.MustCompile(`(?m)^\[ [Y. ]+\] ([^(:]+)(?:\(([^)]*)\))?: \w+$`)

// arguments that fetches insist on, and those of kinds.
var (
	sampleArguments = map[string]string{
		"bool": "1", "bin": "41", "meth": "GET", "var": "txn.x", "distcc_body": "DOTI", "distcc_param": "DOTI",
		"internal.htx_blk.data": "1", "internal.htx_blk.hdrname": "1", "internal.htx_blk.hdrval": "1", "internal.htx_blk.size": "1",
		"internal.htx_blk.start_line": "1", "internal.htx_blk.type": "1",
	}
	kindArguments = map[string]string{
		"string": "a", "integer": "1", "backend": "be", "frontend": "fe", "server": "be/srv", "table": "be",
		"user list": "ul", "IPv4 address": "1.2.3.4", "IPv6 address": "::1",
	}
)

// sampleFetches lists the fetches that both programs have, with the arguments
// that they need.
func sampleFetches(t *testing.T) (all []string) {
	list := func(program string) string {
		_, out, _ := output(t, exec.Command(program, "-dKsmp", "-q", "-f", os.DevNull)) // which has no listener
		return out
	}
	ours := map[string]bool{}
	for _, m := range sampleRow.FindAllStringSubmatch(list(needGohap(t)), -1) {
		ours[m[1]] = true
	}
	for _, m := range sampleRow.FindAllStringSubmatch(list(needHAProxy(t)), -1) {
		required, _, _ := strings.Cut(m[2], "[")
		var args []string
		for kind := range strings.SplitSeq(strings.TrimSuffix(required, ","), ",") {
			args = append(args, kindArguments[kind])
		}
		e := m[1]
		switch a := sampleArguments[e]; {
		case a != "":
			e += "(" + a + ")"
		case required != "":
			e += "(" + strings.Join(args, ",") + ")"
		}
		if ours[m[1]] {
			all = append(all, e)
		}
	}
	return all
}

// TestSamplePlaces compares what is said of each fetch in each place.
func TestSamplePlaces(t *testing.T) {
	noEngine(t)
	t.Parallel()
	all := sampleFetches(t)
	if len(all) < 200 {
		t.Errorf("only %d fetches", len(all))
	}
	known := knownSamples(t)
	for _, place := range samplePlaces {
		t.Run(place.section+" "+strings.ReplaceAll(place.line, "/", "-"), func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			b.WriteString("userlist ul\ndefaults\n    mode http\n    timeout client 1s\n    timeout server 1s\n    timeout connect 1s\n")
			b.WriteString("frontend fe\n    bind 127.0.0.1:9\n    log 127.0.0.1 local0\n")
			if place.section == "backend" {
				b.WriteString("backend be\n    stick-table type ip size 10\n    server srv 127.0.0.1:9\n")
			}
			first := strings.Count(b.String(), "\n") + 1
			step := 1
			for i, e := range all {
				if place.section == "log" {
					step = 4
					fmt.Fprintf(&b, "frontend fe%d\n    bind 127.0.0.1:9\n    log 127.0.0.1 local0\n", i)
				}
				b.WriteString("    " + strings.ReplaceAll(place.line, "E", e) + "\n")
			}
			if place.section != "backend" {
				b.WriteString("backend be\n    stick-table type ip size 10\n    server srv 127.0.0.1:9\n")
			}
			path := writeFile(t, filepath.Join(t.TempDir(), "places.cfg"), b.String())
			want, got := complaints(check(t, needHAProxy(t), path)), complaints(check(t, needGohap(t), path))
			for i, e := range all {
				line := first + i*step
				if step > 1 {
					line += step - 1
				}
				judgeSample(t, known, "place", e+" in "+place.line, want[line], got[line])
			}
		})
	}
}

// complaints returns the messages about each line.
func complaints(v verdict) map[int][]string {
	all := map[int][]string{}
	for _, level := range []string{"ALERT", "WARNING"} {
		for _, f := range findings(level, v.stderr) {
			all[f.line] = append(all[f.line], f.message)
		}
	}
	return all
}
