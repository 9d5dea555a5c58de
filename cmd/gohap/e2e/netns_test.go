package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// newNetns makes a network namespace that has nothing but a loopback interface.
func newNetns(t *testing.T, name string) {
	t.Helper()
	if rc, _, errs := output(t, exec.Command("ip", "netns", "add", name)); rc != 0 {
		missing(t, "network namespaces do not work here: %s", errs)
	}
	t.Cleanup(func() { exec.Command("ip", "netns", "del", name).Run() })
	must(t, "ip", "-n", name, "link", "set", "lo", "up")
}

// inNetns runs f on a thread that is in a network namespace, and then ends.
func inNetns(t *testing.T, name string, f func() error) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		fd, err := unix.Open(filepath.Join("/var/run/netns", name), unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			err = unix.Setns(fd, unix.CLONE_NEWNET)
			unix.Close(fd)
		}
		if err == nil {
			err = f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestNamespace has listeners and servers in another network namespace, chosen by
// the configuration or by a PROXY header.
func TestNamespace(t *testing.T) {
	t.Parallel()
	needRoot(t)
	needPeer(t, "ip")
	for i, program := range []string{needHAProxy(t), needGohap(t)} {
		name, other := fmt.Sprintf("gohap%d-ns%d", os.Getpid(), i), fmt.Sprintf("gohap%d-no%d", os.Getpid(), i)
		newNetns(t, name)
		newNetns(t, other)
		// The same address is in all namespaces: who answers tells where one is.
		const inside = "127.0.0.1:8080"
		inNetns(t, name, func() error {
			l, err := net.Listen("tcp", inside)
			if err == nil {
				t.Cleanup(func() { l.Close() })
				go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "inside") }))
			}
			return err
		})
		dir, outside, header := t.TempDir(), freeAddr(t), freeAddr(t)
		socket := filepath.Join(dir, "sock")
		start(t, program, "-db", "-f", writeFile(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(`global
    stats socket %s level admin
defaults
    mode http
    retries 0
    timeout client 10s
    timeout server 10s
    timeout connect 10s
frontend outside
    bind %[2]s
    use_backend %%[path,field(2,/)]
frontend header
    bind %[3]s accept-proxy
    default_backend header
frontend inside
    bind 127.0.0.1:8081 namespace %[5]s
    default_backend inside
backend inside
    option httpchk
    server s %[4]s namespace %[5]s check inter 100ms
backend empty
    server s %[4]s namespace %[6]s
backend header
    server s %[4]s namespace *
`, socket, outside, header, inside, name, other)))
		get := func(addr string, first []byte) string {
			c, err := net.DialTimeout("tcp", addr, 5*time.Second)
			if err != nil {
				t.Fatalf("%s: %v", program, err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(5 * time.Second))
			c.Write(append(first, "GET /inside HTTP/1.0\r\n\r\n"...))
			b, _ := io.ReadAll(c)
			status, _, _ := strings.Cut(string(b), "\r\n")
			return status + " " + string(b[max(0, len(b)-6):])
		}
		eventually(t, 10*time.Second, "the program listens", func() bool {
			c, err := net.Dial("tcp", outside)
			if err == nil {
				c.Close()
			}
			return err == nil
		})
		if got := get(outside, nil); !strings.HasPrefix(got, "HTTP/1.0 200") && !strings.HasPrefix(got, "HTTP/1.1 200") || !strings.HasSuffix(got, "inside") {
			t.Errorf("%s: a server in a namespace: %q", program, got)
		}
		c, err := http.Get("http://" + outside + "/empty")
		if err != nil || c.StatusCode != 503 {
			t.Errorf("%s: no server in a namespace: %v %v", program, c, err)
		}
		inNetns(t, name, func() error {
			if got := get("127.0.0.1:8081", nil); !strings.HasSuffix(got, "inside") {
				t.Errorf("%s: a listener in a namespace: %q", program, got)
			}
			return nil
		})
		for ns, want := range map[string]string{name: "200", other: "503"} {
			tlv := append([]byte{0x30, 0, byte(len(ns))}, ns...)
			h := append([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11"), 0, byte(12+len(tlv)), 127, 0, 0, 1, 127, 0, 0, 1, 1, 1, 2, 2)
			if got := get(header, append(h, tlv...)); !strings.Contains(got, want) {
				t.Errorf("%s: a PROXY header with %s: %q, want %s", program, ns, got, want)
			}
		}
		eventually(t, 10*time.Second, program+": a check in a namespace", func() bool {
			for line := range strings.Lines(tell(t, socket, "show stat\n")) {
				if strings.HasPrefix(line, "inside,s,") {
					return strings.Contains(line, "L7OK")
				}
			}
			return false
		})
	}
}
