package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// wrkScript has wrk print what we want to know in one line. It runs when the load
// has ended.
const wrkScript = `done = function(s, l, r)
	local e = s.errors
	io.write(string.format("result %d %d %d %d %f %f %f\n", s.requests, s.duration, s.bytes,
		e.connect + e.read + e.write + e.timeout + e.status, l:percentile(50), l:percentile(99), l:percentile(99.9)))
end
`

// wrk loads with n connections of HTTP/1.
func wrk(n int, scheme, path string, args ...string) load {
	return func(t *target) (r result, err error) {
		script := filepath.Join(t.b.dir, "wrk.lua")
		if err := os.WriteFile(script, []byte(wrkScript), 0o644); err != nil {
			return r, err
		}
		threads := min(n, max(1, len(t.b.off)))
		all := append([]string{"-t" + strconv.Itoa(threads), "-c" + strconv.Itoa(n), "-d600s", "--timeout", "10s", "-s", script}, args...)
		out, err := timed(t.d, "wrk", append(all, scheme+"://"+address(t.port)+path)...)
		if err != nil {
			return r, err
		}
		at := bytes.Index(out, []byte("result "))
		if at < 0 {
			return r, fmt.Errorf("wrk said\n%s", out)
		}
		var us, failed int64
		if _, err := fmt.Sscanf(string(out[at:]), "result %d %d %d %d %f %f %f", &r.ops, &us, &r.bytes, &failed, &r.p50, &r.p99, &r.p999); err != nil {
			return r, err
		}
		if failed > 0 {
			return r, fmt.Errorf("%d requests failed\n%s", failed, out)
		}
		r.took = time.Duration(us) * time.Microsecond
		r.p50, r.p99, r.p999 = r.p50/1e3, r.p99/1e3, r.p999/1e3
		return r, nil
	}
}

// timed runs a program and ends it with SIGINT after a time that may be below a
// second; wrk then reports.
func timed(d time.Duration, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop := time.AfterFunc(d, func() { cmd.Process.Signal(syscall.SIGINT) })
	defer stop.Stop()
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, out.Bytes())
	}
	return out.Bytes(), nil
}
