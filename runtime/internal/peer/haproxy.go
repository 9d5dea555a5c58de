package peer

import (
	"os/exec"
	"regexp"
	"testing"
)

// Fixed addresses in the configuration texts, which tell when a program is
// ready. A port that is not a number, or a wildcard address, still counts.
var (
	haproxyBinds  = regexp.MustCompile(`(?m)^\s*bind\s+\S*?:(\d+)\b`)
	haproxySocks  = regexp.MustCompile(`(?m)^\s*(?:stats\s+socket|bind)\s+(?:unix@)?(/\S+)`)
	nginxListens  = regexp.MustCompile(`(?m)\blisten\s+\S*?(\d+)\b[^;:]*;`)
	apacheListens = regexp.MustCompile(`(?m)^\s*Listen\s+\S*?(\d+)\s*$`)
)

// HAProxy starts the installed haproxy in the foreground on a configuration
// text and returns once it listens on every `bind` and `stats socket` of it.
func HAProxy(t testing.TB, cfg string, args ...string) *Process {
	t.Helper()
	return RunConfig(t, Need(t, "haproxy"), cfg, args...)
}

// RunConfig is [HAProxy] for any program that takes its command line, such as
// one that is built by the test: `-db -f FILE` and the further arguments.
func RunConfig(t testing.TB, program, cfg string, args ...string) *Process {
	t.Helper()
	args = append([]string{"-db", "-f", File(t, "haproxy.cfg", cfg)}, args...)
	p := Run(t, program, args...)
	addrs := listens(haproxyBinds, cfg)
	for _, sock := range haproxySocks.FindAllStringSubmatch(cfg, -1) {
		addrs = append(addrs, sock[1])
	}
	p.WaitPort(t, addrs...)
	return p
}

// listens returns the addresses that a configuration text listens on.
func listens(ports *regexp.Regexp, cfg string) []string {
	var addrs []string
	for _, port := range ports.FindAllStringSubmatch(cfg, -1) {
		addrs = append(addrs, "127.0.0.1:"+port[1])
	}
	return addrs
}

// Check runs `PROGRAM -c -f FILE` and returns its exit status and output.
func Check(t testing.TB, program, cfg string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	args = append([]string{"-c", "-f", File(t, "haproxy.cfg", cfg)}, args...)
	p := Start(t, exec.Command(program, args...))
	status = p.Wait(t)
	return status, p.Stdout.Text(), p.Stderr.Text()
}
