package e2e

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gohap/runtime/certs/testpki"
)

// keptSamples are of what is kept of handshakes, by what key logs call them, or by
// their names where they have none.
var keptSamples = map[string]string{
	"hello": "client_random,hex,lower", "answer": "server_random,hex,lower",
	"CLIENT_RANDOM": "session_key,hex,lower", "CLIENT_HANDSHAKE_TRAFFIC_SECRET": "client_handshake_traffic_secret",
	"SERVER_HANDSHAKE_TRAFFIC_SECRET": "server_handshake_traffic_secret", "CLIENT_TRAFFIC_SECRET_0": "client_traffic_secret_0",
	"SERVER_TRAFFIC_SECRET_0": "server_traffic_secret_0",
}

// TestTLSKept: the secrets that samples show are those that the client has, and
// what is known of the connection to a server is what that one knows.
func TestTLSKept(t *testing.T) {
	t.Parallel()
	ref, bin := needHAProxy(t), needGohap(t)
	dir := t.TempDir()
	if err := testpki.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, bin := range []string{ref, bin} {
		addr, inner := freeAddr(t), freeAddr(t)
		show := ""
		for name, expr := range keptSamples {
			show += fmt.Sprintf(" http-after-response set-header x-%s %%[ssl_fc_%s]\n", name, expr)
		}
		config := fmt.Sprintf("global\n tune.ssl.keylog on\ndefaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n"+
			"frontend f\n bind %s ssl crt %s/site.pem\n%s default_backend b\n"+
			"backend b\n http-response set-header x-bc %%[ssl_bc_client_random,hex]/%%[ssl_bc_server_random,hex]/%%[ssl_bc_session_key,hex]\n server s %s ssl verify none ssl-max-ver TLSv1.2 no-ssl-reuse\n"+
			"frontend inner\n bind %s ssl crt %s/site.pem\n http-request return status 200 content-type text/plain lf-string %%[ssl_fc_client_random,hex]/%%[ssl_fc_server_random,hex]/%%[ssl_fc_session_key,hex]\n",
			addr, dir, show, inner, inner, dir)
		p := start(t, bin, "-db", "-f", writeFile(t, filepath.Join(t.TempDir(), "haproxy.cfg"), config))
		if !within(10*time.Second, func() bool { return listening(addr) && listening(inner) || !p.running() }) || !p.running() {
			t.Fatalf("%s does not start:\n%s", bin, p.stderr.String())
		}
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(filepath.Base(bin)+" "+tls.VersionName(version), func(t *testing.T) { checkKept(t, addr, version) })
		}
	}
}

func checkKept(t *testing.T, addr string, version uint16) {
	var log bytes.Buffer
	c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, MaxVersion: version, KeyLogWriter: &log})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	if got := res.Header.Get("x-bc"); got != string(body) || len(got) < 3*64 {
		t.Errorf("the connection to the server has %s, the server %s", got, body)
	}
	lines := 0
	for line := range strings.Lines(log.String()) {
		w := strings.Fields(line)
		if _, shown := keptSamples[w[0]]; !shown {
			continue
		}
		lines++
		if got := res.Header.Get("x-" + w[0]); got != w[2] {
			t.Errorf("%s is %q, want %s", w[0], got, w[2])
		}
		if got := res.Header.Get("x-hello"); got != w[1] {
			t.Errorf("the client's random bytes are %q, want %s", got, w[1])
		}
	}
	if want := map[uint16]int{tls.VersionTLS12: 1, tls.VersionTLS13: 4}[version]; lines != want {
		t.Errorf("%d secrets were compared:\n%s", lines, &log)
	}
	if got := res.Header.Get("x-answer"); len(got) != 64 || strings.Trim(got, "0") == "" {
		t.Errorf("the server's random bytes are %q", got)
	}
}
