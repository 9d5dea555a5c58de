package keywords

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	_ "gohap/runtime"
)

// differ are lines of ours that haproxy's lists lack, and why.
var differ = map[string]string{
	bcSecret + "ssl_bc_client_handshake_traffic_secret: str": "new in 3.x",
	bcSecret + "ssl_bc_server_handshake_traffic_secret: str": "new in 3.x",
	bcSecret + "ssl_bc_client_traffic_secret_0: str":         "new in 3.x",
	bcSecret + "ssl_bc_server_traffic_secret_0: str":         "new in 3.x",
}

const bcSecret = "[ . . . . . . . . . . . Y Y Y Y Y Y Y Y Y . . ] "

// Whatever is listed here, haproxy lists in the same words: how many of its
// keywords are missing is for people to read, but none has other arguments,
// places or types. The frame, which is no keyword, is the same.
func TestLinesAreHAProxys(t *testing.T) {
	path := installed(t)
	out, _ := exec.Command(path, "-dKall,help", "-q", "-c", "-f", "/dev/null").Output() // status 2: no listener
	var ours strings.Builder
	if err := Dump(&ours, "all,help"); err != nil {
		t.Fatal(err)
	}
	if got, want := frame(ours.String()), frame(string(out)); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	theirs := map[string]int{} // how often it has a line
	all := 0
	for line := range strings.Lines(string(out)) {
		theirs[line]++
		all++
	}
	same := 0
	for line := range strings.Lines(ours.String()) {
		_, known := differ[strings.TrimSpace(line)]
		switch {
		case theirs[line] > 0 && known:
			t.Errorf("%q no longer differs", line)
		case theirs[line] <= 0 && !known:
			t.Errorf("haproxy has no line %q, or not so often", line)
		case theirs[line] > 0:
			same++
			theirs[line]--
		}
	}
	if same == 0 {
		t.Error("no line is haproxy's")
	}
	t.Logf("%d of haproxy's %d lines", same, all)
}

// frame keeps headings.
func frame(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line[0] == '#' || strings.Contains(line, " keywords\n") {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestClasses(t *testing.T) {
	var b strings.Builder
	Dump(&b, "cnv,nonsense,acl")
	got := b.String()
	if !strings.HasPrefix(got, "# List of registered sample converter functions:\n") ||
		!strings.Contains(got, "\n# List of registered ACL keywords:\n") || strings.Contains(got, "sample fetch") {
		t.Errorf("%.300s", got)
	}
}

func installed(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"haproxy", "/usr/sbin/haproxy"} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	if os.Getenv("GOHAP_TEST_STRICT") == "1" {
		t.Fatal("haproxy is not installed")
	}
	t.Skip("haproxy is not installed")
	return ""
}
