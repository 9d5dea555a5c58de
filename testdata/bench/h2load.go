package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

var (
	h2Requests = regexp.MustCompile(`(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout`)
	h2Codes    = regexp.MustCompile(`status codes: (\d+) 2xx`)
	h2Data     = regexp.MustCompile(`\((\d+)\) data`)
)

// h2load loads with n connections of HTTP/2 and 32 streams on each.
func h2load(n int, scheme, path string) load {
	return func(t *target) (r result, err error) {
		times := filepath.Join(t.b.dir, "h2load.log")
		os.Remove(times)
		out, err := exec.Command("h2load", "-c", fmt.Sprint(n), "-m", "32", "-t", fmt.Sprint(min(n, max(1, len(t.b.off)))),
			"-D", fmt.Sprintf("%dms", t.d.Milliseconds()), "--log-file="+times, scheme+"://"+address(t.port)+path).CombinedOutput()
		if err != nil {
			return r, fmt.Errorf("h2load: %w\n%s", err, out)
		}
		m, codes, data := h2Requests.FindSubmatch(out), h2Codes.FindSubmatch(out), h2Data.FindSubmatch(out)
		if m == nil || codes == nil || data == nil {
			return r, fmt.Errorf("h2load said\n%s", out)
		}
		if bytes.Contains(out, []byte("protocol: http/1")) || number(string(m[1])) > number(string(codes[1])) || number(string(m[2])) > 0 {
			return r, fmt.Errorf("not all well:\n%s", out)
		}
		r.ops, r.bytes, r.took = int64(number(string(m[1]))), int64(number(string(data[1]))), t.d
		return r, h2Times(&r, times)
	}
}

// h2Times reads the latencies of all requests from h2load's log: start, status and
// duration in µs.
func h2Times(r *result, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	var all []time.Duration
	for s := bufio.NewScanner(f); s.Scan(); {
		if i := strings.LastIndexByte(s.Text(), '\t'); i > 0 {
			all = append(all, time.Duration(number(s.Text()[i+1:]))*time.Microsecond)
		}
	}
	r.percentiles(all)
	return nil
}
